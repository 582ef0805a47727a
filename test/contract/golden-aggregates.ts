// Whose events have golden files. A scope adds its aggregate here and a file for each of its event types under
// test/fixtures/events/<category>/, named <Type>.v<version>.json. Files are only ever added.
import { areaAggregate } from '#libs/communities';
import { DISCLOSURES, disclosureCodec } from '#libs/disclosures';
import { erasureAggregate } from '#libs/erasures';
import type { DecodedEvent, EventCodec } from '#libs/event-store';
import { accountAggregate, sessionAggregate } from '#libs/identity';
import { requestAggregate } from '#libs/requests';
import { volunteerAggregate } from '#libs/volunteers';

export interface GoldenAggregate {
  readonly category: string;
  readonly codec: EventCodec;
  /** Ends with the state after the events; throws when one of them cannot be taken in. */
  readonly replay: (events: readonly DecodedEvent[]) => unknown;
}

export const GOLDEN_AGGREGATES: readonly GoldenAggregate[] = [
  golden(accountAggregate),
  golden(areaAggregate),
  // Nothing is decided from them: they are only read.
  { category: DISCLOSURES, codec: disclosureCodec, replay: (events) => events.length },
  golden(erasureAggregate),
  golden(requestAggregate),
  golden(sessionAggregate),
  golden(volunteerAggregate),
];

interface Replayable<State, Event> {
  readonly category: string;
  readonly codec: EventCodec;
  readonly decider: { readonly initial: State; evolve(state: State, event: Event): State };
}

function golden<State, Event>({ category, codec, decider }: Replayable<State, Event>): GoldenAggregate {
  const replay = (events: readonly DecodedEvent[]) =>
    events.reduce<State>((state, event) => decider.evolve(state, event as Event), decider.initial);
  return { category, codec, replay };
}
