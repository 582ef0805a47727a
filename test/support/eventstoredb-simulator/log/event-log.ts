// The transaction log that all nodes of a simulated cluster share: every event in the order of its position, and each
// stream's events by revision.
import type { LogFile } from './log-file.ts';
import { type ProposedEvent, recordSize, type StoredEvent } from './stored-event.ts';
import { metastreamOf, parseMetadata, type StreamMetadata } from './stream-metadata.ts';

export interface StreamState {
  readonly events: StoredEvent[];
  metadata: StreamMetadata;
  tombstoned: boolean;
}

const NO_STREAM: StreamState = { events: [], metadata: {}, tombstoned: false };

export class EventLog {
  readonly #events: StoredEvent[] = [];
  readonly #streams = new Map<string, StreamState>();
  readonly #listeners = new Set<() => void>();
  readonly #file: LogFile | undefined;
  #end = 0;

  /** With a file, what was written to it before is there again. */
  constructor(file?: LogFile) {
    this.#file = file;
    for (const event of file?.stored ?? []) this.#take(event);
  }

  /** Every event in the order of its position. */
  get events(): readonly StoredEvent[] {
    return this.#events;
  }

  /** The position the next event gets. */
  get end(): number {
    return this.#end;
  }

  stream(name: string): Readonly<StreamState> {
    return this.#streams.get(name) ?? NO_STREAM;
  }

  /** The stream's last revision, -1 when it does not exist. */
  lastRevision(name: string): number {
    return this.stream(name).events.length - 1;
  }

  append(stream: string, proposed: readonly ProposedEvent[]): StoredEvent[] {
    const first = this.stream(stream).events.length;
    return this.#store(proposed.map((event, index) => this.#place(stream, first + index, event)));
  }

  /** Deletes the stream for good: nothing can be written to it, or read from it, again. */
  tombstone(stream: string, event: ProposedEvent): StoredEvent {
    const [stored] = this.#store([this.#place(stream, Number.POSITIVE_INFINITY, event)]);
    return stored!;
  }

  /** The index of the first event at or behind a position. */
  indexAt(position: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls back whenever there is more to read, until the returned function is called. */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Wakes readers up, although nothing was appended. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    this.#file?.close();
  }

  #place(stream: string, revision: number, event: ProposedEvent): StoredEvent {
    const position = this.#end;
    this.#end += recordSize(stream, event);
    const { id, type, json, data, metadata } = event;
    return { id, type, json, data, metadata, stream, revision, position, created: Date.now() };
  }

  #store(events: StoredEvent[]): StoredEvent[] {
    this.#file?.write(events);
    for (const event of events) this.#take(event);
    this.wake();
    return events;
  }

  #take(event: StoredEvent): void {
    this.#events.push(event);
    this.#end = event.position + recordSize(event.stream, event);
    const state = this.#stateOf(event.stream);
    if (event.revision === Number.POSITIVE_INFINITY) state.tombstoned = true;
    else state.events.push(event);
    if (event.stream.startsWith('$$'))
      this.#stateOf(event.stream.slice(metastreamOf('').length)).metadata = parseMetadata(event.data);
  }

  #stateOf(stream: string): StreamState {
    let state = this.#streams.get(stream);
    if (!state) this.#streams.set(stream, (state = { events: [], metadata: {}, tombstoned: false }));
    return state;
  }
}
