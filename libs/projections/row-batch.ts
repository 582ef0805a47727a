// The rows a batch of events works on: loaded once, changed in memory, and written once each however often they
// changed (the last state of a row, the sum of a counter).
import type { SqlReader, SqlRow, SqlTable, SqlTransaction } from '#libs/platform';
import type { RowSet } from './projection.ts';
import type { Cell, CounterTable, Row, RowTable, Table } from './table.ts';

interface Entry {
  row: Row | undefined;
  changed: boolean;
}

interface TableRows {
  readonly physical: SqlTable;
  readonly key: readonly string[];
  readonly sums: readonly string[];
  readonly entries: Map<string, Entry>;
  readonly counters: Map<string, Record<string, Cell>>;
  /** Keys to be loaded, by their text. */
  readonly wanted: Map<string, readonly string[]>;
}

/** @param tables each of the projection's tables with the one it is kept in */
export class RowBatch implements RowSet {
  readonly #tables = new Map<Table, TableRows>();

  constructor(tables: readonly (readonly [Table, SqlTable])[]) {
    for (const [table, physical] of tables) {
      const sums = Object.keys(table.columns).filter((column) => !table.key.includes(column));
      const maps = { entries: new Map<string, Entry>(), counters: new Map(), wanted: new Map() };
      this.#tables.set(table, { physical, key: table.key, sums, ...maps });
    }
  }

  want(table: RowTable, ...key: readonly string[]): void {
    this.#of(table).wanted.set(keyText(key), key);
  }

  /** Loads what was wanted, in one round trip per table. */
  async load(reader: SqlReader): Promise<void> {
    for (const { physical, key, wanted, entries } of this.#tables.values()) {
      if (wanted.size === 0) continue;
      for (const text of wanted.keys()) entries.set(text, { row: undefined, changed: false });
      for (const row of await reader.load(physical, [...wanted.values()])) {
        entries.set(textOf(key, row), { row, changed: false });
      }
    }
  }

  get<R extends Row>(table: RowTable<R>, ...key: string[]): R | undefined {
    const entry = this.#of(table).entries.get(keyText(key));
    if (!entry) throw new UnannouncedKey(table.name);
    return entry.row as R | undefined;
  }

  put<R extends Row>(table: RowTable<R>, row: R): void {
    const { entries, key } = this.#of(table);
    entries.set(textOf(key, row), { row, changed: true });
  }

  remove<R extends Row>(table: RowTable<R>, ...key: string[]): void {
    const rows = this.#of(table);
    const text = keyText(key);
    rows.wanted.set(text, key);
    rows.entries.set(text, { row: undefined, changed: true });
  }

  add<R extends Row>(table: CounterTable<R>, row: R): void {
    const { counters, key, sums } = this.#of(table);
    const text = textOf(key, row);
    const sum = counters.get(text);
    if (!sum) counters.set(text, { ...row });
    else for (const column of sums) sum[column] = Number(sum[column]) + Number(row[column]);
  }

  async write(transaction: SqlTransaction): Promise<void> {
    for (const { physical, entries, counters, wanted } of this.#tables.values()) {
      const written: SqlRow[] = [];
      const removed: (readonly string[])[] = [];
      for (const [text, { row, changed }] of entries) {
        if (!changed) continue;
        if (row) written.push(row);
        else removed.push(wanted.get(text) ?? []);
      }
      if (removed.length > 0) await transaction.remove(physical, removed);
      if (written.length > 0) await transaction.upsert(physical, written);
      if (counters.size > 0) await transaction.add(physical, [...counters.values()]);
    }
  }

  #of(table: { readonly name: string }): TableRows {
    const rows = this.#tables.get(table as Table);
    if (!rows) throw new UndeclaredTable(table.name);
    return rows;
  }
}

/** `apply` asked for a row that `keys` had not named; it may exist and was not loaded. */
export class UnannouncedKey extends Error {
  constructor(table: string) {
    super(`A row of ${table} was asked for without being announced`);
  }
}

export class UndeclaredTable extends Error {
  constructor(table: string) {
    super(`${table} is not among the projection's tables`);
  }
}

function textOf(key: readonly string[], row: Row): string {
  if (key.length === 1) return String(row[key[0] ?? '']);
  return keyText(key.map((column) => row[column] ?? null));
}

function keyText(cells: readonly Cell[]): string {
  return cells.length === 1 ? String(cells[0]) : JSON.stringify(cells.map(String));
}
