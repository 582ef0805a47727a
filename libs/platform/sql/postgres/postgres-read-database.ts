// The read models in PostgreSQL: one connection that writes, one transaction at a time, and a pool of connections that
// can only read. Whoever writes tells whoever waits.
import type { Kysely } from 'kysely';
import { ReadModelsMissing } from '../read-models-missing.ts';
import type { ReadDatabase, SqlCell, SqlRow, SqlTable, SqlTransaction } from '../read-database.ts';
import { DedicatedConnection } from './dedicated-connection.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { postgresAddress } from './postgres-address.ts';
import { pooledKysely } from './postgres-dialect.ts';
import { classified } from './postgres-error.ts';
import type { TransactionFrame } from './postgres-pool.ts';
import { PostgresPool } from './postgres-pool.ts';
import { PostgresReader, PostgresTransaction } from './postgres-transaction.ts';
import { assertSchemaName, ensureSchema } from './schema.ts';
import type { SessionSettings } from './session-settings.ts';
import { wakeupsOf } from './wakeups.ts';

export interface PostgresReadDatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Where the read models are kept; default `bangbangwo`. It is created by the first write. */
  readonly schema?: string;
  /** Most connections in all, one of them for writing and one for notifications; default 10. */
  readonly connections?: number;
  /** The server gives a statement up after this; default 30 s. */
  readonly statementTimeoutMs?: number;
  /** A writer that stands still amid a transaction loses it after this, so that another can go on; default 5 s. */
  readonly frozenAfterMs?: number;
  readonly applicationName: string;
}

export interface PostgresReadDatabase extends ReadDatabase {
  /** A hint after every write of any process, and whenever one may have been missed; ends when the signal aborts. */
  wakeups(signal: AbortSignal): AsyncIterable<void>;
}

/**
 * Connects once, to fail early.
 *
 * @throws Unavailable when the server cannot be used; `isLasting` tells whether waiting helps
 */
export async function openPostgresReadDatabase(options: PostgresReadDatabaseOptions): Promise<PostgresReadDatabase> {
  const { schema = 'bangbangwo', connections = 10, statementTimeoutMs = 30_000, frozenAfterMs = 5_000 } = options;
  assertSchemaName(schema);
  const { applicationName } = options;
  const settings = { schema, applicationName, statementTimeoutMs, idleTransactionTimeoutMs: frozenAfterMs };
  const database = new OpenedReadDatabase(postgresAddress(options.url), settings, Math.max(1, connections - 2));
  try {
    await database.all('SELECT 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class OpenedReadDatabase implements PostgresReadDatabase {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each scope states the views it reads
  readonly query: Kysely<any>;
  readonly #address: PostgresAddress;
  readonly #settings: SessionSettings;
  readonly #writing: PostgresPool;
  readonly #reading: PostgresPool;
  readonly #reader: PostgresReader;
  readonly #frame: TransactionFrame;
  #schemaThere: Promise<void> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(address: PostgresAddress, settings: SessionSettings, readers: number) {
    this.#address = address;
    this.#settings = settings;
    this.#writing = new PostgresPool(address, settings, 1, notThere);
    this.#reading = new PostgresPool(address, { ...settings, readOnly: true }, readers, notThere);
    this.#reader = new PostgresReader((sql, values) => this.#reading.run(sql, values));
    this.#frame = frameOf(settings.schema);
    this.query = pooledKysely(this.#reading);
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

  wakeups(signal: AbortSignal): AsyncIterable<void> {
    const listener = () => DedicatedConnection.open(this.#address, { ...this.#settings, statementTimeoutMs: 0 });
    return wakeupsOf(listener, channelOf(this.#settings.schema), signal);
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await Promise.all([this.#writing.close(), this.#reading.close()]);
  }

  async #inTransaction<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    this.#schemaThere ??= ensureSchema(this.#writing, this.#settings.schema);
    await this.#schemaThere.catch((error: unknown) => {
      this.#schemaThere = undefined;
      throw error;
    });
    try {
      return await this.#writing.transaction(
        ({ run }) => work(new PostgresTransaction((sql, values) => run(sql, values))),
        this.#frame,
      );
    } catch (error) {
      if (error instanceof ReadModelsMissing) this.#schemaThere = undefined;
      throw error;
    }
  }
}

/** Undefined table, undefined schema. */
const NOT_THERE = new Set(['42P01', '3F000']);
const UNDEFINED_COLUMN = '42703';

/**
 * What is asked for before any projector has made it, or after somebody dropped it, is no defect. A missing column may
 * still be one, so operators are told its name.
 */
function notThere(error: unknown, name: string): Error {
  const code = String((error as { code?: unknown }).code);
  if (NOT_THERE.has(code)) return new ReadModelsMissing();
  const failure = classified(error, name);
  return code === UNDEFINED_COLUMN ? new ReadModelsMissing(failure) : failure;
}

function channelOf(schema: string): string {
  return `${schema}_written`;
}

// One writer at a time among all processes: two that start at once would otherwise both find a table missing and both
// create it, and creating one is where PostgreSQL's transactions do see each other.
function frameOf(schema: string): TransactionFrame {
  return {
    begin: `BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('${schema} written', 0))`,
    commit: `NOTIFY ${channelOf(schema)}; COMMIT`,
  };
}
