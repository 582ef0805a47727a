// A PostgreSQL of a test's own: a fresh database on the server that TEST_DATABASE_URL names, otherwise a fresh schema in
// a PostgreSQL inside the test's process.
import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import type {
  Postgres,
  PostgresOptions,
  PostgresReadDatabase,
  PostgresReadDatabaseOptions,
} from '../sql/postgres/index.ts';
import { openPostgres, openPostgresReadDatabase } from '../sql/postgres/index.ts';
import { PgliteServer } from './pglite-server.ts';

export interface TestPostgres {
  /** Opens it; closed by `discard` at the latest. */
  postgres(options?: Partial<PostgresOptions>): Promise<Postgres>;
  /** Opens the read models in it; closed by `discard` at the latest. */
  readDatabase(options?: Partial<PostgresReadDatabaseOptions>): Promise<PostgresReadDatabase>;
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

/** @param server the URL of one, or `pglite`; default what TEST_DATABASE_URL says */
export async function openTestPostgres(server = testServerUrl ?? 'pglite'): Promise<TestPostgres> {
  const name = `test_${randomUUID().slice(0, 8)}`;
  const url = server === 'pglite' ? undefined : await createDatabase(server, name);
  const options = { url: url ?? (await (pglite ??= PgliteServer.start())).url, schema: name, applicationName: 'test' };
  const opened: { close(): Promise<void> }[] = [];
  const kept = <Opened extends { close(): Promise<void> }>(one: Opened): Opened => (opened.push(one), one);
  return {
    url,
    options,
    postgres: async (over = {}) => kept(await openPostgres({ ...options, ...over })),
    readDatabase: async (over = {}) => kept(await openPostgresReadDatabase({ ...options, ...over })),
    async discard() {
      await Promise.all(opened.map((one) => one.close()));
      if (server === 'pglite') await run(options.url, dropSchemas(name));
      else await run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Its own, and those named after it. */
function dropSchemas(name: string): string {
  return `DO $$ DECLARE found name; BEGIN
    FOR found IN SELECT nspname FROM pg_namespace WHERE nspname LIKE '${name}%' LOOP
      EXECUTE format('DROP SCHEMA %I CASCADE', found);
    END LOOP; END $$`;
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
