// Asks a server how it is, without keeping who asks waiting for one that hangs.
import { describeFailure, SECOND } from '#libs/kernel';
import type { Scheduler } from '#libs/platform';
import { systemScheduler } from '#libs/platform';

export const FINE = 'readable';

/** A watcher gives up soon. */
const ANSWER_WITHIN = SECOND;

export class Probe {
  readonly #check: () => Promise<unknown>;
  readonly #scheduler: Scheduler;
  readonly #fine: string;
  #last: string;
  #running: Promise<string> | undefined;

  /** @param check rejects with one sentence; @param fine the answer when it does not */
  constructor(check: () => Promise<unknown>, fine = FINE, scheduler: Scheduler = systemScheduler) {
    this.#check = check;
    this.#fine = fine;
    this.#last = fine;
    this.#scheduler = scheduler;
  }

  /** That it is fine, or one sentence. While a check takes long, what the one before it found counts, if it found anything. */
  async ask(): Promise<string> {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    const late = Promise.withResolvers<string>();
    const cancel = this.#scheduler.after(ANSWER_WITHIN, () => {
      late.resolve(this.#last === this.#fine ? 'It does not answer.' : this.#last);
    });
    return Promise.race([this.#running, late.promise]).finally(cancel);
  }

  async #run(): Promise<string> {
    this.#last = await this.#check().then(() => this.#fine, describeFailure);
    return this.#last;
  }
}
