// What the database's errors mean to a caller: try again later, or never again on this connection
// (codes: https://www.sqlite.org/rescode.html).
import { Failure, Unavailable } from '#libs/kernel';
import { asUnavailable, isSqliteError } from '#libs/platform';

const IO_ERROR = 10;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * The failure to show for an error of the database. A batch that failed was rolled back, whatever the reason, so
 * Unavailable is always the truth; failures of ours stay what they are.
 */
export function failureOf(error: unknown): Failure {
  const known = asUnavailable(error, 'event store');
  if (known instanceof Failure) return known;
  const sentence = isFatal(error) ? 'The event store file is damaged.' : 'The event store cannot serve now.';
  return new Unavailable(sentence, {}, { cause: error });
}

/**
 * True when what this connection has in memory can no longer be trusted: after a failed write or sync nobody knows
 * what the disk holds, so only opening the file again, which recovers it, is safe.
 */
export function isFatal(error: unknown): boolean {
  const code = isSqliteError(error) ? error.errcode & 0xff : 0;
  return code === IO_ERROR || code === CORRUPT || code === NOT_A_DATABASE;
}
