// From a projection's table to the one that is really there: `<name>_v<version>_g<generation>`.
import type { SqlTable } from '#libs/platform';
import type { Table } from './table.ts';

/** A table without its version and generation; kept with a generation, to tell a changed shape and to drop it later. */
export type TableShape = SqlTable;

export function shapeOf(table: Table): TableShape {
  const columns = Object.entries(table.columns).map(([name, { type, nullable = false }]) => ({ name, type, nullable }));
  return { name: table.name, columns, key: table.key, indexes: table.indexes ?? [] };
}

export function physicalTable(shape: TableShape, version: number, generation: number): SqlTable {
  return { ...shape, name: `${shape.name}_v${version}_g${generation}` };
}
