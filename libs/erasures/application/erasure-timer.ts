// Carries out erasures that are due, goes on with those a crash cut short, and erases what was kept long enough. Only
// punctuality depends on it: what is due is decided by comparing times when a command arrives.
import type { Clock, Instant } from '#libs/kernel';
import { DAY, Failure, plus } from '#libs/kernel';
import type { Logger } from '#libs/platform';
import type { Eraser, ErasureOutcome } from './eraser.ts';
import type { Subjects } from './ports.ts';

/** In the order they became due; `after` is the last one of the page before. */
export type DueErasures = (
  now: Instant,
  limit: number,
  after: DueErasure | undefined,
) => Promise<readonly DueErasure[]>;
export interface DueErasure {
  readonly personId: string;
  readonly nextAt: string;
}

/** Closed before `before` and not erased, the longest closed first. */
export type KeptTooLong = (
  before: Instant,
  limit: number,
  after: KeptRequest | undefined,
) => Promise<readonly KeptRequest[]>;
export interface KeptRequest {
  readonly requestId: string;
  readonly retainedSince: string | null;
}

export interface ErasureTimerOptions {
  readonly eraser: Eraser;
  readonly subjects: Subjects;
  readonly due: DueErasures;
  readonly keptTooLong: KeptTooLong;
  /** Undefined: nothing is erased by age. */
  readonly retentionDays: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So many share one search of the files. */
const AT_ONCE = 50;

export class ErasureTimer {
  readonly #options: ErasureTimerOptions;

  constructor(options: ErasureTimerOptions) {
    this.#options = options;
  }

  /** Carries out what is due now; answers how many were erased. Once the signal is given it ends with its page. */
  async run(signal?: AbortSignal): Promise<number> {
    const tried = new Set<string>();
    const erased = (await this.#carryOutDue(tried, signal)) + (await this.#carryOutRetention(tried, signal));
    if (erased > 0) this.#options.logger.info('persons were erased', { count: erased });
    return erased;
  }

  #carryOutDue(tried: Set<string>, signal: AbortSignal | undefined): Promise<number> {
    const { due, clock, eraser } = this.#options;
    return this.#carryOutPages(
      (last: DueErasure | undefined) => due(clock.now(), AT_ONCE, last),
      ({ personId }) => eraser.begin(personId),
      tried,
      signal,
    );
  }

  async #carryOutRetention(tried: Set<string>, signal: AbortSignal | undefined): Promise<number> {
    const { retentionDays, keptTooLong, clock, eraser, subjects } = this.#options;
    if (retentionDays === undefined) return 0;
    const before = plus(clock.now(), -retentionDays * DAY);
    return this.#carryOutPages(
      (last: KeptRequest | undefined) => keptTooLong(before, AT_ONCE, last),
      async ({ requestId }) => {
        const facts = await subjects.find({ kind: 'REQUEST', id: requestId });
        return facts && eraser.beginByRetention(facts, before);
      },
      tried,
      signal,
    );
  }

  /**
   * What fails is tried again at the next look; a page of which everything fails ends this one.
   *
   * @param tried in this look: what retention began and is stuck is due as well, and a step that was done makes it due anew
   */
  async #carryOutPages<Each>(
    pageBehind: (last: Each | undefined) => Promise<readonly Each[]>,
    begin: (each: Each) => Promise<ErasureOutcome | undefined>,
    tried: Set<string>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    let erased = 0;
    let failures = 0;
    const failed = (error: unknown) => {
      failures += 1;
      this.#options.logger.failure('an erasure could not be carried out', error);
    };
    for (let last: Each | undefined; !signal?.aborted;) {
      const page = await pageBehind(last);
      // Those that are held stay due, so the next page begins behind this one.
      last = page.at(-1);
      if (last === undefined || failures >= AT_ONCE) break;
      failures = 0;
      const begun: string[] = [];
      for (const each of page) {
        const state = await begin(each).then(
          (outcome) => outcome?.state,
          (error: unknown) => {
            // Held, or moved by somebody else meanwhile: the next look finds out whether it still matters.
            if (!(error instanceof Failure) || error.kind === 'unavailable') failed(error);
          },
        );
        if (state?.status !== 'BEGUN' && state?.status !== 'KEY_DESTROYED') continue;
        if (!tried.has(state.personId)) begun.push(state.personId);
        tried.add(state.personId);
      }
      erased += await this.#options.eraser.carryOut(begun, failed);
    }
    return erased;
  }
}
