// The log through the port, page by page, up to where it ended when the reading began: what is appended meanwhile belongs
// to the next reading.
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';

export interface Section {
  /** Exclusive; default the start of the log. */
  readonly after?: Position;
  /** The last event to read. */
  readonly head: Position;
  readonly signal?: AbortSignal | undefined;
}

export async function* readLog(
  store: EventStore,
  { after = START_OF_LOG, head, signal }: Section,
): AsyncGenerator<RecordedEvent, undefined> {
  for (let read = after; read < head;) {
    signal?.throwIfAborted();
    const { events, next } = await store.readAll({ after: read, signal });
    for (const event of events) {
      if (event.position > head) return;
      yield event;
    }
    read = next;
  }
}
