import type { Kysely } from 'kysely';
import { SqliteQueryCompiler } from 'kysely';
import type { ReadDatabase } from '#libs/platform';

/**
 * How SQLite carries out each statement that `ask` runs, one line per step, such as
 * `SEARCH requestList USING INDEX …` or `USE TEMP B-TREE FOR ORDER BY`.
 */
export async function plansOf<Views>(
  database: ReadDatabase,
  ask: (views: Kysely<Views>) => Promise<unknown>,
): Promise<string[]> {
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const views = (database.query as Kysely<Views>).withPlugin({
    transformQuery({ node, queryId }) {
      statements.push(new SqliteQueryCompiler().compileQuery(node, queryId));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await ask(views);
  const plans = statements.map(({ sql, parameters }) => database.all(`EXPLAIN QUERY PLAN ${sql}`, parameters as never));
  return (await Promise.all(plans)).flat().map(({ detail }) => String(detail));
}
