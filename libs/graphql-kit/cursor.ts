// Cursors for keyset pages: the sort key of the row they point at, made opaque. They are checked on the way in,
// because they come back from clients.
import { InvalidInput } from '#libs/kernel';

export type CursorKey = readonly (string | number | null)[];

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * @param length how many values the list's sort key has
 * @throws InvalidInput for a text that is no cursor of such a list
 */
export function decodeCursor(cursor: string, length: number): CursorKey {
  const key = cursor.length <= 512 ? parse(cursor) : undefined;
  if (!Array.isArray(key) || key.length !== length || !key.every(isCell) || encodeCursor(key) !== cursor) {
    throw new InvalidInput('This is not a cursor of this list.', { field: 'after' });
  }
  return key;
}

function isCell(value: unknown): value is string | number | null {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
