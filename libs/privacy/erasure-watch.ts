// Erasures that other processes made, found out in bounded time: whoever holds keys in memory may use them only while
// this says that it is up to date.
import { SECOND, Unavailable } from '#libs/kernel';
import type { KeyStore } from './key-store.ts';

/** While keys are used, other processes' erasures are asked for this often. */
const ASKED_EVERY_MS = 5 * SECOND;
/** A key erased elsewhere is never used longer than this, whether the store answers or not. */
export const LONGEST_UNAWARE_MS = 30 * SECOND;

/** Milliseconds of a clock that only runs forwards. */
export type Stopwatch = () => number;

export interface ErasureWatchOptions {
  readonly store: KeyStore;
  readonly now: Stopwatch;
  /** Number of the last erasure that nothing in memory is older than, and when that was asked for. */
  readonly since: { readonly last: number; readonly at: number };
  /** Must forget their keys before it returns. */
  readonly onErased: (persons: readonly string[]) => void;
}

export class ErasureWatch {
  readonly #options: ErasureWatchOptions;
  #last: number;
  #upToDateAt: number;
  #askedAt: number;
  #asking: Promise<void> | undefined;

  constructor(options: ErasureWatchOptions) {
    this.#options = options;
    this.#last = options.since.last;
    this.#upToDateAt = options.since.at;
    this.#askedAt = options.since.at;
  }

  /** Whether what is in memory may be used. Asks in the background before it has to say no. */
  isUpToDate(): boolean {
    const now = this.#options.now();
    if (now - this.#askedAt >= ASKED_EVERY_MS && !this.#asking) this.#ask(now).catch(() => undefined);
    return now - this.#upToDateAt < LONGEST_UNAWARE_MS;
  }

  /** @throws Unavailable when the store does not answer in time */
  async bringUpToDate(): Promise<void> {
    if (this.isUpToDate()) return;
    await (this.#asking ?? this.#ask(this.#options.now()));
    if (!this.isUpToDate()) throw new Unavailable('The person keys cannot be checked against erasures now.');
  }

  #ask(now: number): Promise<void> {
    this.#askedAt = now;
    this.#asking = this.#options.store
      .erasures(this.#last)
      .then(({ last, persons }) => {
        this.#options.onErased(persons);
        this.#last = last;
        this.#upToDateAt = now;
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}
