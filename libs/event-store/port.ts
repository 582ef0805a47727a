// The port every event store adapter implements and its contract suite checks. Loading aggregates, publishing and
// snapshots are not in it.
import type { EventMetadata, Instant, JsonObject, Position } from '#libs/kernel';

/** An event to append. `id` is deterministic in the command, so that a retry offers the same ids. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0 for a stream's first event, then one by one without gaps. */
  readonly revision: number;
  readonly position: Position;
  /** When the store took it, by the store's clock. */
  readonly storedAt: Instant;
}

/**
 * What the appender believes of the stream: its exact last revision, that it does not exist, that it exists, or
 * nothing at all. Commands use the first two; `any` gives no idempotency across stores and is for tools.
 */
export type ExpectedRevision = number | 'no-stream' | 'exists' | 'any';

export interface AppendOptions {
  readonly expected: ExpectedRevision;
  readonly signal?: AbortSignal | undefined;
}

export interface AppendResult {
  /** Revision and position of the last event appended. */
  readonly revision: number;
  readonly position: Position;
  /**
   * True when the store recognised a repeat: nothing was appended, the first result is returned. A store that cannot tell
   * says false; what it holds then equals what was offered, byte for byte.
   */
  readonly duplicate: boolean;
}

export interface ReadStreamOptions {
  /** First revision to return, inclusive; default 0 forwards, the last one backwards. */
  readonly from?: number | undefined;
  /** Most events to return; default and maximum 1,000. */
  readonly limit?: number | undefined;
  readonly direction?: 'forwards' | 'backwards' | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StreamPage {
  /** Empty when the stream does not exist. */
  readonly events: readonly RecordedEvent[];
  /** The stream's last revision, -1 when it does not exist. */
  readonly lastRevision: number;
  /** Where the next page starts; undefined at the end. */
  readonly next: number | undefined;
}

export interface ReadAllOptions {
  /** Events after this position, exclusive; `START_OF_LOG` for all. */
  readonly after: Position;
  /** Most events to return; default and maximum 1,000. */
  readonly limit?: number | undefined;
  /** Only these event types; default all. */
  readonly types?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Where to go on: every event up to here has been looked at, though a filter may have matched none. */
  readonly next: Position;
  /** Position of the last event in the store when the page was read. `next >= head` means caught up. */
  readonly head: Position;
}

export interface EventStore {
  /**
   * Appends all events or none. Resolves only once they are durable (a crash or power loss afterwards does not
   * lose them). The very same events again, offered as the first time at an exact revision or `no-stream`, resolve to
   * the first result. Other content under the same ids is never appended there: it is refused, or taken for a repeat
   * with `duplicate` true.
   *
   * @throws WrongExpectedRevision with both revisions; nothing was appended
   * @throws EventIdReused when an id comes twice in the call, or the store finds some of the ids elsewhere or in another
   *   order; nothing was appended
   * @throws Unavailable when the store cannot write; nothing was appended, or (after a lost answer) the same call
   *   can be made again safely
   */
  append(stream: string, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult>;

  readStream(stream: string, options?: ReadStreamOptions): Promise<StreamPage>;

  /**
   * Reads the log in position order. Never skips: an event whose position is below `next` was either returned,
   * filtered out by type, or does not exist, also under concurrent writers.
   *
   * @throws InvalidPosition when `after` is not a position of this store's form
   */
  readAll(options: ReadAllOptions): Promise<LogPage>;

  /** Hints that there may be more to read, until `signal` aborts. May miss or repeat; correctness never depends on it. */
  wakeups(signal: AbortSignal): AsyncIterable<void>;

  /** Position of the last event, `START_OF_LOG` in an empty store. */
  head(): Promise<Position>;

  /** Finishes accepted appends, then releases files and sockets. Later calls reject with Unavailable. */
  close(): Promise<void>;
}
