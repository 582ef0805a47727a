export { counterTable, rowTable } from './table.ts';
export type { Cell, CounterTable, Row, RowTable, Table } from './table.ts';
export type { Projection, RowSet } from './projection.ts';
export { foldRow } from './fold-row.ts';
