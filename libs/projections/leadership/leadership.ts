// One process leads, the others stand by: each asks for the lock twice a second, so who stands by leads within that time
// once the lock falls free. A term ends with the lock, with whatever the leading process could not do, or with the
// process; then it stands by like the others. Nothing is right or wrong by leading: checkpoints move by compare-and-set.
import type { Logger, Scheduler } from '#libs/platform';
import { BackOff, pause } from '../back-off.ts';
import { reasonOf } from '../event-failure.ts';

export interface LeadershipOptions {
  readonly lock: {
    tryTake(): Promise<AbortSignal | undefined>;
    close(): Promise<void>;
  };
  /**
   * Does what only the leader does until the signal aborts, and resolves once all of it has ended. When it ends or
   * rejects before, the term is over.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  readonly scheduler: Scheduler;
}

export type LeadershipState = 'leading' | 'standing by';

const ASK_EVERY_MS = 500;
const RETRIES_MS = [500, 1_000, 2_000];

export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #stop = new AbortController();
  readonly #backOff = new BackOff(RETRIES_MS);
  #running: Promise<void> = Promise.resolve();
  #state: LeadershipState = 'standing by';
  #outage: string | undefined;

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  get state(): LeadershipState {
    return this.#state;
  }

  /** Why it cannot lead nor be sure that somebody else does, one sentence; undefined when all is well. */
  get outage(): string | undefined {
    return this.#outage;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the term, if there is one, and gives the lock back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { lock, scheduler } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const held = await lock.tryTake();
        if (held) await this.#term(held);
        this.#backOff.reset();
        this.#outage = undefined;
        await pause(scheduler, ASK_EVERY_MS, signal);
      } catch (error) {
        this.#tell(error);
        await pause(scheduler, this.#backOff.nextOrLast(), signal);
      }
    }
    await lock.close().catch(() => undefined);
  }

  async #term(held: AbortSignal): Promise<void> {
    const { lock, lead, logger } = this.#options;
    this.#state = 'leading';
    this.#outage = undefined;
    logger.info('leading');
    // It says so at once, though what is in progress may take until the database's time limit to end.
    held.addEventListener('abort', () => (this.#state = 'standing by'), { once: true });
    try {
      await lead(AbortSignal.any([held, this.#stop.signal]));
    } finally {
      this.#state = 'standing by';
      logger.info('no longer leading');
      await lock.close().catch(() => undefined);
    }
    if (held.aborted && !this.#stop.signal.aborted) throw held.reason;
  }

  #tell(error: unknown): void {
    const reason = reasonOf(error);
    if (reason !== this.#outage) this.#options.logger.failure('leadership is out of reach', error, { reason });
    this.#outage = reason;
  }
}
