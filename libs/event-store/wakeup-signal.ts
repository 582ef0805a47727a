// Tells waiting readers that something was appended. Any number of signals a reader has not taken yet are one, so a
// slow reader costs one flag and never a queue.

interface Subscriber {
  pending: boolean;
  wake: () => void;
}

export class WakeupSignal {
  readonly #subscribers = new Set<Subscriber>();
  readonly #closed = new AbortController();
  readonly #watched: (watched: boolean) => void;

  /** @param watched called when the first reader comes, and when the last one has left */
  constructor(watched: (watched: boolean) => void = () => undefined) {
    this.#watched = watched;
  }

  notify(): void {
    for (const subscriber of this.#subscribers) {
      subscriber.pending = true;
      subscriber.wake();
    }
  }

  /** Ends every subscription. */
  close(): void {
    this.#closed.abort();
  }

  /** Counts from this call on, not from the first `next`; ends when `signal` aborts or the store closes. */
  subscribe(signal: AbortSignal): AsyncIterable<void> {
    const ended = AbortSignal.any([signal, this.#closed.signal]);
    const subscriber: Subscriber = { pending: false, wake: () => undefined };
    const leave = () => {
      if (this.#subscribers.delete(subscriber) && this.#subscribers.size === 0) this.#watched(false);
      subscriber.wake();
    };
    if (!ended.aborted) {
      this.#subscribers.add(subscriber);
      if (this.#subscribers.size === 1) this.#watched(true);
      ended.addEventListener('abort', leave, { once: true });
    }
    return this.#wakeups(subscriber, ended, leave);
  }

  async *#wakeups(subscriber: Subscriber, ended: AbortSignal, leave: () => void): AsyncGenerator<void> {
    try {
      for (;;) {
        if (!subscriber.pending && !ended.aborted) await new Promise<void>((resolve) => (subscriber.wake = resolve));
        if (ended.aborted) return;
        subscriber.pending = false;
        yield;
      }
    } finally {
      ended.removeEventListener('abort', leave);
      leave();
    }
  }
}
