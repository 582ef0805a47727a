// What an event store refuses, and what cannot be read back. None of it names data of an event.
import { Conflict, InvalidInput, Unavailable } from '#libs/kernel';
import { CommandIdReused } from '#libs/kernel';
import type { ExpectedRevision, RecordedEvent } from './port.ts';

/** The stream is not where the appender thought. `actual` is its last revision, -1 when it does not exist. */
export class WrongExpectedRevision extends Conflict {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly actual: number;

  constructor(stream: string, expected: ExpectedRevision, actual: number) {
    super('It has been changed since it was read.', { currentRevision: actual });
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An event id offered to this stream is already taken by another stream, or by this one in another order. */
export class EventIdReused extends CommandIdReused {
  constructor() {
    super('This command id was used before for another command.');
  }
}

export class InvalidPosition extends InvalidInput {
  constructor() {
    super('This is not a position of this log.', { field: 'position' });
  }
}

/** A stored event that this version cannot read: unknown type, newer version, or ciphertext that was moved. */
export class UnreadableEvent extends Unavailable {
  constructor(reason: string, type: string, position: string) {
    super(`Event of type ${type} at position ${position} cannot be read: ${reason}.`, { type, position });
  }
}

/** The stream was deleted by the store's operator: nothing can be read from it, and nothing is written to it. */
export class StreamDeleted extends Unavailable {}

/**
 * A history is decided on whole or not at all.
 *
 * @throws Unavailable when events before this one are missing: the store's operator truncated or deleted the stream
 */
export function requireNext({ stream, revision }: RecordedEvent, expected: number): void {
  if (revision === expected) return;
  throw new Unavailable(
    `The history of ${stream} is incomplete: revision ${String(expected)} is missing. Restore it from a backup.`,
  );
}
