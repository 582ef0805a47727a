// The peer's rows in SQLite, read as an application does with Kysely: a page in index order, and a count kept in a row.
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { ROW_FIELDS, rowNumber } from './rows.ts';

type Row = ReturnType<typeof rowNumber>;

export function openTable(rows: readonly Row[]) {
  const database = new DatabaseSync(':memory:');
  const columns = Object.keys(rows[0] ?? {}) as (keyof typeof ROW_FIELDS)[];
  database.exec(`CREATE TABLE rows (${columns.join(', ')}, PRIMARY KEY (reportedAt, id)) WITHOUT ROWID`);
  database.exec(`CREATE TABLE counts (rows INTEGER); INSERT INTO counts VALUES (${String(rows.length)})`);
  const insert = database.prepare(`INSERT INTO rows VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of rows) insert.run(...columns.map((column) => row[column]));
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const kysely = new Kysely<{ rows: Row; counts: { rows: number } }>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare(sql) {
          const statement = statements.get(sql) ?? database.prepare(sql);
          statements.set(sql, statement);
          return {
            reader: true,
            all: (parameters) => statement.all(...(parameters as string[])),
            run: (parameters) => statement.run(...(parameters as string[])),
            iterate: (parameters) => statement.iterate(...(parameters as string[])),
          };
        },
      },
    }),
  });
  return {
    page: (first: number): Promise<Row[]> =>
      kysely.selectFrom('rows').selectAll().orderBy('reportedAt', 'desc').orderBy('id', 'desc').limit(first).execute(),
    count: async (): Promise<number> =>
      (await kysely.selectFrom('counts').select('rows').executeTakeFirstOrThrow()).rows,
  };
}
