// Records that offers have run out, so that the office sees them back in its list without anyone touching them. Only
// punctuality depends on it: whether an offer still stands is decided by comparing times when a command arrives.
import { deterministicId } from '#libs/event-store';
import type { Clock, CommandContext } from '#libs/kernel';
import { Failure, millisecondsBetween, MINUTE } from '#libs/kernel';
import type { RequestDesk } from './request.desk.ts';

export interface OfferExpiryOptions {
  readonly desk: RequestDesk;
  /** Standing offers whose time to accept was over before `now`, the longest over first, `limit` at most. */
  readonly overdue: (now: string, limit: number) => Promise<readonly { taskId: string; requestId: string }[]>;
  readonly clock: Clock;
  readonly fingerprint: (payload: { readonly taskId: string }) => string;
}

const AT_ONCE = 100;
/** Whoever enters late what happened with an offer is about to say so. */
const LEFT_TO_LATE_ENTRY = MINUTE;
const everyone = () => true;

export class OfferExpiry {
  readonly #options: OfferExpiryOptions;

  constructor(options: OfferExpiryOptions) {
    this.#options = options;
  }

  /** Records those that are over now; answers how many. */
  async run(): Promise<number> {
    const { clock, overdue } = this.#options;
    const offers = await overdue(clock.now(), AT_ONCE);
    let recorded = 0;
    for (const { taskId, requestId } of offers) {
      if (!(await this.#isBeingEntered(requestId, taskId)) && (await this.#expire(requestId, taskId))) recorded += 1;
    }
    return recorded;
  }

  /** Whether the offer was over when it was recorded, a moment ago: a ledger is being imported. */
  async #isBeingEntered(requestId: string, taskId: string): Promise<boolean> {
    const { desk, clock } = this.#options;
    const { events } = await desk.load(requestId);
    const offer = events.findLast((event) => event.type === 'RequestDispatched' && event.data.taskId === taskId);
    if (offer?.type !== 'RequestDispatched') return false;
    const { recordedAt } = offer.metadata;
    return recordedAt > offer.data.acceptBy && millisecondsBetween(recordedAt, clock.now()) < LEFT_TO_LATE_ENTRY;
  }

  async #expire(requestId: string, taskId: string): Promise<boolean> {
    const now = this.#options.clock.now();
    const context: CommandContext = {
      commandId: deterministicId('expire-offer', taskId),
      commandHash: this.#options.fingerprint({ taskId }),
      actor: { accountId: 'system', role: 'SYSTEM' },
      occurredAt: now,
      recordedAt: now,
    };
    try {
      const { appended } = await this.#options.desk.order(requestId, { type: 'ExpireOffer' }, everyone, context);
      return appended > 0;
    } catch (error) {
      // Somebody else moved the request meanwhile; the next look finds out whether it still matters.
      if (error instanceof Failure && error.kind !== 'unavailable') return false;
      throw error;
    }
  }
}
