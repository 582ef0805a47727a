// Carries out erasures that are due, goes on with those a crash cut short, and erases what was kept long enough. Only
// punctuality depends on it: what is due is decided by comparing times when a command arrives.
import type { Clock, Instant } from '#libs/kernel';
import { DAY, Failure, plus } from '#libs/kernel';
import type { Logger, Scheduler } from '#libs/platform';
import type { Subject } from '../domain/erasure.events.ts';
import type { Eraser } from './eraser.ts';
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
  readonly scheduler: Scheduler;
  /** Time between looks; default 30 s. */
  readonly everyMs?: number;
}

/** So many share one search of the files. */
const AT_ONCE = 50;

export class ErasureTimer {
  readonly #options: ErasureTimerOptions;
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ErasureTimerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.scheduler.after(this.#options.everyMs ?? 30_000, () => {
      this.#running = this.run()
        .then(() => undefined)
        .catch((error: unknown) => {
          this.#options.logger.failure('erasures that are due could not be carried out', error);
        })
        .finally(() => {
          if (!this.#stopped) this.start();
        });
    });
  }

  /** Carries out what is due now; answers how many were erased. */
  async run(): Promise<number> {
    const erased = (await this.#carryOutDue()) + (await this.#carryOutRetention());
    if (erased > 0) this.#options.logger.info('persons were erased', { count: erased });
    return erased;
  }

  /** Resolves after the look in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  async #carryOutDue(): Promise<number> {
    const { due, clock, eraser } = this.#options;
    let erased = 0;
    for (let last: DueErasure | undefined; !this.#stopped;) {
      const page = await due(clock.now(), AT_ONCE, last);
      // Those that are held stay due, so the next page begins behind this one.
      last = page.at(-1);
      if (!last) break;
      const begun: string[] = [];
      for (const { personId } of page) {
        if (await this.#began(() => eraser.begin(personId))) begun.push(personId);
      }
      erased += await eraser.carryOut(begun);
    }
    return erased;
  }

  async #carryOutRetention(): Promise<number> {
    const { retentionDays, keptTooLong, clock, eraser } = this.#options;
    if (retentionDays === undefined) return 0;
    let erased = 0;
    const before = plus(clock.now(), -retentionDays * DAY);
    for (let last: KeptRequest | undefined; !this.#stopped;) {
      const page = await keptTooLong(before, AT_ONCE, last);
      last = page.at(-1);
      if (!last) break;
      const begun: string[] = [];
      for (const { requestId } of page) {
        const facts = await this.#options.subjects.find({ kind: 'REQUEST', id: requestId } satisfies Subject);
        if (!facts) continue;
        if (await this.#began(() => eraser.beginByRetention(facts, before))) begun.push(facts.personId);
      }
      erased += await eraser.carryOut(begun);
    }
    return erased;
  }

  /** False for what is held, or was moved by somebody else meanwhile: the next look finds out whether it still matters. */
  async #began(begin: () => ReturnType<Eraser['begin']>): Promise<boolean> {
    try {
      const { state } = await begin();
      return state.status === 'BEGUN' || state.status === 'KEY_DESTROYED';
    } catch (error) {
      if (error instanceof Failure && error.kind !== 'unavailable') return false;
      throw error;
    }
  }
}
