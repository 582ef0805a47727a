// Waiting in tests for what cannot be waited for by position.

/** Resolves when it holds; looks again after each turn of the event loop. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 4_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('It never came to hold.');
    await new Promise(setImmediate);
  }
}
