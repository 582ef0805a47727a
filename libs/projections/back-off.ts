import type { Scheduler } from '#libs/platform';

/** Longer and longer waits between attempts. */
export class BackOff {
  readonly #waits: readonly number[];
  #attempts = 0;

  /** @param waits milliseconds before the second attempt, the third, and so on */
  constructor(waits: readonly number[]) {
    this.#waits = waits;
  }

  /** The next wait, undefined when all were used. */
  next(): number | undefined {
    return this.#waits[this.#attempts++];
  }

  /** The next wait; the last one repeats for ever. */
  nextOrLast(): number {
    return this.next() ?? this.#waits.at(-1) ?? 0;
  }

  reset(): void {
    this.#attempts = 0;
  }
}

/** Resolves after the time, or at once when the signal aborts. */
export async function pause(scheduler: Scheduler, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const onAbort = () => {
      cancel();
      resolve();
    };
    const cancel = scheduler.after(milliseconds, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
