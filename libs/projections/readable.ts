// Whether read models can be read at all: somebody may have dropped what queries ask for.
import type { SqlReader } from '#libs/platform';
import { ReadModelsMissing } from '#libs/platform';

/** A projection, or what one has made. */
type Shown =
  { readonly tables: readonly { readonly name: string }[] } | { readonly shapes: readonly { readonly name: string }[] };

/**
 * Costs one statement that reads no row.
 *
 * @throws ReadModelsMissing when a view of these projections, or the table it shows, is not there
 */
export async function requireReadable(reader: SqlReader, projections: readonly Shown[]): Promise<void> {
  const views = projections.flatMap((of) => ('tables' in of ? of.tables : of.shapes).map(({ name }) => name));
  if (views.length > 0)
    await reader.all(views.map((view) => `SELECT 1 FROM "${view}" WHERE 1 = 0`).join(' UNION ALL '));
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
