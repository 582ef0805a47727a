// Reading and writing read models in PostgreSQL: whatever the number of rows, one statement and one round trip.
import type pg from 'pg';
import { assertStorable } from '../cells.ts';
import type { SqlCell, SqlReader, SqlRow, SqlRowChange, SqlTable, SqlTransaction } from '../read-database.ts';
import { arrayLiteral } from './array-literal.ts';
import { numbered } from './placeholders.ts';
import {
  addStatement,
  createStatements,
  keyColumns,
  loadStatement,
  quoted,
  removeStatement,
  updateStatement,
  upsertStatement,
  viewStatement,
} from './postgres-statements.ts';

/** Runs one statement, wherever a connection for it comes from. */
export type Send = (sql: string, values: unknown[]) => Promise<pg.QueryResult<SqlRow>>;

export class PostgresReader implements SqlReader {
  protected readonly send: Send;

  constructor(send: Send) {
    this.send = send;
  }

  async all(sql: string, parameters: readonly SqlCell[] = []): Promise<SqlRow[]> {
    return (await this.send(numbered(sql), [...parameters])).rows;
  }

  async load(table: SqlTable, keys: readonly (readonly string[])[]): Promise<SqlRow[]> {
    if (keys.length === 0) return [];
    return (await this.send(loadStatement(table), keyArrays(table, keys))).rows;
  }
}

export class PostgresTransaction extends PostgresReader implements SqlTransaction {
  async run(sql: string, parameters: readonly SqlCell[] = []): Promise<number> {
    assertStorable(parameters);
    return (await this.send(numbered(sql), [...parameters])).rowCount ?? 0;
  }

  async upsert(table: SqlTable, rows: readonly SqlRow[]): Promise<void> {
    if (rows.length > 0) await this.send(upsertStatement(table), columnArrays(table.columns, rows));
  }

  // Every column that differs in any of the rows is set in all of them: one statement, and an index is left alone
  // where its columns keep their values.
  async update(table: SqlTable, changes: readonly SqlRowChange[]): Promise<void> {
    const columns = table.columns.filter(({ name }) => changes.some(({ before, row }) => row[name] !== before[name]));
    if (columns.length === 0) return;
    const rows = changes
      .filter(({ before, row }) => columns.some(({ name }) => row[name] !== before[name]))
      .map(({ row }) => row);
    await this.send(updateStatement(table, columns), columnArrays([...keyColumns(table), ...columns], rows));
  }

  async add(table: SqlTable, rows: readonly SqlRow[]): Promise<void> {
    if (rows.length > 0) await this.send(addStatement(table), columnArrays(table.columns, rows));
  }

  async remove(table: SqlTable, keys: readonly (readonly string[])[]): Promise<void> {
    if (keys.length > 0) await this.send(removeStatement(table), keyArrays(table, keys));
  }

  async hasTable({ name, columns }: SqlTable): Promise<boolean> {
    const sql =
      'SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1';
    const { rows } = await this.send(sql, [name]);
    return columns.every((column) => rows.some((row) => row['column_name'] === column.name));
  }

  createTable(table: SqlTable): Promise<void> {
    return this.#each(createStatements(table));
  }

  dropTable(name: string): Promise<void> {
    return this.#each([`DROP TABLE IF EXISTS ${quoted(name)}`]);
  }

  // Not replaced in place: that is refused where the columns differ. Without fresh statistics the first queries on a table
  // that was just filled would be planned as if it were empty.
  pointView(view: string, table: SqlTable): Promise<void> {
    const shown = [`DROP VIEW IF EXISTS ${quoted(view)}`, viewStatement(view, table)];
    return this.#each([`ANALYZE ${quoted(table.name)}`, ...shown]);
  }

  dropView(view: string): Promise<void> {
    return this.#each([`DROP VIEW IF EXISTS ${quoted(view)}`]);
  }

  async #each(statements: readonly string[]): Promise<void> {
    await this.send(statements.join('; '), []);
  }
}

function columnArrays(columns: SqlTable['columns'], rows: readonly SqlRow[]): string[] {
  return columns.map(({ name }) => arrayLiteral(rows.map((row) => row[name])));
}

function keyArrays(table: SqlTable, keys: readonly (readonly string[])[]): string[] {
  return table.key.map((_, n) => arrayLiteral(keys.map((key) => key[n])));
}
