// The SQL texts for a table in PostgreSQL. Any number of rows are one statement: each column is one array parameter,
// and `unnest` makes rows of them. Text is compared by its bytes, as in SQLite, so that order and key ranges agree.
import type { SqlTable } from '../read-database.ts';

const TYPES = { text: 'text', integer: 'bigint', real: 'double precision' } as const;

type Column = SqlTable['columns'][number];

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function list(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

export function columnsOf(table: SqlTable): string[] {
  return table.columns.map(({ name }) => name);
}

export function keyColumns(table: SqlTable): Column[] {
  return table.key.flatMap((key) => table.columns.find(({ name }) => name === key) ?? []);
}

// Free room on each page lets a row that changes stay on its page, and its index entries with it.
export function createStatements(table: SqlTable): string[] {
  const columns = table.columns.map(
    ({ name, type, nullable }) =>
      `${quoted(name)} ${TYPES[type]}${type === 'text' ? ' COLLATE "C"' : ''}${nullable ? '' : ' NOT NULL'}`,
  );
  return [
    `CREATE TABLE ${quoted(table.name)} (${columns.join(', ')}, PRIMARY KEY (${list(table.key)})) WITH (fillfactor = 80)`,
    ...table.indexes.map(
      (index, n) => `CREATE INDEX ${quoted(`${table.name}_i${String(n)}`)} ON ${quoted(table.name)} (${list(index)})`,
    ),
  ];
}

export function viewStatement(view: string, table: SqlTable): string {
  return `CREATE VIEW ${quoted(view)} AS SELECT ${list(columnsOf(table))} FROM ${quoted(table.name)}`;
}

/** Parameters: one array per column, in order. */
export function upsertStatement(table: SqlTable): string {
  return insert(table, (column) => `excluded.${column}`);
}

/** Parameters as for `upsertStatement`. */
export function addStatement(table: SqlTable): string {
  return insert(table, (column) => `t.${column} + excluded.${column}`);
}

function insert(table: SqlTable, onConflict: (column: string) => string): string {
  const columns = columnsOf(table);
  const set = columns
    .filter((name) => !table.key.includes(name))
    .map((name) => `${quoted(name)} = ${onConflict(quoted(name))}`);
  const action = set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`;
  return `INSERT INTO ${quoted(table.name)} AS t (${list(columns)}) SELECT * FROM ${arrays(table.columns)} ON CONFLICT (${list(table.key)}) DO ${action}`;
}

/** Parameters: the key's arrays, then one array for each of the columns to set. */
export function updateStatement(table: SqlTable, columns: readonly Column[]): string {
  const key = keyColumns(table);
  const set = columns.map(({ name }, n) => `${quoted(name)} = u.c${String(key.length + n)}`).join(', ');
  return `UPDATE ${quoted(table.name)} AS t SET ${set} FROM ${named('u', [...key, ...columns])} WHERE ${same(table, 'u')}`;
}

/** Parameters: the key's arrays. */
export function removeStatement(table: SqlTable): string {
  return `DELETE FROM ${quoted(table.name)} AS t USING ${named('k', keyColumns(table))} WHERE ${same(table, 'k')}`;
}

/** Parameters: the key's arrays. */
export function loadStatement(table: SqlTable): string {
  const columns = columnsOf(table).map((name) => `t.${quoted(name)}`);
  return `SELECT ${columns.join(', ')} FROM ${named('k', keyColumns(table))} JOIN ${quoted(table.name)} AS t ON ${same(table, 'k')}`;
}

function same(table: SqlTable, alias: string): string {
  return table.key.map((name, n) => `t.${quoted(name)} = ${alias}.c${String(n)}`).join(' AND ');
}

function named(alias: string, columns: readonly Column[]): string {
  return `${arrays(columns)} AS ${alias} (${columns.map((_, n) => `c${String(n)}`).join(', ')})`;
}

function arrays(columns: readonly Column[]): string {
  return `unnest(${columns.map(({ type }, n) => `$${String(n + 1)}::${TYPES[type]}[]`).join(', ')})`;
}
