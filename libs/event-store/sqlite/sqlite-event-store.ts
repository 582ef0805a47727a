// The embedded event store: one SQLite file, one writer. An append is answered only after the commit that holds it,
// and a batch that fails is rolled back as a whole, so there is never half a command.
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Position } from '#libs/kernel';
import { canonicalJson, InvalidInput, isUuid, Unavailable } from '#libs/kernel';
import { openSqlite, requireDurable, systemClock } from '#libs/platform';
import type {
  AppendOptions,
  AppendResult,
  EventStore,
  ExpectedRevision,
  LogPage,
  NewEvent,
  ReadAllOptions,
  RecordedEvent,
  ReadStreamOptions,
  StreamPage,
} from '#libs/event-store';
import { WakeupSignal } from '#libs/event-store';
import { EventReader } from './event-reader.ts';
import type { PreparedAppend } from './event-writer.ts';
import { EventWriter } from './event-writer.ts';
import { GroupCommit } from './group-commit.ts';
import { indexType, prepareSchema } from './schema.ts';
import { failureOf, isFatal } from './sqlite-failure.ts';

export interface SqliteEventStoreOptions {
  /** Types of which there are few and which are read on their own, found without a look at all other events. */
  readonly rareTypes?: readonly string[] | undefined;
  /** Source of `storedAt`; default the system's clock. */
  readonly clock?: Clock | undefined;
  /**
   * Called once when the disk failed under the store or its file is damaged. From then on every call rejects with
   * Unavailable; ending the process and starting again recovers what was acknowledged.
   */
  readonly onBroken?: ((failure: Unavailable) => void) | undefined;
}

/** How long a commit waits for another process that is writing; the event loop waits with it. */
const BUSY_TIMEOUT_MS = 1_000;

const STREAM_NAME = /^[\x21-\x7e]{1,255}$/;

export class SqliteEventStore implements EventStore {
  /** Made with the file. Read models that carry another id belong to another log. */
  readonly id: string;
  readonly #database: DatabaseSync;
  readonly #reader: EventReader;
  readonly #writer: EventWriter;
  readonly #commits: GroupCommit<PreparedAppend, AppendResult>;
  readonly #wakeups = new WakeupSignal();
  readonly #onBroken: ((failure: Unavailable) => void) | undefined;
  #closed = false;
  #broken: Unavailable | undefined;

  /** For a connection that is open and durable; `open` makes one. The store closes it. */
  constructor(database: DatabaseSync, { clock, onBroken, rareTypes = [] }: SqliteEventStoreOptions = {}) {
    // A long log between checkpoints makes them rarer; a cache of 32 MiB holds the indexes' busy pages.
    database.exec('PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32768');
    this.#database = database;
    this.#onBroken = onBroken;
    this.id = prepareSchema(database);
    for (const type of rareTypes) indexType(database, type);
    this.#reader = new EventReader(database, rareTypes);
    this.#writer = new EventWriter(database, clock ?? systemClock);
    this.#commits = new GroupCommit((batch) => this.#commit(batch));
  }

  /**
   * Opens the file, or makes it.
   *
   * @throws Unavailable when it cannot be opened durably, is damaged, or was written by a newer version
   */
  static open({ file, ...options }: SqliteEventStoreOptions & { readonly file: string }): SqliteEventStore {
    let database: DatabaseSync | undefined;
    try {
      database = openSqlite(file, { synchronous: 'FULL', busyTimeoutMs: BUSY_TIMEOUT_MS });
      return new SqliteEventStore(database, options);
    } catch (error) {
      database?.close();
      throw failureOf(error);
    }
  }

  async append(stream: string, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult> {
    this.#assertServing();
    options.signal?.throwIfAborted();
    return this.#commits.submit(prepare(stream, events, options.expected), options.signal);
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    return this.#read(() => this.#reader.readStream(stream, options), options.signal);
  }

  readAll(options: ReadAllOptions): Promise<LogPage> {
    return this.#read(() => this.#reader.readAll(options), options.signal);
  }

  /** The last events of the log, the latest first; 1,000 at most. */
  latest(limit: number): Promise<readonly RecordedEvent[]> {
    return this.#read(() => this.#reader.latest(limit));
  }

  head(): Promise<Position> {
    return this.#read(() => this.#reader.head());
  }

  wakeups(signal: AbortSignal): AsyncIterable<void> {
    return this.#wakeups.subscribe(signal);
  }

  /** @throws Unavailable when what is written would not survive a loss of power, or a newer version has changed the file */
  verify(): void {
    this.#assertServing();
    requireDurable(this.#database, 'FULL');
    prepareSchema(this.#database);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#commits.flush();
    this.#wakeups.close();
    return new Promise((resolve) => {
      this.#database.close();
      resolve();
    });
  }

  #commit(batch: readonly PreparedAppend[]) {
    try {
      if (this.#broken) throw this.#broken;
      const outcomes = this.#writer.write(batch);
      if (outcomes.some((outcome) => 'value' in outcome && !outcome.value.duplicate)) this.#wakeups.notify();
      return outcomes;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #read<Result>(work: () => Result, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve) => {
      this.#assertServing();
      signal?.throwIfAborted();
      try {
        resolve(work());
      } catch (error) {
        throw this.#failed(error);
      }
    });
  }

  #assertServing(): void {
    if (this.#closed) throw new Unavailable('The event store is closed.');
    if (this.#broken) throw this.#broken;
  }

  #failed(error: unknown): Error {
    const failure = failureOf(error);
    if (isFatal(error) && !this.#broken && failure instanceof Unavailable) {
      this.#broken = failure;
      this.#onBroken?.(failure);
    }
    return failure;
  }
}

/** @throws InvalidInput for what no store could keep */
function prepare(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): PreparedAppend {
  if (!STREAM_NAME.test(stream)) {
    throw new InvalidInput('A stream is named by 1 to 255 printable ASCII characters.', { field: 'stream' });
  }
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidInput('The expected revision is 0 or more.', { field: 'expectedRevision' });
  }
  if (events.length === 0) throw new InvalidInput('There is nothing to append.', { field: 'events' });
  const prepared = events.map(({ id, type, metadata, data }) => {
    if (!isUuid(id)) throw new InvalidInput('The id of an event is a UUID in lower case.', { field: 'id' });
    return { id, type, metadata: canonicalJson(metadata), data: canonicalJson(data) };
  });
  return { stream, expected, events: prepared };
}
