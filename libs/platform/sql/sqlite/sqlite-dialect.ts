// Kysely over node:sqlite. Kysely's own SQLite compiler, adapter and driver do the work; this only gives node:sqlite
// the face of the library they expect.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Dialect } from 'kysely';
import { SqliteDialect } from 'kysely';
import { statementCache } from './open-sqlite.ts';
import { asReadFailure } from './sqlite-error.ts';

/** @param database stays the caller's: destroying Kysely does not close it */
export function nodeSqliteDialect(database: DatabaseSync, what: string): Dialect {
  const prepare = statementCache(database);
  const readers = new WeakMap<StatementSync, boolean>();
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asReadFailure(error, what);
    }
  };
  return new SqliteDialect({
    database: {
      close: () => undefined,
      prepare(sql) {
        const statement = guarded(() => prepare(sql));
        return {
          reader: isReader(readers, statement),
          all: (parameters) => guarded(() => statement.all(...parameters.map(toSqlite))),
          run: (parameters) => guarded(() => statement.run(...parameters.map(toSqlite))),
          iterate: (parameters) => guarded(() => statement.iterate(...parameters.map(toSqlite))),
        };
      },
    },
  });
}

/** Whether a statement answers with rows: asked once for each, since SQLite describes every column to tell. */
function isReader(known: WeakMap<StatementSync, boolean>, statement: StatementSync): boolean {
  const reader = known.get(statement) ?? statement.columns().length > 0;
  known.set(statement, reader);
  return reader;
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return (value ?? null) as SQLInputValue;
}
