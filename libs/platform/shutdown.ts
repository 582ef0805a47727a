// Ordered stopping: what was opened last is closed first, one failure does not keep the others open, and a part that
// never finishes cannot hold the process for ever.
import type { Logger } from './logger.ts';
import type { Scheduler } from './system.ts';
import { systemScheduler } from './system.ts';

export interface ShutdownOptions {
  readonly logger: Logger;
  /** Time for all parts together; default 10 s. */
  readonly limitMs?: number;
  readonly scheduler?: Scheduler;
}

export class Shutdown {
  readonly #logger: Logger;
  readonly #limitMs: number;
  readonly #scheduler: Scheduler;
  readonly #parts: { readonly name: string; readonly close: () => unknown }[] = [];
  #running: Promise<boolean> | undefined;

  constructor({ logger, limitMs = 10_000, scheduler = systemScheduler }: ShutdownOptions) {
    this.#logger = logger;
    this.#limitMs = limitMs;
    this.#scheduler = scheduler;
  }

  /** Registers a part right after it was opened. `close` is called once, after everything registered later. */
  add(name: string, close: () => unknown): void {
    this.#parts.push({ name, close });
  }

  /** Closes everything once, however often it is called. True when all parts closed without failure within the limit. */
  run(): Promise<boolean> {
    this.#running ??= this.#closeAll();
    return this.#running;
  }

  /** Runs on SIGTERM and SIGINT, then ends the process: code 0 when all closed, 1 otherwise. A second signal ends it at once. */
  onSignals(target: NodeJS.Process = process): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      target.on(signal, () => {
        if (this.#running) target.exit(1);
        this.#logger.info('stopping', { signal });
        void this.run().then((clean) => target.exit(clean ? 0 : 1));
      });
    }
  }

  async #closeAll(): Promise<boolean> {
    let clean = true;
    let closing = '';
    const closeInTurn = async () => {
      for (const part of this.#parts.toReversed()) {
        closing = part.name;
        try {
          await part.close();
        } catch (error) {
          clean = false;
          this.#logger.failure('could not close', error, { part: part.name });
        }
      }
      return clean;
    };
    let cancel: () => void = () => undefined;
    const limit = new Promise<boolean>((resolve) => {
      cancel = this.#scheduler.after(this.#limitMs, () => {
        this.#logger.error('stopping took too long', { part: closing, limitMs: this.#limitMs });
        resolve(false);
      });
    });
    return Promise.race([closeInTurn(), limit]).finally(cancel);
  }
}
