// A read model's tables as data: the engine creates, fills, rebuilds and compares them from these definitions alone.

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** SQL types common to every dialect; times and sealed texts are `text`, booleans 0 or 1. */
export type ColumnType = 'text' | 'integer' | 'real';

interface TableShape<R extends Row> {
  /** Stable name queries use; physical names add the projection's version and generation. */
  readonly name: string;
  readonly columns: { readonly [K in keyof R]: { readonly type: ColumnType; readonly nullable?: boolean } };
  readonly key: readonly (keyof R & string)[];
  /** Columns of each further index, in order. */
  readonly indexes?: readonly (readonly (keyof R & string)[])[];
}

/** Rows that are read, changed and written whole. */
export interface RowTable<R extends Row = Row> extends TableShape<R> {
  readonly kind: 'rows';
}

/** Sums: rows are only ever added to. Columns outside the key are integers that start at 0. */
export interface CounterTable<R extends Row = Row> extends TableShape<R> {
  readonly kind: 'counters';
}

export type Table = RowTable | CounterTable;

export function rowTable<R extends Row>(shape: TableShape<R>): RowTable<R> {
  return { kind: 'rows', ...shape };
}

export function counterTable<R extends Row>(shape: TableShape<R>): CounterTable<R> {
  return { kind: 'counters', ...shape };
}
