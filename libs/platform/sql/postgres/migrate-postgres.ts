// Forward-only schema migrations in PostgreSQL. A schema written by a newer version is refused, never guessed at.
import { Unavailable } from '#libs/kernel';
import type { PostgresSession } from './postgres-session.ts';
import type { Postgres } from './postgres.ts';

export interface PostgresMigrations {
  /** What the schema holds, in a sentence, for example "person keys"; also the name its version is kept under. */
  readonly name: string;
  /** SQL of each step; its place in the list is its number. Steps are only ever added at the end. */
  readonly steps: readonly string[];
}

const VERSIONS = 'CREATE TABLE IF NOT EXISTS "schemaVersion" (name text PRIMARY KEY, version integer NOT NULL)';

/**
 * Brings the schema to its newest version, each step in a transaction of its own with the number of steps done.
 * Several processes may do so at once.
 *
 * @throws Unavailable when the schema was written by a newer version, or the server cannot be used
 */
export async function migratePostgres(postgres: Postgres, { name, steps }: PostgresMigrations): Promise<void> {
  const done = await locked(postgres, name, async (session) => {
    await session.query(VERSIONS);
    return versionOf(session, name);
  });
  if (done > steps.length) {
    throw new Unavailable(
      `A newer version of Bangbangwo wrote the ${name} (schema ${String(done)}, this version knows ${String(steps.length)}). Start that version, or a newer one.`,
      { lasting: true },
    );
  }
  for (const [index, step] of steps.entries()) if (index >= done) await apply(postgres, name, index, step);
}

// The number is read again under the lock: another process may have migrated in the meantime.
async function apply(postgres: Postgres, name: string, index: number, step: string): Promise<void> {
  await locked(postgres, name, async (session) => {
    if ((await versionOf(session, name)) !== index) return;
    await session.query(step);
    await session.query(
      'INSERT INTO "schemaVersion" VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
      [name, index + 1],
    );
  });
}

function locked<T>(postgres: Postgres, name: string, work: (session: PostgresSession) => Promise<T>): Promise<T> {
  return postgres.transaction(async (session) => {
    await session.query('SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0))', [
      ` migrates ${name}`,
    ]);
    return work(session);
  });
}

async function versionOf(session: PostgresSession, name: string): Promise<number> {
  const { rows } = await session.query('SELECT version FROM "schemaVersion" WHERE name = $1', [name]);
  return Number(rows[0]?.['version'] ?? 0);
}
