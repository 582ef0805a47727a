// The read models' SQLite file: one handle that writes, one at a time, and one that can only read, so that a query
// never sees half a batch. Written with synchronous=NORMAL: after a power loss it is consistent, and what is missing
// is projected again.
import type { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { Kysely } from 'kysely';
import type { ReadDatabase, SqlCell, SqlRow, SqlTable, SqlTransaction } from '../read-database.ts';
import { openSqlite } from './open-sqlite.ts';
import { nodeSqliteDialect } from './sqlite-dialect.ts';
import { asUnavailable } from './sqlite-error.ts';
import { SqliteReader, SqliteTransaction } from './sqlite-transaction.ts';

const NAME = 'read-model database';

export interface ReadDatabaseOptions {
  readonly file: string;
}

/** @throws Unavailable when the file cannot be opened */
export function openReadDatabase({ file }: ReadDatabaseOptions): ReadDatabase {
  const writing = openSqlite(file, { synchronous: 'NORMAL' });
  writing.exec('PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32768');
  const reading = openSqlite(file, { synchronous: 'NORMAL' });
  reading.exec('PRAGMA query_only=ON; PRAGMA cache_size=-32768');
  return new SqliteReadDatabase(writing, reading);
}

class SqliteReadDatabase implements ReadDatabase {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each scope states the views it reads
  readonly query: Kysely<any>;
  readonly #writing: DatabaseSync;
  readonly #reading: DatabaseSync;
  readonly #reader: SqliteReader;
  readonly #transaction: SqliteTransaction;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(writing: DatabaseSync, reading: DatabaseSync) {
    this.#writing = writing;
    this.#reading = reading;
    this.#reader = new SqliteReader(reading, NAME);
    this.#transaction = new SqliteTransaction(writing, NAME);
    this.query = new Kysely({ dialect: nodeSqliteDialect(reading, NAME) });
  }

  all(sql: string, parameters?: readonly SqlCell[]): Promise<SqlRow[]> {
    return this.#reader.all(sql, parameters);
  }

  load(table: SqlTable, keys: readonly (readonly string[])[]): Promise<SqlRow[]> {
    return this.#reader.load(table, keys);
  }

  write<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(() => this.#inTransaction(work));
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lastWrite;
    await this.query.destroy();
    this.#reading.close();
    this.#writing.close();
  }

  async #inTransaction<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    if (!this.#writing.isOpen) throw new Unavailable(`The ${NAME} is closed.`);
    try {
      this.#writing.exec('BEGIN IMMEDIATE');
      const result = await work(this.#transaction);
      this.#writing.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#writing.isTransaction) this.#writing.exec('ROLLBACK');
      throw asUnavailable(error, NAME);
    }
  }
}
