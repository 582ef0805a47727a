// What SQLite's failures mean to us: the disk or a lock (try again later) or the statement (a defect).
import { Unavailable } from '#libs/kernel';
import { ReadModelsMissing } from '../read-models-missing.ts';

export const SQLITE_BUSY = 5;

interface SqliteError extends Error {
  readonly errcode: number;
}

// By code and not by class: inside a test runner's sandbox the error's class is another realm's.
export function isSqliteError(error: unknown): error is SqliteError {
  return (error as { code?: unknown } | null | undefined)?.code === 'ERR_SQLITE_ERROR';
}

// Primary result codes: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. Everything else is not cured by waiting.
const PASSING = new Map([
  [5, 'it is locked by another process'],
  [6, 'it is locked'],
  [7, 'there is not enough memory'],
  [8, 'it is read-only'],
  [10, 'the disk reported an error'],
  [13, 'the disk is full'],
  [14, 'its file cannot be opened'],
]);

/** CORRUPT and NOTADB: the file is not, or no longer, what SQLite wrote. */
const DAMAGED = [11, 26];

export function isDamaged(error: unknown): boolean {
  const reason = (error as Error).cause ?? error;
  return isSqliteError(reason) && DAMAGED.includes(reason.errcode & 0xff);
}

/** The same error, or `Unavailable` where the fault lies with the disk or a lock and nothing was written. */
export function asUnavailable(error: unknown, what: string): Error {
  if (!isSqliteError(error)) return error as Error;
  const reason = PASSING.get(error.errcode & 0xff);
  return reason === undefined
    ? error
    : new Unavailable(`The ${what} cannot be used now: ${reason}.`, {}, { cause: error });
}

const NOT_THERE = /^no such (table|column)|^table \S+ has no column/;

/** The same for read models, which may not be there, or not whole. */
export function asReadFailure(error: unknown, what: string): Error {
  const isMissing = isSqliteError(error) && error.errcode === 1 && NOT_THERE.test(error.message);
  return isMissing ? new ReadModelsMissing() : asUnavailable(error, what);
}
