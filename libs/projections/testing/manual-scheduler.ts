import type { Scheduler } from '#libs/platform';

/** Time that passes only when a test says so. */
export class ManualScheduler implements Scheduler {
  readonly #due = new Map<symbol, { readonly at: number; readonly callback: () => void }>();
  #now = 0;

  after(milliseconds: number, callback: () => void): () => void {
    const id = Symbol('timer');
    this.#due.set(id, { at: this.#now + milliseconds, callback });
    return () => void this.#due.delete(id);
  }

  /** How many callbacks wait for this delay or less. */
  pending(withinMs = Infinity): number {
    return [...this.#due.values()].filter(({ at }) => at - this.#now <= withinMs).length;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [id, { at, callback }] of this.#due) {
      if (at > this.#now) continue;
      this.#due.delete(id);
      callback();
    }
  }
}
