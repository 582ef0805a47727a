// The SQL texts for a table in SQLite. Ordinary row-id tables take rows of a few hundred bytes three times faster than
// WITHOUT ROWID; small rows as fast, and among many others of their kind ranges of them are read up to 1.6 times faster
// there (measured).
import type { SqlTable } from '../read-database.ts';

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function list(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

function columnsOf(table: SqlTable): string[] {
  return table.columns.map(({ name }) => name);
}

export function createStatements(table: SqlTable): string[] {
  const columns = table.columns.map(
    ({ name, type, nullable }) => `${quoted(name)} ${type.toUpperCase()}${nullable ? '' : ' NOT NULL'}`,
  );
  return [
    `CREATE TABLE ${quoted(table.name)} (${columns.join(', ')}, PRIMARY KEY (${list(table.key)})) ${table.inKeyOrder ? 'STRICT, WITHOUT ROWID' : 'STRICT'}`,
    ...table.indexes.map(
      (index, n) => `CREATE INDEX ${quoted(`${table.name}_i${String(n)}`)} ON ${quoted(table.name)} (${list(index)})`,
    ),
  ];
}

export function viewStatement(view: string, table: SqlTable): string {
  return `CREATE VIEW ${quoted(view)} AS SELECT ${list(columnsOf(table))} FROM ${quoted(table.name)}`;
}

function insert(table: SqlTable, onConflict: (column: string) => string): string {
  const columns = columnsOf(table);
  const set = columns
    .filter((name) => !table.key.includes(name))
    .map((name) => `${quoted(name)} = ${onConflict(quoted(name))}`);
  const action = set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`;
  const values = columns.map(() => '?').join(', ');
  return `INSERT INTO ${quoted(table.name)} (${list(columns)}) VALUES (${values}) ON CONFLICT (${list(table.key)}) DO ${action}`;
}

export function upsertStatement(table: SqlTable): string {
  return insert(table, (column) => `excluded.${column}`);
}

export function addStatement(table: SqlTable): string {
  return insert(table, (column) => `${column} + excluded.${column}`);
}

export function updateStatement(table: SqlTable, columns: readonly string[]): string {
  const set = columns.map((name) => `${quoted(name)} = ?`).join(', ');
  return `UPDATE ${quoted(table.name)} SET ${set} WHERE ${table.key.map((name) => `${quoted(name)} = ?`).join(' AND ')}`;
}

export function removeStatement(table: SqlTable): string {
  return `DELETE FROM ${quoted(table.name)} WHERE ${table.key.map((name) => `${quoted(name)} = ?`).join(' AND ')}`;
}

/** One parameter: a JSON list of keys, each a list of cells, or the cell itself where the key is one column. */
export function loadStatement(table: SqlTable): string {
  const wanted = table.key.length === 1 ? ['j.value'] : table.key.map((_, n) => `j.value ->> ${String(n)}`);
  const on = table.key.map((name, n) => `t.${quoted(name)} = ${wanted[n] ?? ''}`).join(' AND ');
  const columns = columnsOf(table).map((name) => `t.${quoted(name)}`);
  return `SELECT ${columns.join(', ')} FROM json_each(?) AS j CROSS JOIN ${quoted(table.name)} AS t ON ${on}`;
}
