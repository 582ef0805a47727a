// The event store of a house that is scaled out: EventStoreDB, or KurrentDB, one node or a cluster. Any number of
// processes may use it at once.
import { setMaxListeners } from 'node:events';
import type { Position } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type {
  AppendOptions,
  AppendResult,
  EventStore,
  LogPage,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StreamPage,
} from '#libs/event-store';
import { appendRequest } from './append-request.ts';
import { Appender } from './appender.ts';
import { serverAddress } from './connection-string.ts';
import { Connection } from './connection.ts';
import { EndReaders } from './end-readers.ts';
import type { Limits } from './limits.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { LogReader } from './log-reader.ts';
import { LogWatch } from './log-watch.ts';
import { Reads } from './reads.ts';
import { StreamNames } from './stream-names.ts';
import { StreamReader } from './stream-reader.ts';

export interface EventStoreDBStoreOptions {
  /** `esdb://user:password@host:2113`, several hosts, or `esdb+discover://…`; with TLS unless it says `tls=false`. */
  readonly url: string;
  /** Of the streams that make up the log, which are named `<category>-<id>`: nothing else on the server is read. */
  readonly categories: readonly string[];
  /** What the server's names of our streams begin with, to keep several houses apart on one server; default nothing. */
  readonly prefix?: string | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export class EventStoreDBStore implements EventStore {
  /** The servers' hosts and ports, as they may be said and logged. */
  readonly name: string;
  readonly #connection: Connection;
  readonly #names: StreamNames;
  readonly #streams: StreamReader;
  readonly #log: LogReader;
  readonly #endReaders: EndReaders;
  readonly #appender: Appender;
  readonly #watch: LogWatch;
  readonly #appends = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  private constructor({ url, categories, prefix, limits: given }: EventStoreDBStoreOptions) {
    const address = serverAddress(url);
    // As many as there are reads at once.
    setMaxListeners(0, this.#closing.signal);
    const limits = { ...DEFAULT_LIMITS, ...given };
    this.name = address.name;
    this.#connection = new Connection(address);
    this.#names = new StreamNames(categories, prefix);
    const reads = new Reads(this.#connection, limits, this.name);
    this.#streams = new StreamReader(reads, this.#names);
    this.#log = new LogReader(reads, this.#names);
    this.#endReaders = new EndReaders(this.#log, this.#closing.signal);
    const { name } = this;
    this.#appender = new Appender(this.#connection, { log: this.#log, streams: this.#streams, limits, name });
    this.#watch = new LogWatch(this.#connection, this.#log, this.#names, limits);
  }

  /**
   * Needs no server: calls reject with Unavailable until there is one. `verify` tells.
   *
   * @throws Unavailable lasting (`details.lasting`), with a sentence, when the URL cannot be used
   */
  static open(options: EventStoreDBStoreOptions): EventStoreDBStore {
    return new EventStoreDBStore(options);
  }

  /**
   * Resolves once the server has answered as the leader of its cluster, and lets us read.
   *
   * @throws Unavailable within seconds; `details.lasting` when waiting does not help, as with a wrong password
   */
  async verify(signal?: AbortSignal): Promise<void> {
    await this.#serving(signal, (until) => this.#log.head(until));
  }

  async append(stream: string, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult> {
    this.#assertOpen();
    options.signal?.throwIfAborted();
    const request = appendRequest(this.#names.onServer(stream), events, options.expected);
    const appending = this.#appender.append(request, stream, options.signal);
    this.#appends.add(appending);
    try {
      const result = await appending;
      this.#watch.tell(result.position);
      return result;
    } finally {
      this.#appends.delete(appending);
    }
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    return this.#serving(options.signal, (signal) => this.#streams.readStream(stream, { ...options, signal }));
  }

  readAll(options: ReadAllOptions): Promise<LogPage> {
    return this.#serving(options.signal, (signal) => this.#endReaders.readAll({ ...options, signal }));
  }

  head(): Promise<Position> {
    return this.#serving(undefined, (signal) => this.#log.head(signal));
  }

  wakeups(signal: AbortSignal): AsyncIterable<void> {
    return this.#watch.subscribe(signal);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#watch.close();
    await Promise.allSettled(this.#appends);
    this.#closing.abort(new Unavailable(CLOSED));
    await this.#connection.close();
  }

  /** Until the caller leaves or the store closes. */
  async #serving<T>(signal: AbortSignal | undefined, read: (until: AbortSignal) => Promise<T>): Promise<T> {
    this.#assertOpen();
    signal?.throwIfAborted();
    return read(signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal);
  }

  #assertOpen(): void {
    if (this.#closed) throw new Unavailable(CLOSED);
  }
}

const CLOSED = 'The event store is closed.';
