// Whether read models can be read at all: somebody may have dropped what queries ask for.
import type { SqlReader, SqlTable } from '#libs/platform';
import { ReadModelsMissing } from '#libs/platform';
import type { Generation } from './checkpoints.ts';
import { physicalTable, shapeOf } from './physical-table.ts';
import type { Projection } from './projection.ts';

/** A projection, or what one has made. */
type Shown = Pick<Projection, 'tables'> | Generation;

/**
 * Costs one statement that reads no row.
 *
 * @throws ReadModelsMissing when a view of these projections, or the table it shows, is not there or lacks a column
 */
export async function requireReadable(reader: SqlReader, projections: readonly Shown[]): Promise<void> {
  const shown = projections.flatMap(tablesOf);
  if (shown.length > 0) await reader.all(shown.map(readingNothing).join(' UNION ALL '));
}

// A view goes on under a column's old name when the table's is given another, so both are asked.
function tablesOf(of: Shown): SqlTable[] {
  if ('tables' in of) return of.tables.map(shapeOf);
  return of.shapes.flatMap((shape) => [shape, physicalTable(shape, of.version, of.generation)]);
}

function readingNothing({ name, columns }: SqlTable): string {
  return `SELECT 1 FROM (SELECT ${columns.map((column) => `"${column.name}"`).join(', ')} FROM "${name}") AS t WHERE 1 = 0`;
}

export async function isReadable(reader: SqlReader, projections: readonly Shown[]): Promise<boolean> {
  try {
    await requireReadable(reader, projections);
    return true;
  } catch (error) {
    if (error instanceof ReadModelsMissing) return false;
    throw error;
  }
}
