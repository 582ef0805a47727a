// Attempts that may be wrong so many times: each is counted before anything is looked at, so that many at the same moment
// are no more than one after another, and given back unless it was wrong. Those with the same key wait for their turn, so
// that right ones are not refused for each other.
import type { Limiter } from './rate-limits.ts';
import { Turns } from './turns.ts';

export interface AttemptOptions {
  /** Carried out at a time with one key, in this process. */
  readonly atOnce: number;
  /** Whether an attempt that threw this counts as a wrong one. */
  isWrong(error: unknown): boolean;
  /** Whether an attempt that succeeds gives a key all of its attempts back; default: only its own. */
  readonly startsAnew?: boolean;
}

export class Attempts {
  readonly #limiter: Limiter;
  readonly #options: AttemptOptions;
  readonly #turns: Turns;

  constructor(limiter: Limiter, options: AttemptOptions) {
    this.#limiter = limiter;
    this.#options = options;
    this.#turns = new Turns(options.atOnce);
  }

  /**
   * @throws RateLimited while the key has no attempts left
   * @throws Unavailable when too many with the key wait for their turn, and whatever the attempt throws
   */
  run<T>(key: string, attempt: () => Promise<T>): Promise<T> {
    return this.#turns.run(key, async () => {
      const outcome = await this.#counted(key, attempt);
      await (this.#options.startsAnew ? this.#limiter.forget(key) : this.#limiter.giveBack(key));
      return outcome;
    });
  }

  /** One that was refused counts no more than one that could not be judged. */
  async #counted<T>(key: string, attempt: () => Promise<T>): Promise<T> {
    try {
      await this.#limiter.take(key);
      return await attempt();
    } catch (error) {
      if (!this.#options.isWrong(error)) await this.#limiter.giveBack(key);
      throw error;
    }
  }
}
