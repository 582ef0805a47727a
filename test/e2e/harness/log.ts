// The whole log, page by page.
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';

/** @param start everything after it; default all */
export async function readLog(store: EventStore, start: Position = START_OF_LOG): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (let after = start; ;) {
    const { events, next, head } = await store.readAll({ after });
    log.push(...events);
    if (next >= head) return log;
    after = next;
  }
}
