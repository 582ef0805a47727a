// keys.db: one row per person, with the wrapped key or the date it was erased. What is deleted here is overwritten,
// what is committed here survives a power cut, and a database of another master key is refused untouched.
//
// WAL, because a new person then costs one sync instead of four. A WAL keeps old pages until it is truncated, so an
// erasure and every opening truncate it.
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { Instant } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';

const FORMAT = 1;

const SCHEMA = `
  CREATE TABLE vault (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wrapVersion INTEGER NOT NULL,
    wrappedRoot BLOB NOT NULL
  ) STRICT;
  CREATE TABLE personKeys (
    person TEXT PRIMARY KEY,
    keyVersion INTEGER NOT NULL,
    wrapVersion INTEGER NOT NULL,
    wrapped BLOB,
    erasedAt TEXT,
    CHECK ((wrapped IS NULL) = (erasedAt IS NOT NULL))
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${String(FORMAT)};
`;

export interface WrappedRoot {
  readonly wrapVersion: number;
  readonly wrappedRoot: Uint8Array;
}

/** `wrapped` is null once the person is erased. */
export interface PersonKeyRow {
  readonly person: string;
  readonly keyVersion: number;
  readonly wrapVersion: number;
  readonly wrapped: Uint8Array | null;
}

export class KeyDatabase {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #erase: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare('SELECT person, keyVersion, wrapVersion, wrapped FROM personKeys WHERE person = ?');
    this.#insert = database.prepare(
      'INSERT INTO personKeys (person, keyVersion, wrapVersion, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#erase = database.prepare(
      `INSERT INTO personKeys (person, keyVersion, wrapVersion, wrapped, erasedAt) VALUES (?, 0, 0, NULL, ?)
       ON CONFLICT DO UPDATE SET wrapped = NULL, erasedAt = excluded.erasedAt WHERE wrapped IS NOT NULL`,
    );
  }

  /**
   * @param makeRoot called once, for a database that is new
   * @throws Unavailable when the file cannot be opened, is no key database, or comes from a newer version
   */
  static open(file: string, makeRoot: () => WrappedRoot): KeyDatabase {
    const isNew = !existsSync(file);
    const database = openFile(file);
    try {
      if (isNew) chmodSync(file, 0o600);
      prepareSchema(database, makeRoot);
      truncateLog(database);
      return new KeyDatabase(database);
    } catch (error) {
      database.close();
      throw error instanceof Unavailable ? error : unusable(error);
    }
  }

  root(): WrappedRoot {
    const row = this.#database.prepare('SELECT wrapVersion, wrappedRoot FROM vault WHERE id = 1').get();
    if (!row) throw new Unavailable('The key database has lost its head record. Restore it from its backup.');
    return row as unknown as WrappedRoot;
  }

  find(person: string): PersonKeyRow | undefined {
    return this.#find.get(person) as unknown as PersonKeyRow | undefined;
  }

  /** Durable when it returns, all rows or none; a person who has a row already, erased or not, keeps it. */
  insert(rows: readonly PersonKeyRow[]): void {
    inTransaction(this.#database, () => {
      for (const row of rows) this.#insert.run(row.person, row.keyVersion, row.wrapVersion, row.wrapped);
    });
  }

  /** Overwrites the key on disk, in the database and in its WAL, and leaves the tombstone. */
  erase(person: string, at: Instant): void {
    this.#erase.run(person, at);
    truncateLog(this.#database);
  }

  close(): void {
    this.#database.close();
  }
}

function openFile(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    database.exec('PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    for (const [pragma, wanted] of [
      ['secure_delete', 1],
      ['journal_mode', 'wal'],
      ['synchronous', 2],
    ] as const) {
      const value = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
      if (value !== wanted) throw new Error(`PRAGMA ${pragma} is ${String(value)} and not ${String(wanted)}`);
    }
    return database;
  } catch (error) {
    throw unusable(error);
  }
}

function prepareSchema(database: DatabaseSync, makeRoot: () => WrappedRoot): void {
  const format = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (format === FORMAT) return;
  const tables = database.prepare('SELECT name FROM sqlite_schema').all();
  if (format !== 0 || tables.length > 0) {
    throw new Unavailable('The key database was written by another version of Bangbangwo; it is left as it is.');
  }
  const root = makeRoot();
  inTransaction(database, () => {
    database.exec(SCHEMA);
    database
      .prepare('INSERT INTO vault (id, wrapVersion, wrappedRoot) VALUES (1, ?, ?)')
      .run(root.wrapVersion, root.wrappedRoot);
  });
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function truncateLog(database: DatabaseSync): void {
  const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (result?.['busy'] !== 0) throw new Unavailable('The key database is in use by another process.');
}

function unusable(cause: unknown): Unavailable {
  return new Unavailable('The key database cannot be used.', {}, { cause });
}
