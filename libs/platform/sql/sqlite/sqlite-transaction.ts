// Reading and writing a read model in SQLite. node:sqlite is synchronous; the methods are asynchronous only because
// the port is. Prepared loops write fastest here, one json_each join reads fastest (both measured).
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { assertStorable } from '../cells.ts';
import type { SqlCell, SqlReader, SqlRow, SqlRowChange, SqlTable, SqlTransaction } from '../read-database.ts';
import { statementCache } from './open-sqlite.ts';
import { asReadFailure } from './sqlite-error.ts';
import {
  addStatement,
  createStatements,
  loadStatement,
  quoted,
  removeStatement,
  updateStatement,
  upsertStatement,
  viewStatement,
} from './sqlite-statements.ts';

interface TableStatements {
  readonly upsert: string;
  readonly add: string;
  readonly remove: string;
  readonly load: string;
  /** By the columns they set. */
  readonly updates: Map<string, string>;
}

export class SqliteReader implements SqlReader {
  protected readonly prepare: (sql: string) => StatementSync;
  protected readonly name: string;
  readonly #statements = new WeakMap<SqlTable, TableStatements>();

  constructor(database: DatabaseSync, name: string) {
    this.prepare = statementCache(database);
    this.name = name;
  }

  all(sql: string, parameters: readonly SqlCell[] = []): Promise<SqlRow[]> {
    return this.guarded(() => this.prepare(sql).all(...parameters) as SqlRow[]);
  }

  load(table: SqlTable, keys: readonly (readonly string[])[]): Promise<SqlRow[]> {
    return this.guarded(() => {
      if (keys.length === 0) return [];
      const statement = this.prepare(this.statementsOf(table).load);
      statement.setReturnArrays(true);
      const found = statement.all(JSON.stringify(table.key.length === 1 ? keys.map(([cell]) => cell) : keys));
      return (found as unknown as SqlCell[][]).map((cells) => toRow(table, cells));
    });
  }

  protected statementsOf(table: SqlTable): TableStatements {
    let statements = this.#statements.get(table);
    if (!statements) {
      statements = {
        upsert: upsertStatement(table),
        add: addStatement(table),
        remove: removeStatement(table),
        load: loadStatement(table),
        updates: new Map(),
      };
      this.#statements.set(table, statements);
    }
    return statements;
  }

  protected guarded<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(asReadFailure(error, this.name));
    }
  }
}

export class SqliteTransaction extends SqliteReader implements SqlTransaction {
  run(sql: string, parameters: readonly SqlCell[] = []): Promise<number> {
    return this.guarded(() => {
      assertStorable(parameters);
      return Number(this.prepare(sql).run(...parameters).changes);
    });
  }

  upsert(table: SqlTable, rows: readonly SqlRow[]): Promise<void> {
    return this.#writeEach(table, this.statementsOf(table).upsert, rows);
  }

  // An index is written only when one of its columns is set, so setting what differs saves most of the work.
  update(table: SqlTable, changes: readonly SqlRowChange[]): Promise<void> {
    return this.guarded(() => {
      const names = table.columns.map(({ name }) => name);
      const { updates } = this.statementsOf(table);
      for (const { before, row } of changes) {
        const columns = names.filter((name) => row[name] !== before[name]);
        if (columns.length === 0) continue;
        const changed = columns.join();
        let sql = updates.get(changed);
        if (sql === undefined) updates.set(changed, (sql = updateStatement(table, columns)));
        const cells = columns.map((name) => row[name] ?? null);
        for (const name of table.key) cells.push(row[name] ?? null);
        assertStorable(cells);
        this.prepare(sql).run(...cells);
      }
    });
  }

  add(table: SqlTable, rows: readonly SqlRow[]): Promise<void> {
    return this.#writeEach(table, this.statementsOf(table).add, rows);
  }

  remove(table: SqlTable, keys: readonly (readonly string[])[]): Promise<void> {
    return this.guarded(() => {
      const statement = this.prepare(this.statementsOf(table).remove);
      for (const key of keys) statement.run(...key);
    });
  }

  hasTable({ name, columns }: SqlTable): Promise<boolean> {
    return this.guarded(() => {
      const found = this.prepare('SELECT name FROM pragma_table_info(?)').all(name);
      return columns.every((column) => found.some((row) => row['name'] === column.name));
    });
  }

  createTable(table: SqlTable): Promise<void> {
    return this.#each(createStatements(table));
  }

  dropTable(name: string): Promise<void> {
    return this.#each([`DROP TABLE IF EXISTS ${quoted(name)}`]);
  }

  pointView(view: string, table: SqlTable): Promise<void> {
    return this.#each([`DROP VIEW IF EXISTS ${quoted(view)}`, viewStatement(view, table)]);
  }

  dropView(view: string): Promise<void> {
    return this.#each([`DROP VIEW IF EXISTS ${quoted(view)}`]);
  }

  #each(statements: readonly string[]): Promise<void> {
    return this.guarded(() => {
      for (const sql of statements) this.prepare(sql).run();
    });
  }

  #writeEach(table: SqlTable, sql: string, rows: readonly SqlRow[]): Promise<void> {
    return this.guarded(() => {
      const statement = this.prepare(sql);
      const names = table.columns.map(({ name }) => name);
      for (const row of rows) {
        const cells = names.map((name) => row[name] ?? null);
        assertStorable(cells);
        statement.run(...cells);
      }
    });
  }
}

function toRow(table: SqlTable, cells: readonly SqlCell[]): SqlRow {
  const row: Record<string, SqlCell> = {};
  table.columns.forEach(({ name }, n) => (row[name] = cells[n] ?? null));
  return row;
}
