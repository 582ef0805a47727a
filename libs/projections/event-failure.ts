// An event that a projection could not handle, told without anything the event holds.
import type { RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { isKnownFailure } from '#libs/kernel';
import { describeForLog, PostgresDefect, ReadModelsMissing } from '#libs/platform';

/** Why a projection stands still. */
export interface PausedAt {
  readonly position: Position;
  readonly type: string;
  /** One sentence without personal data. */
  readonly reason: string;
}

export class EventFailure extends Error {
  readonly event: RecordedEvent;

  constructor(event: RecordedEvent, cause: unknown) {
    super(`An event of type ${event.type} could not be projected`, { cause });
    this.event = event;
  }

  toPaused(): PausedAt {
    return { position: this.event.position, type: this.event.type, reason: reasonOf(this.cause) };
  }
}

// The message of an unforeseen error may quote the event; its class and the place in the code do not. What PostgreSQL
// refused is told by names of tables and columns.
export function reasonOf(error: unknown): string {
  if (error instanceof ReadModelsMissing && error.cause instanceof PostgresDefect)
    return `${error.message} ${error.cause.message}`;
  if (isKnownFailure(error) || error instanceof PostgresDefect) return error.message;
  const { failure, frames } = describeForLog(error);
  const place = /([\w.-]+\.[jt]s:\d+:\d+)/.exec(String(frames))?.[1];
  return `${String(failure)}${place === undefined ? '' : ` at ${place}`}`;
}
