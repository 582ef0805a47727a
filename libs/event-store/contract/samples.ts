// What the contract appends, and how it opens a store: adapters hand in the latter.
import { randomUUID } from 'node:crypto';
import type { EventMetadata, Instant, JsonObject, Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { EventStore, NewEvent, RecordedEvent } from '#libs/event-store';

/** An empty store of its own for one test. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Closes the store that is open and opens the same data again. */
  reopen(): Promise<EventStore>;
  /** Closes what is open and removes the data. */
  discard(): Promise<void>;
}

export type OpenStore = () => Promise<StoreUnderTest>;

export function newStream(): string {
  return `request-${randomUUID()}`;
}

export function newEvent(type = 'RequestRaised', data: JsonObject = { note: 'a lamp is broken' }): NewEvent {
  const at = '2026-03-01T08:00:00.000Z' as Instant;
  const metadata: EventMetadata = {
    version: 1,
    commandId: randomUUID(),
    commandHash: 'hash',
    actorId: 'system',
    actorRole: 'OFFICE',
    communityId: randomUUID(),
    occurredAt: at,
    recordedAt: at,
  };
  return { id: randomUUID(), type, data, metadata };
}

export function newEvents(count: number, type?: string): NewEvent[] {
  return Array.from({ length: count }, (_, index) => newEvent(type, { index }));
}

/** Reads the log to its end, page by page. */
export async function readLog(store: EventStore, limit?: number, types?: string[]): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  let after: Position = START_OF_LOG;
  for (;;) {
    const { events, next, head } = await store.readAll({ after, limit, types });
    all.push(...events);
    if (next >= head) return all;
    after = next;
  }
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map(({ id }) => id);
}
