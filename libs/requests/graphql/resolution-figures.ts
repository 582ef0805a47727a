// Puts the sums of the read model into the figures a client sees: every number with its filter, every rate with its
// numerator, denominator and what was left out.
import type { Instant, Position } from '#libs/kernel';
import type { RequestFilter } from '../read-models/request-list.query.ts';
import type { Tally } from '../read-models/resolution.query.ts';
import { COUNTED, LEDGER_DEFINITION } from '../read-models/resolution.query.ts';
import { echoOf } from './request-reader.ts';
import type { Count, Exclusion, Rate } from './request.types.ts';

/** The object the `Resolution` type resolves from. */
export interface Figures extends ReturnType<typeof countsOf> {
  readonly definition: string;
  readonly cutOff: { readonly occurredUntil: Instant; readonly recordedUntil: Instant };
  readonly position: Position;
  /** For the fields that read more. */
  readonly filter: RequestFilter;
  readonly communityId: string | null;
}

export interface FigureQuestion {
  readonly filter: RequestFilter;
  /** The community asked for, null for all the viewer may see. */
  readonly communityId: string | null;
}

export function figuresOf(question: FigureQuestion, tally: Tally, now: Instant, position: Position): Figures {
  const cutOff = { occurredUntil: now, recordedUntil: now };
  return { ...question, ...countsOf(tally, question), definition: LEDGER_DEFINITION, cutOff, position };
}

export function countsOf(tally: Tally, { filter, communityId }: FigureQuestion) {
  const count = (name: keyof Tally): Count => {
    const counted = COUNTED[name];
    const status =
      counted && filter.status ? counted.filter((of) => filter.status?.includes(of)) : (counted ?? filter.status);
    return { value: tally[name], filter: echoOf(filter, communityId, status) };
  };
  return {
    raised: count('raised'),
    resolved: count('resolved'),
    inFollowUp: count('inFollowUp'),
    open: count('open'),
    rate: rateOf(tally.resolved, tally.raised),
    rateWithoutFollowUp: rateOf(tally.resolved, tally.raised - tally.inFollowUp, [
      { reason: 'FOLLOW_UP', count: tally.inFollowUp },
    ]),
  };
}

export function rateOf(numerator: number, denominator: number, exclusions: readonly Exclusion[] = []): Rate {
  return { numerator, denominator, value: denominator === 0 ? null : numerator / denominator, exclusions };
}
