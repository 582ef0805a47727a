// For a process that is the only one to write to a store, which the data directory's lock makes sure of: it knows where
// the streams it has met end, and answers "nothing new" without asking. Viewers and catalogues are asked for with every
// request, and hardly ever change.
import type { Position } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type {
  AppendOptions,
  AppendResult,
  EventStore,
  LogPage,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StreamPage,
} from './port.ts';

const KNOWN_STREAMS = 20_000;

export class SoleWriterStore implements EventStore {
  readonly #store: EventStore;
  /** Last revision of streams that nothing is being appended to. */
  readonly #ends = new BoundedCache<string, number>(KNOWN_STREAMS);
  /** Counts the beginnings and ends of appends: what was read while it moved is not remembered. */
  #moves = 0;
  /** How many appends to a stream are on their way: it may have grown before they say so. */
  readonly #appending = new Map<string, number>();
  #closed = false;

  /** @param store no other process, and nothing but this, may append to it */
  constructor(store: EventStore) {
    this.#store = store;
  }

  async append(stream: string, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult> {
    this.#begin(stream);
    try {
      return await this.#store.append(stream, events, options);
    } finally {
      this.#end(stream);
    }
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    const { from = 0, direction = 'forwards', signal } = options;
    const end = this.#ends.get(stream);
    if (end !== undefined && direction === 'forwards' && Number.isSafeInteger(from) && from > end && !this.#closed) {
      signal?.throwIfAborted();
      return { events: [], lastRevision: end, next: undefined };
    }
    const moves = this.#moves;
    const page = await this.#store.readStream(stream, options);
    const still = moves === this.#moves && !this.#appending.has(stream);
    if (still && page.lastRevision >= 0) this.#ends.set(stream, page.lastRevision);
    return page;
  }

  readAll(options: ReadAllOptions): Promise<LogPage> {
    return this.#store.readAll(options);
  }

  wakeups(signal: AbortSignal): AsyncIterable<void> {
    return this.#store.wakeups(signal);
  }

  head(): Promise<Position> {
    return this.#store.head();
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#store.close();
  }

  #begin(stream: string): void {
    this.#moves += 1;
    this.#ends.delete(stream);
    this.#appending.set(stream, (this.#appending.get(stream) ?? 0) + 1);
  }

  #end(stream: string): void {
    this.#moves += 1;
    const left = (this.#appending.get(stream) ?? 1) - 1;
    if (left > 0) this.#appending.set(stream, left);
    else this.#appending.delete(stream);
  }
}
