// Waiting in tests for what cannot be waited for by position.
import { setTimeout } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** Resolves when it holds. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 4_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('It never came to hold.');
    await setTimeout(LOOK_EVERY_MS);
  }
}
