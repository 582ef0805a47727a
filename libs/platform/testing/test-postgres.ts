// A PostgreSQL of a test's own: a fresh database on the server that TEST_DATABASE_URL names, otherwise a fresh schema in
// a PostgreSQL inside the test's process.
import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import type { Postgres, PostgresOptions } from '../sql/postgres/index.ts';
import { openPostgres } from '../sql/postgres/index.ts';
import { PgliteServer } from './pglite-server.ts';

export interface TestPostgres {
  /** Opens it; closed by `discard` at the latest. */
  postgres(options?: Partial<PostgresOptions>): Promise<Postgres>;
  /** What `postgres` opens with. */
  readonly options: PostgresOptions;
  /**
   * The real server's database; undefined where there is only PGlite, whose single session can neither wait for a lock
   * nor be connected to by another process.
   */
  readonly url: string | undefined;
  /** Closes what was opened and drops everything. */
  discard(): Promise<void>;
}

let pglite: Promise<PgliteServer> | undefined;
afterAll(async () => (await pglite)?.stop());

/** The server that tests use beside PGlite; undefined when none is named. */
export const testServerUrl = process.env['TEST_DATABASE_URL'] || undefined;

export async function openTestPostgres(server: string | undefined = testServerUrl): Promise<TestPostgres> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = server === undefined ? undefined : await createDatabase(server, name);
  const options = { url: url ?? (await (pglite ??= PgliteServer.start())).url, schema: name, applicationName: 'test' };
  const opened: Postgres[] = [];
  return {
    url,
    options,
    async postgres(over = {}) {
      const postgres = await openPostgres({ ...options, ...over });
      opened.push(postgres);
      return postgres;
    },
    async discard() {
      await Promise.all(opened.map((postgres) => postgres.close()));
      if (server === undefined) await run(options.url, `DROP SCHEMA IF EXISTS ${name} CASCADE`);
      else await run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function createDatabase(server: string, name: string): Promise<string> {
  await run(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}

async function run(url: string, sql: string): Promise<void> {
  const postgres = await openPostgres({ url, schema: 'public', applicationName: 'test', connections: 1 });
  try {
    await postgres.query(sql);
  } finally {
    await postgres.close();
  }
}
