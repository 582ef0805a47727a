// How a dialect would answer a query: shows that an index is walked, whatever the number of rows.
import { expect } from '@jest/globals';
import type { Kysely } from 'kysely';
import { PostgresAdapter } from 'kysely';
import type { ReadDatabase } from '../sql/read-database.ts';

/** Whether `database` is PostgreSQL. */
function isPostgres(database: ReadDatabase): boolean {
  return database.query.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * PostgreSQL reads small tables whole, and rightly so. This adds copies of every row under other keys, and statistics,
 * so that it plans as it does for many. SQLite plans without looking at the rows.
 */
export async function multiplyRows(database: ReadDatabase, view: string, key: string, copies: number): Promise<void> {
  if (!isPostgres(database)) return;
  const found = await database.all(
    'SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ ?',
    [`^${view}_v`],
  );
  const table = `"${String(found[0]?.['tablename'])}"`;
  const rest = await database.all(
    `SELECT attname FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND attname <> ?`,
    [key],
  );
  const columns = rest.map(({ attname }) => `"${String(attname)}"`).join(', ');
  await database.write(async (transaction) => {
    const rows = `SELECT "${key}" || '-' || n, ${columns} FROM ${table}, generate_series(1, ${String(copies)}) AS n`;
    await transaction.run(`INSERT INTO ${table} ("${key}", ${columns}) ${rows}`);
    await transaction.run(`ANALYZE ${table}`);
  });
}

/**
 * How the database carries out each statement that `ask` runs, one line per step: in SQLite such as
 * `SEARCH requestList USING INDEX …` or `USE TEMP B-TREE FOR ORDER BY`, in PostgreSQL such as
 * `Index Scan using … on …`, `Index Cond: …` or `Sort`.
 */
export async function plansOf<Views>(
  database: ReadDatabase,
  ask: (views: Kysely<Views>) => Promise<unknown>,
): Promise<string[]> {
  const executor = database.query.getExecutor();
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const views = (database.query as Kysely<Views>).withPlugin({
    transformQuery({ node, queryId }) {
      statements.push(executor.compileQuery(node, queryId));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await ask(views);
  const explain = isPostgres(database) ? 'EXPLAIN (COSTS OFF)' : 'EXPLAIN QUERY PLAN';
  const plans = statements.map(({ sql, parameters }) => database.all(`${explain} ${sql}`, parameters as never));
  return (await Promise.all(plans)).flat().map((step) => String(step['detail'] ?? step['QUERY PLAN']).trim());
}

/** Expects that every statement `ask` runs walks along an index in order, and never reads or sorts a whole table. */
export function expectIndexWalks(database: ReadDatabase, plans: readonly string[]): void {
  const steps = plans.join('\n');
  expect(steps).toMatch(isPostgres(database) ? /Index (Only )?Scan/ : /^SEARCH .* USING .*INDEX/);
  expect(steps).not.toMatch(/Seq Scan|\bSort\b|^SCAN|TEMP B-TREE FOR ORDER BY/m);
}
