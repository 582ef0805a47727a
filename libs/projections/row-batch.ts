// The rows a batch of events works on: loaded once, changed in memory, and written once each however often they
// changed (the last state of a row, the sum of a counter). Between batches the rows stay as a cache, which is sound
// because only one engine can move the checkpoint; whoever loses that race throws the cache away.
import type { SqlReader, SqlRow, SqlRowChange, SqlTable, SqlTransaction } from '#libs/platform';
import type { Addition, RowSet } from './projection.ts';
import type { Cell, CounterTable, Row, RowTable, Table } from './table.ts';

/** Rows of one table kept between batches. */
const MOST_CACHED = 4_096;

/** Sums added to in one statement: what one may hold in memory. */
const MOST_ADDED = 2_000;

/** Each of a projection's tables with the one it is kept in. */
export type TablePairs = readonly (readonly [Table, SqlTable])[];

interface Entry {
  row: Row | undefined;
  /** As it is in the database; undefined when it is not there, or nobody has looked. */
  stored: Row | undefined;
  readonly key: readonly string[];
}

interface TableRows {
  readonly physical: SqlTable;
  readonly key: readonly string[];
  /** Of every sum, nothing. */
  readonly zeros: SqlRow;
  readonly entries: Map<string, Entry>;
  readonly changed: Set<Entry>;
  readonly counters: Map<string, Record<string, Cell>>;
  /** Keys to be loaded, by their text. */
  readonly wanted: Map<string, readonly string[]>;
}

export class RowBatch implements RowSet {
  readonly #tables = new Map<Table, TableRows>();

  constructor(tables: TablePairs) {
    for (const [table, physical] of tables) {
      const sums = Object.keys(table.columns).filter((column) => !table.key.includes(column));
      const zeros = Object.fromEntries(sums.map((column) => [column, 0]));
      const rows = { entries: new Map(), changed: new Set<Entry>(), counters: new Map(), wanted: new Map() };
      this.#tables.set(table, { physical, key: table.key, zeros, ...rows });
    }
  }

  /** How many rows and sums the next write will touch. */
  get changes(): number {
    let changes = 0;
    for (const { changed, counters } of this.#tables.values()) changes += changed.size + counters.size;
    return changes;
  }

  want(table: RowTable, ...key: readonly string[]): void {
    const { entries, wanted } = this.#of(table);
    const text = keyText(key);
    if (!entries.has(text)) wanted.set(text, key);
  }

  /** Loads what was wanted and is not here yet, in one round trip per table. */
  async load(reader: SqlReader): Promise<void> {
    for (const { physical, key, wanted, entries } of this.#tables.values()) {
      if (wanted.size === 0) continue;
      for (const [text, cells] of wanted) entries.set(text, { row: undefined, stored: undefined, key: cells });
      for (const row of await reader.load(physical, [...wanted.values()])) {
        const entry = entries.get(textOf(key, row));
        if (entry) entry.row = entry.stored = row;
      }
      wanted.clear();
    }
  }

  get<R extends Row>(table: RowTable<R>, ...key: string[]): R | undefined {
    const entry = this.#of(table).entries.get(keyText(key));
    if (!entry) throw new UnannouncedKey(table.name);
    return entry.row as R | undefined;
  }

  put<R extends Row>(table: RowTable<R>, row: R): void {
    const rows = this.#of(table);
    const text = textOf(rows.key, row);
    this.#set(rows, text, row, () => rows.key.map((column) => String(row[column])));
  }

  remove<R extends Row>(table: RowTable<R>, ...key: string[]): void {
    this.#set(this.#of(table), keyText(key), undefined, () => key);
  }

  add<R extends Row>(table: CounterTable<R>, row: Addition<R>): void {
    const { counters, key, zeros } = this.#of(table);
    const text = textOf(key, row);
    const sum = counters.get(text);
    if (!sum) return void counters.set(text, { ...row });
    // Few of a sum's columns change at a time: only those are looked at. Numbers may be part of the key, too.
    for (const [column, cell] of Object.entries(row)) {
      if (column in zeros) sum[column] = Number(sum[column] ?? 0) + Number(cell);
    }
  }

  async write(transaction: SqlTransaction): Promise<void> {
    for (const { physical, changed, counters, zeros } of this.#tables.values()) {
      const inserted: SqlRow[] = [];
      const updated: SqlRowChange[] = [];
      const removed: (readonly string[])[] = [];
      for (const { row, stored, key } of changed) {
        if (!row) removed.push(key);
        else if (stored) updated.push({ before: stored, row });
        else inserted.push(row);
      }
      if (removed.length > 0) await transaction.remove(physical, removed);
      if (inserted.length > 0) await transaction.upsert(physical, inserted);
      if (updated.length > 0) await transaction.update(physical, updated);
      const sums = [...counters.values()];
      for (let from = 0; from < sums.length; from += MOST_ADDED) {
        const some = sums.slice(from, from + MOST_ADDED).map((sum) => ({ ...zeros, ...sum }));
        await transaction.add(physical, some);
      }
    }
  }

  /** After the commit: what was written is now what is stored, and the oldest rows are let go. */
  settle(): void {
    for (const { entries, changed, counters } of this.#tables.values()) {
      for (const entry of changed) entry.stored = entry.row;
      changed.clear();
      counters.clear();
      for (const text of entries.keys()) {
        if (entries.size <= MOST_CACHED) break;
        entries.delete(text);
      }
    }
  }

  #set({ entries, changed }: TableRows, text: string, row: Row | undefined, key: () => readonly string[]): void {
    let entry = entries.get(text);
    if (entry) entry.row = row;
    else entries.set(text, (entry = { row, stored: undefined, key: key() }));
    changed.add(entry);
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
  const [first = '', ...rest] = key;
  let text = String(row[first]);
  for (const column of rest) text = joined(text, row[column] ?? null);
  return text;
}

function keyText([first = null, ...rest]: readonly Cell[]): string {
  let text = String(first);
  for (const cell of rest) text = joined(text, cell);
  return text;
}

// With the length of what precedes it, so that no two different keys have the same text.
function joined(text: string, cell: Cell): string {
  return `${text.length}:${text}${String(cell)}`;
}
