import { createHash } from 'node:crypto';
import type { ReadDatabase } from '#libs/platform';
import type { Projection } from './projection.ts';

/**
 * One SHA-256 over all rows a projection serves, in key order. Equal hashes mean equal tables, whatever the batches,
 * restarts and rebuilds that led to them.
 */
export async function hashTables(database: ReadDatabase, projection: Projection): Promise<string> {
  const hash = createHash('sha256');
  for (const table of projection.tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const columns = Object.keys(table.columns);
    const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
    const sql = `SELECT ${quoted(columns)} FROM "${table.name}" ORDER BY ${quoted(table.key)}`;
    hash.update(`${table.name}\n`);
    for (const row of await database.all(sql)) hash.update(`${JSON.stringify(columns.map((name) => row[name]))}\n`);
  }
  return hash.digest('hex');
}
