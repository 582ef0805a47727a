// Work that is looked for again and again, one look after the other: one that fails is reported, and the next one comes.
import type { Logger } from './logger.ts';
import type { Scheduler } from './system.ts';

export interface RoundsOptions {
  /** One look; the signal says that no more is wanted of it. */
  readonly look: (signal: AbortSignal) => Promise<unknown>;
  /** What is logged when a look fails. */
  readonly failure: string;
  /** Time from the end of one look to the next; default 30 s. */
  readonly everyMs?: number;
  readonly logger: Logger;
  readonly scheduler: Scheduler;
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #stopping = new AbortController();
  #cancel: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** The first look comes after the time between looks. */
  start(): void {
    const { scheduler, everyMs = 30_000 } = this.#options;
    this.#cancel = scheduler.after(everyMs, () => {
      this.#running = this.#look();
    });
  }

  /** Resolves after the look in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { look, failure, logger } = this.#options;
    const { signal } = this.#stopping;
    try {
      await look(signal);
    } catch (error) {
      logger.failure(failure, error);
    }
    if (!signal.aborted) this.start();
  }
}
