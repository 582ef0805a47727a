// How long things may take, and the waits between attempts.
import { setTimeout as sleep } from 'node:timers/promises';
import { Unanswered } from './call-failure.ts';

/** All in milliseconds. */
export interface Limits {
  /** For the answer to one attempt of an append; default 5 s. */
  readonly appendAnswerMs: number;
  /** For an append with all its attempts; default 15 s. */
  readonly appendMs: number;
  /** For the answer to one attempt of a read; default 3 s. */
  readonly readAnswerMs: number;
  /** After this, a read is not attempted again; default 6 s. */
  readonly readMs: number;
  /**
   * For the answer with a page of the log, of which the server may have to look through a lot in vain; default 60 s. Twice
   * as long each time it was too short, up to ten minutes.
   */
  readonly pageAnswerMs: number;
  /** How often the head is looked at besides the subscription; default 1 s. */
  readonly pollMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  appendAnswerMs: 5_000,
  appendMs: 15_000,
  readAnswerMs: 3_000,
  readMs: 6_000,
  pageAnswerMs: 60_000,
  pollMs: 1_000,
};

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1_000;

/** Longer and longer waits, each with some chance in it, so that many callers do not come back at once. */
export class BackOff {
  #attempts = 0;

  next(): number {
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, LONGEST_WAIT_MS);
    this.#attempts += 1;
    return wait * (0.5 + Math.random());
  }

  reset(): void {
    this.#attempts = 0;
  }
}

/** Waits; rejects with the signal's reason when it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}

/** @throws Unanswered when `work` takes longer; its later outcome is of no interest then */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered('It took too long.')), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
