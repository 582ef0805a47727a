// One event as the server keeps it, and the positions it gets: byte offsets in a transaction log, so they grow by the
// size of the records and never by one.

/** What a client proposes, before the server has given it a place. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  /** Number.POSITIVE_INFINITY for the record that tombstones a stream. */
  readonly revision: number;
  /** Commit and prepare position alike: the offset at which the record starts. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

const RECORD_HEADER = 76;

/** Bytes the record takes in the log. */
export function recordSize(stream: string, event: ProposedEvent): number {
  return RECORD_HEADER + Buffer.byteLength(stream) + Buffer.byteLength(event.type) + payloadSize(event);
}

/** Bytes that count towards the maximum size of an append. */
export function payloadSize(event: ProposedEvent): number {
  return event.data.byteLength + event.metadata.byteLength;
}
