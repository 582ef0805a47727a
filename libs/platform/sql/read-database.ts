// The read models' database as the projection engine and the queries need it. Everything that differs between SQLite
// and PostgreSQL is behind this interface; an implementation of it, which passes the suite of `#libs/platform/contract`,
// is all another dialect needs.
import type { Kysely } from 'kysely';

export type SqlCell = string | number | null;
export type SqlRow = Readonly<Record<string, SqlCell>>;

/** A table as it is created; `name` is the physical one. */
export interface SqlTable {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'text' | 'integer' | 'real';
    readonly nullable: boolean;
  }[];
  /** Columns of the primary key, in order. */
  readonly key: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** Small rows, such as sums, that lie in the order of the key where the database can have it so. */
  readonly inKeyOrder?: boolean;
}

export interface SqlRowChange {
  readonly before: SqlRow;
  readonly row: SqlRow;
}

export interface SqlReader {
  /** Placeholders are `?`. */
  all(sql: string, parameters?: readonly SqlCell[]): Promise<SqlRow[]>;
  /** The rows that exist of these keys, in any order; any number of keys in one round trip. */
  load(table: SqlTable, keys: readonly (readonly string[])[]): Promise<SqlRow[]>;
}

/**
 * One write transaction. Nothing of it can be seen by others before it ends. The rows given to one call have different
 * keys. A text with a NUL is refused.
 */
export interface SqlTransaction extends SqlReader {
  /** Answers how many rows were changed. */
  run(sql: string, parameters?: readonly SqlCell[]): Promise<number>;
  /** Writes whole rows, replacing those whose key exists. */
  upsert(table: SqlTable, rows: readonly SqlRow[]): Promise<void>;
  /** Writes what differs; every `before` is a row that exists with the same key. */
  update(table: SqlTable, changes: readonly SqlRowChange[]): Promise<void>;
  /** Adds to every column outside the key; a row that does not exist counts as zeros. */
  add(table: SqlTable, rows: readonly SqlRow[]): Promise<void>;
  remove(table: SqlTable, keys: readonly (readonly string[])[]): Promise<void>;
  /** Whether it is there with all of its columns. */
  hasTable(table: SqlTable): Promise<boolean>;
  createTable(table: SqlTable): Promise<void>;
  dropTable(name: string): Promise<void>;
  /** Makes `view` show `table`, whatever it showed before. */
  pointView(view: string, table: SqlTable): Promise<void>;
  dropView(view: string): Promise<void>;
}

export interface ReadDatabase extends SqlReader {
  /**
   * For queries only: writing through it fails. The schema is the caller's to state:
   * `const db: Kysely<{ requestList: RequestRow }> = database.query`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each scope states the views it reads
  readonly query: Kysely<any>;
  /**
   * Runs `work` in a transaction of its own, one at a time; commits when it resolves, rolls back when it rejects.
   * `work` must await nothing but the transaction it is given.
   *
   * @throws Unavailable when disk or lock forbid; nothing was written
   */
  write<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T>;
  /** Waits for the write in progress, then closes. */
  close(): Promise<void>;
}
