// Those who wait for a projection to reach a position: woken by its progress, never by polling.
import type { Position } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type { Scheduler } from '#libs/platform';
import type { PausedAt } from './event-failure.ts';
import type { WaitOptions } from './projections.ts';

interface Waiter {
  readonly position: Position;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export class PositionGate {
  readonly #projection: string;
  readonly #waiters = new Set<Waiter>();
  #position: Position;
  #paused: PausedAt | undefined;
  #closed = false;

  constructor(projection: string, position: Position) {
    this.#projection = projection;
    this.#position = position;
  }

  get position(): Position {
    return this.#position;
  }

  moveTo(position: Position, paused?: PausedAt): void {
    this.#position = position;
    this.#paused = paused;
    this.#settle();
  }

  /** Everybody waiting, now and later, gets Unavailable. */
  close(): void {
    this.#closed = true;
    this.#settle();
  }

  /** @throws Unavailable when the projection is paused before `position`; rejects with the signal's reason on abort */
  wait(position: Position, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiters.delete(waiter);
        reject(reasonOf(signal));
      };
      const done = (settle: () => void) => {
        signal.removeEventListener('abort', onAbort);
        settle();
      };
      const waiter: Waiter = {
        position,
        resolve: () => done(resolve),
        reject: (reason) => done(() => reject(reason)),
      };
      if (signal.aborted) return void onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#settle();
    });
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      const failure = this.#reached(waiter.position) ? undefined : this.#failure();
      if (!failure && !this.#reached(waiter.position)) continue;
      this.#waiters.delete(waiter);
      if (failure) waiter.reject(failure);
      else waiter.resolve();
    }
  }

  // Up to the event it is paused at, everything has been applied.
  #reached(position: Position): boolean {
    return this.#position >= position || (this.#paused !== undefined && position < this.#paused.position);
  }

  #failure(): Unavailable | undefined {
    if (this.#closed) return new Unavailable('The process is stopping.');
    if (!this.#paused) return undefined;
    return new Unavailable('This view of the data is paused until an operator looks at it.', {
      projection: this.#projection,
    });
  }
}

/**
 * Resolves once every gate is at the position.
 *
 * @throws Unavailable after the time limit, or what a gate rejects with
 */
export async function waitForGates(
  gates: readonly PositionGate[],
  position: Position,
  { timeoutMs = 5_000, signal }: WaitOptions,
  scheduler: Scheduler,
): Promise<void> {
  if (gates.every((gate) => gate.position >= position)) return;
  const limit = new AbortController();
  const cancel = scheduler.after(timeoutMs, () => {
    limit.abort(new Unavailable('The data asked for is not here yet. Try again shortly.', { timeoutMs }));
  });
  const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  try {
    await Promise.all(gates.map((gate) => gate.wait(position, either)));
  } finally {
    cancel();
    limit.abort();
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Unavailable('The wait was given up.');
}
