// For subscriptions where only the latest state counts: many events in a short time become one delivery.
import type { RecordedEvent } from '#libs/event-store';
import type { SubscriptionSource } from './subscription-source.ts';

interface Pending {
  event: RecordedEvent;
  readonly timer: NodeJS.Timeout;
}

export class Coalescer {
  readonly #deliver: (source: SubscriptionSource, topic: string, event: RecordedEvent) => Promise<void>;
  readonly #pending = new Map<string, Pending>();

  /** @param deliver handles its own failures */
  constructor(deliver: (source: SubscriptionSource, topic: string, event: RecordedEvent) => Promise<void>) {
    this.#deliver = deliver;
  }

  add(source: SubscriptionSource, topic: string, event: RecordedEvent): void {
    const key = `${source.field}\n${topic}`;
    const pending = this.#pending.get(key);
    if (pending) {
      pending.event = event;
      return;
    }
    const timer = setTimeout(() => {
      const due = this.#pending.get(key);
      this.#pending.delete(key);
      if (due) void this.#deliver(source, topic, due.event);
    }, source.coalesceMs ?? 0);
    timer.unref();
    this.#pending.set(key, { event, timer });
  }

  stop(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}
