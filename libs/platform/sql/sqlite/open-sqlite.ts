// Every SQLite file is opened here, so that durability and consistency settings are the same everywhere, and are read
// back: a pragma that did not take effect stops the start instead of losing data later.
import { chmodSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { asUnavailable } from './sqlite-error.ts';

const SYNCHRONOUS = { OFF: 0, NORMAL: 1, FULL: 2 } as const;

export interface SqliteOptions {
  /**
   * FULL: a commit survives power loss. NORMAL: the file stays consistent, the last commits may be lost; right for
   * what can be rebuilt. OFF: neither; for measurements only.
   */
  readonly synchronous: keyof typeof SYNCHRONOUS;
  /** The file must exist; nothing can be written through this handle. */
  readonly readOnly?: boolean;
  /** How long a statement waits for another process's lock; default 5 s. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens or creates a database in WAL mode, readable by its owner only.
 *
 * @throws Unavailable when the file cannot be opened, is no database, or a setting did not take effect
 */
export function openSqlite(file: string, options: SqliteOptions): DatabaseSync {
  const { synchronous, readOnly = false, busyTimeoutMs = 5_000 } = options;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    if (!readOnly) {
      chmodSync(file, 0o600);
      database.exec('PRAGMA journal_mode=WAL');
    }
    database.exec(`PRAGMA synchronous=${synchronous}`);
    requireDurable(database, synchronous);
    check(database, 'foreign_keys', 1);
    check(database, 'busy_timeout', busyTimeoutMs);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    if (error instanceof Unavailable) throw error;
    const known = asUnavailable(error, `database ${file}`);
    throw known instanceof Unavailable
      ? known
      : new Unavailable(`${file} is not a database that can be opened.`, {}, { cause: error });
  }
}

/** @throws Unavailable when this connection no longer writes as durably as it was opened to */
export function requireDurable(database: DatabaseSync, synchronous: keyof typeof SYNCHRONOUS): void {
  check(database, 'journal_mode', 'wal');
  check(database, 'synchronous', SYNCHRONOUS[synchronous]);
}

function check(database: DatabaseSync, pragma: string, wanted: string | number): void {
  const found = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  if (found !== wanted) {
    throw new Unavailable(
      `SQLite did not accept ${pragma}=${String(wanted)} (it is ${String(found)}); the data would not be safe.`,
    );
  }
}

const MOST_STATEMENTS = 256;

/** Prepares each text once; the least recently used statement is let go beyond 256. */
export function statementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) statements.delete(sql);
    const statement = known ?? database.prepare(sql);
    statements.set(sql, statement);
    if (statements.size > MOST_STATEMENTS) statements.delete(statements.keys().next().value ?? '');
    return statement;
  };
}
