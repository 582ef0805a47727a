// Who subscribes, and what they are told.
import type { Receiver } from '../subscriptions/subscriber.ts';
import type { Viewer } from '../viewer.ts';

export const SOMEBODY: Viewer = { accountId: 'account', grants: [], may: () => false, communities: () => [] };

/** Collects what it is told; resolves `until(n)` when there are n. */
export class Collector implements Receiver {
  viewer: Viewer | undefined;
  readonly told: unknown[] = [];
  readonly errors: unknown[] = [];
  readonly #failure = Promise.withResolvers<undefined>();
  readonly failed = this.#failure.promise;
  #waiting: { count: number; resolve: () => void }[] = [];

  next(message: unknown): void {
    this.told.push(message);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.told.length >= count) resolve();
      return this.told.length < count;
    });
  }

  async drained(): Promise<void> {
    await Promise.resolve();
  }

  fail(error: unknown): void {
    this.errors.push(error);
    this.#failure.resolve(undefined);
  }

  until(count: number): Promise<void> {
    if (this.told.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}
