// Events that follow each other in the same stream are appended together, and several such runs at once where the store
// keeps their order.
import type { EventLine } from './event-file.ts';
import type { MovedEvent } from './event-lines.ts';

/** Events of one stream that can be appended in one call. */
export interface Run {
  readonly stream: string;
  /** Of the first event. */
  readonly revision: number;
  readonly events: readonly MovedEvent[];
}

/** Servers refuse an append of more than a mebibyte, whatever the events' own limit is. */
const MOST_CHARACTERS = 1 << 17;
const MOST_EVENTS = 100;

/** @param most runs in one batch */
export async function* batchesOf(lines: AsyncIterable<EventLine>, most: number): AsyncGenerator<readonly Run[]> {
  let batch: Run[] = [];
  for await (const run of runsOf(lines)) {
    batch.push(run);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* runsOf(lines: AsyncIterable<EventLine>): AsyncGenerator<Run> {
  let events: MovedEvent[] = [];
  let characters = 0;
  for await (const { text, row: event } of lines) {
    const [first] = events;
    const isFull = events.length === MOST_EVENTS || characters + text.length > MOST_CHARACTERS;
    if (first && (first.stream !== event.stream || isFull)) {
      yield { stream: first.stream, revision: first.revision, events };
      [events, characters] = [[], 0];
    }
    events.push(event);
    characters += text.length;
  }
  const [first] = events;
  if (first) yield { stream: first.stream, revision: first.revision, events };
}
