// A bounded pool of connections. A connection goes back to it only after the server itself answered; whatever else
// happened on it, it is thrown away.
import pg from 'pg';
import type { PostgresAddress } from './postgres-address.ts';
import { classified, isServerError } from './postgres-error.ts';
import type { PostgresAnswer, PostgresSession } from './postgres-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { clientConfig } from './session-settings.ts';

const IDLE_MS = 30_000;

export interface PooledConnection extends PostgresSession {
  /** The driver's own answer. */
  run<Result = pg.QueryResult>(query: string | pg.QueryConfig, values?: unknown[]): Promise<Result>;
  /** Whether it is of no more use. */
  isBroken(): boolean;
  release(): void;
}

export class PostgresPool {
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #classify: typeof classified;
  #closing: Promise<void> | undefined;

  /** @param classify which failure to report for what the driver threw */
  constructor(address: PostgresAddress, settings: SessionSettings, connections: number, classify = classified) {
    this.name = address.name;
    this.#classify = classify;
    this.#pool = new pg.Pool({ ...clientConfig(address, settings), max: connections, idleTimeoutMillis: IDLE_MS });
    // Without listeners a connection that breaks while nobody uses it would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async connect(): Promise<PooledConnection> {
    const client = await this.#guarded(() => this.#pool.connect());
    let broken = false;
    const run = <Result>(query: string | pg.QueryConfig, values?: unknown[]): Promise<Result> =>
      this.#guarded(
        () => client.query(query as string, values) as unknown as Promise<Result>,
        (error) => (broken ||= !isServerError(error)),
      );
    return {
      run,
      query: async (sql, parameters) => {
        return toAnswer(await run<pg.QueryResult | pg.QueryResult[]>(sql, parameters as unknown[]));
      },
      isBroken: () => broken,
      release: () => client.release(broken),
    };
  }

  async run<Result = pg.QueryResult>(sql: string, values: unknown[]): Promise<Result> {
    const connection = await this.connect();
    try {
      return await connection.run<Result>(sql, values);
    } finally {
      connection.release();
    }
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<PostgresAnswer> {
    return toAnswer(await this.run(sql, [...parameters]));
  }

  async transaction<T>(work: (session: PooledConnection) => Promise<T>, frame: TransactionFrame = PLAIN): Promise<T> {
    const connection = await this.connect();
    try {
      await connection.run(frame.begin);
      const result = await work(connection);
      const ended = await connection.run<pg.QueryResult | pg.QueryResult[]>(frame.commit);
      // PostgreSQL answers a COMMIT after a failed statement by rolling back.
      if ([ended].flat().at(-1)?.command !== 'COMMIT') throw new Error('A failed statement was passed over');
      return result;
    } catch (error) {
      if (!connection.isBroken()) await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      connection.release();
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#pool.end());
  }

  async #guarded<T>(work: () => Promise<T>, failed?: (error: unknown) => void): Promise<T> {
    try {
      return await work();
    } catch (error) {
      failed?.(error);
      throw this.#classify(error, this.name);
    }
  }
}

/** Of several statements in one text, the last one's. */
export function toAnswer(result: pg.QueryResult | pg.QueryResult[]): PostgresAnswer {
  const last = [result].flat().at(-1);
  return { rows: (last?.rows ?? []) as Record<string, unknown>[], changed: last?.rowCount ?? 0 };
}

/** What is sent before and after a transaction's work, each in one round trip. */
export interface TransactionFrame {
  readonly begin: string;
  readonly commit: string;
}

const PLAIN: TransactionFrame = { begin: 'BEGIN', commit: 'COMMIT' };
