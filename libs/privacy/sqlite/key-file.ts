// Opens keys.db: looked at first, and changed only once it is known to be ours. What is deleted in it is overwritten, and
// what is committed survives a power cut.
//
// WAL, because a new person then costs one sync instead of four. A WAL keeps old pages until it is truncated, so every
// erasure and every opening truncate it.
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { migrate } from '#libs/platform';
import { KEY_SCHEMA } from './key-schema.ts';

/** @throws Unavailable, the file untouched, when it is neither empty nor a key database this version knows */
export function lookInto(file: string): { database: DatabaseSync; isNew: boolean } {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    const isNew = version === 0 && database.prepare('SELECT name FROM sqlite_schema').get() === undefined;
    if ((version === 0 && !isNew) || version > KEY_SCHEMA.steps.length) {
      throw new Unavailable(
        `${file} was written by another version of Bangbangwo, or by something else; it is left as it is.`,
        { lasting: true },
      );
    }
    return { database, isNew };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Settles how it is written, and brings it to the newest schema. */
export function prepareFile(file: string, database: DatabaseSync): void {
  chmodSync(file, 0o600);
  database.exec('PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  for (const [pragma, wanted] of [
    ['secure_delete', 1],
    ['journal_mode', 'wal'],
    ['synchronous', 2],
  ] as const) {
    const value = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    if (value !== wanted) throw new Error(`PRAGMA ${pragma} is ${String(value)} and not ${String(wanted)}`);
  }
  migrate(database, KEY_SCHEMA);
}

/** @throws Unavailable when another process keeps pages of it from being overwritten */
export function truncateLog(database: DatabaseSync): void {
  const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (result?.['busy'] !== 0) throw new Unavailable('The key database is in use by another process.');
}

export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
