// Each part of Bangbangwo keeps its tables in a schema of its own, so that one database can hold all of them.
import type { PostgresAnswer, PostgresSession } from './postgres-session.ts';

interface Database extends PostgresSession {
  transaction<T>(work: (session: PostgresSession) => Promise<T>): Promise<T>;
}

/** Lower case and short, so that it needs no quotes and leaves room for names made of it. */
export function assertSchemaName(schema: string): void {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) throw new TypeError(`Not a name for a schema: ${schema}`);
}

/** Asked first, since a user that may not create schemas can still use one. The lock keeps two starters apart. */
export async function ensureSchema(database: Database, schema: string): Promise<void> {
  if ((await existing(database, schema)).rows.length > 0) return;
  await database.transaction(async (session) => {
    await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`schema ${schema}`]);
    await session.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  });
}

function existing(database: Database, schema: string): Promise<PostgresAnswer> {
  return database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
}
