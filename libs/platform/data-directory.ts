// One process per data directory. The lock is one that the operating system gives back when its holder dies, however
// it dies, so there is never a stale lock to remove by hand.
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { isSqliteError, SQLITE_BUSY } from './sql/sqlite/sqlite-error.ts';

export interface DataDirectoryLock {
  /** Gives the directory back; repeated calls do nothing. */
  release(): void;
}

/**
 * Creates the directory (readable by its owner only) where it is missing, and takes it for this process.
 *
 * @throws Unavailable with one sentence when another process has it, or it cannot be created or written
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  const file = join(directory, 'instance.lock');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = new DatabaseSync(file, { timeout: 0 });
    takeLock(database);
    return releaseOnce(database);
  } catch (error) {
    const holder = isSqliteError(error) && error.errcode === SQLITE_BUSY ? holderOf(database) : undefined;
    if (database?.isOpen) database.close();
    if (holder !== undefined) {
      throw new Unavailable(
        `The data directory ${directory} is in use by another Bangbangwo process${holder}. Stop it first, or choose another DATA_DIR.`,
      );
    }
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new Unavailable(
      `The data directory ${directory} cannot be used (${code}). Check that it exists and that this user may write to it.`,
    );
  }
}

// A reserved lock lets others read who holds it, and still keeps them from taking it. The holder is written in a
// transaction of its own; whoever loses the race in between is refused by the second BEGIN.
function takeLock(database: DatabaseSync): void {
  database.exec(
    'PRAGMA journal_mode=DELETE; BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder',
  );
  database.prepare('INSERT INTO holder (pid) VALUES (?)').run(process.pid);
  database.exec('COMMIT; BEGIN IMMEDIATE');
}

function holderOf(database: DatabaseSync | undefined): string {
  try {
    const row = database?.prepare('SELECT pid FROM holder').get();
    return row ? ` (process ${String(row['pid'])})` : '';
  } catch {
    return '';
  }
}

function releaseOnce(database: DatabaseSync): DataDirectoryLock {
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}
