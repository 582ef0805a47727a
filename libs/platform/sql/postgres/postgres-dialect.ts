// Kysely over our pool, so that its failures are classified and its broken connections thrown away like all others.
import { HandleEmptyInListsPlugin, Kysely, PostgresDialect, replaceWithNoncontingentExpression } from 'kysely';
import type { PostgresPool } from './postgres-pool.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each caller states the tables it reads
export function pooledKysely(pool: PostgresPool): Kysely<any> {
  return new Kysely({
    // `in ()` is no SQL; in SQLite it means what one expects.
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
    dialect: new PostgresDialect({
      pool: {
        options: {},
        end: () => Promise.resolve(),
        connect: async () => {
          const connection = await pool.connect();
          return {
            query: (sql: unknown, parameters?: readonly unknown[]) =>
              connection.run(sql as string, parameters as unknown[]),
            release: () => connection.release(),
          } as never;
        },
      },
    }),
  });
}
