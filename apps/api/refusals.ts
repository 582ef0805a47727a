// Why requests were refused lately. A server that answers whoever asks how it is may still refuse what changes something,
// for want of a quorum or of room on its disk; only the requests themselves can tell.
import type { Clock, Instant } from '#libs/kernel';
import { millisecondsBetween, SECOND } from '#libs/kernel';
import type { Logger } from '#libs/platform';

const LATELY = 5 * SECOND;

export class Refusals {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #last: { readonly reason: string; readonly at: Instant } | undefined;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Into the log when it begins or changes, however many requests meet it. */
  note({ message: reason }: Error): void {
    if (this.recent() !== reason) this.#logger.warn('requests are refused', { reason });
    this.#last = { reason, at: this.#clock.now() };
  }

  /** One sentence; undefined once none was refused for some seconds. */
  recent(): string | undefined {
    if (!this.#last || millisecondsBetween(this.#last.at, this.#clock.now()) > LATELY) return undefined;
    return this.#last.reason;
  }
}
