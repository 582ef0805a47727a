// Cursors for keyset pages: the sort key of the row they point at, made opaque. They are checked on the way in,
// because they come back from clients.
import { InvalidInput } from '#libs/kernel';

/** What a list is sorted by, then the row's id, so that no two rows are equal. */
export type CursorKey = readonly [sort: string, id: string];

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws InvalidInput for a text that is no cursor */
export function decodeCursor(cursor: string): CursorKey {
  const key = cursor.length <= 512 ? parse(cursor) : undefined;
  if (!isKey(key) || encodeCursor(key) !== cursor) {
    throw new InvalidInput('This is not a cursor of this list.', { field: 'after' });
  }
  return key;
}

function isKey(value: unknown): value is CursorKey {
  return Array.isArray(value) && value.length === 2 && value.every((cell) => typeof cell === 'string');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
