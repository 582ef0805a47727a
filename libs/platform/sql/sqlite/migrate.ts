// Forward-only schema migrations. A file written by a newer version is refused, never guessed at.
import type { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { asUnavailable } from './sqlite-error.ts';

export interface Migrations {
  /** What the file is called in a sentence, for example "event log". */
  readonly name: string;
  /** SQL of each step; its place in the list is its number. Steps are only ever added at the end. */
  readonly steps: readonly string[];
}

/**
 * Brings the file to the newest schema, each step in a transaction of its own with the number of steps done.
 *
 * @throws Unavailable when the file was written by a newer version
 */
export function migrate(database: DatabaseSync, { name, steps }: Migrations): void {
  const done = versionOf(database);
  if (done > steps.length) {
    throw new Unavailable(
      `A newer version of Bangbangwo wrote the ${name} (schema ${String(done)}, this version knows ${String(steps.length)}). Start that version, or a newer one.`,
    );
  }
  for (const [index, step] of steps.entries()) if (index >= done) apply(database, name, index, step);
}

// The number is read again inside the transaction: another process may have migrated in the meantime.
function apply(database: DatabaseSync, name: string, index: number, step: string): void {
  try {
    database.exec('BEGIN IMMEDIATE');
    if (versionOf(database) === index) database.exec(`${step}; PRAGMA user_version=${String(index + 1)}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw asUnavailable(error, name);
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
