// A row set in memory: rows as they were put last, sums added up.
import type { Addition, Cell, CounterTable, Row, RowSet, RowTable, Table } from '#libs/projections';

export class CountedRows implements RowSet {
  readonly #tables = new Map<string, Map<string, Row>>();

  get<R extends Row>(table: RowTable<R>, ...key: string[]): R | undefined {
    return this.#of(table).get(JSON.stringify(key)) as R | undefined;
  }

  put<R extends Row>(table: RowTable<R>, row: R): void {
    this.#of(table).set(keyOf(table, row), row);
  }

  remove<R extends Row>(table: RowTable<R>, ...key: string[]): void {
    this.#of(table).delete(JSON.stringify(key));
  }

  add<R extends Row>(table: CounterTable<R>, row: Addition<R>): void {
    const key = JSON.stringify(table.key.map((column) => (row as unknown as Row)[column]));
    const sum: Record<string, Cell> = { ...(this.#of(table).get(key) ?? zeros(table)) };
    for (const [column, cell] of Object.entries<Cell>(row as unknown as Row)) {
      sum[column] = typeof cell === 'number' ? Number(sum[column]) + cell : cell;
    }
    this.#of(table).set(key, sum);
  }

  /** The rows of a table by their keys, without sums that are zero throughout. */
  contents(table: Table): Record<string, Row> {
    const isSum = (column: string) => table.kind === 'counters' && !table.key.includes(column);
    const counts = (row: Row) =>
      table.kind === 'rows' || Object.entries(row).some(([column, cell]) => isSum(column) && cell !== 0);
    return Object.fromEntries([...this.#of(table)].filter(([, row]) => counts(row)));
  }

  #of(table: { readonly name: string }): Map<string, Row> {
    const rows = this.#tables.get(table.name) ?? new Map<string, Row>();
    this.#tables.set(table.name, rows);
    return rows;
  }
}

function keyOf<R extends Row>(table: { readonly key: readonly (keyof R & string)[] }, row: R): string {
  return JSON.stringify(table.key.map((column) => row[column]));
}

function zeros(table: { readonly columns: object; readonly key: readonly string[] }): Row {
  const sums = Object.keys(table.columns).filter((column) => !table.key.includes(column));
  return Object.fromEntries(sums.map((column) => [column, 0]));
}
