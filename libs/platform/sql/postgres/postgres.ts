// A PostgreSQL database as every part of Bangbangwo uses it: one schema, a bounded pool, time limits, and failures that
// say in one sentence what is wrong without giving a secret away.
import type { Kysely } from 'kysely';
import { DedicatedConnection } from './dedicated-connection.ts';
import type { DedicatedSession } from './dedicated-connection.ts';
import { postgresAddress } from './postgres-address.ts';
import { pooledKysely } from './postgres-dialect.ts';
import { PostgresPool } from './postgres-pool.ts';
import type { PostgresSession } from './postgres-session.ts';
import { assertSchemaName, ensureSchema } from './schema.ts';
import type { SessionSettings } from './session-settings.ts';

export interface Postgres extends PostgresSession {
  /** Host and port, for a sentence. */
  readonly name: string;
  /**
   * Commits when `work` resolves, rolls back when it rejects. Nothing is tried again.
   *
   * @throws Unavailable also where the connection broke during the commit: it may or may not have happened
   */
  transaction<T>(work: (session: PostgresSession) => Promise<T>): Promise<T>;
  /** A connection of one's own, beside the pool, for advisory locks and LISTEN. Its statements have no time limit. */
  dedicated(options?: {
    /** The server hangs up after so long a silence. */ readonly idleTimeoutMs?: number;
  }): Promise<DedicatedSession>;
  /** Over the pool; destroying it closes nothing. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each caller states the tables it reads
  kysely(): Kysely<any>;
  /** Resolves when the statements in progress have ended. */
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Where tables are created and looked for; a lower-case name. It is created when it is missing. */
  readonly schema: string;
  /** Most connections of the pool; default 10. */
  readonly connections?: number;
  /** The server gives a statement up after this; default 30 s. */
  readonly statementTimeoutMs?: number;
  /** The server rolls a transaction back that its client leaves waiting for so long; default 30 s. */
  readonly idleTransactionTimeoutMs?: number;
  /** Writing through the pool fails. The schema is then not created. */
  readonly readOnly?: boolean;
  /** Shown by the server's own tools. */
  readonly applicationName: string;
}

/**
 * Connects once, to fail early.
 *
 * @throws Unavailable when the server cannot be used; `isLasting` tells whether waiting helps
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { schema, readOnly = false } = options;
  assertSchemaName(schema);
  const postgres = postgresPool(options);
  try {
    if (readOnly) await postgres.query('SELECT 1');
    else await ensureSchema(postgres, schema);
    return postgres;
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

function postgresPool(options: PostgresOptions): Postgres {
  const address = postgresAddress(options.url);
  const { statementTimeoutMs = 30_000, idleTransactionTimeoutMs = 30_000 } = options;
  const settings: SessionSettings = { ...options, statementTimeoutMs, idleTransactionTimeoutMs };
  const pool = new PostgresPool(address, settings, options.connections ?? 10);
  return {
    name: address.name,
    query: (sql, parameters) => pool.query(sql, parameters),
    transaction: (work) => pool.transaction(work),
    dedicated: ({ idleTimeoutMs } = {}) =>
      DedicatedConnection.open(address, {
        ...{ schema: options.schema, applicationName: options.applicationName, statementTimeoutMs: 0 },
        ...(idleTimeoutMs !== undefined && { idleSessionTimeoutMs: idleTimeoutMs }),
      }),
    kysely: () => pooledKysely(pool),
    close: () => pool.close(),
  };
}
