// Cursors for keyset pages: the sort key of the row they point at, made opaque. They are checked on the way in,
// because they come back from clients.
import { InvalidInput } from '#libs/kernel';

/** What a list is sorted by, then the row's id, so that no two rows are equal. */
export type CursorKey = readonly [sort: string, id: string];

/** @param list the list's name and order: a cursor of one list means nothing in another */
export function encodeCursor(list: string, key: CursorKey): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/** @throws InvalidInput for a text that is no cursor of this list */
export function decodeCursor(list: string, cursor: string): CursorKey {
  const parts = cursor.length <= 512 ? parse(cursor) : undefined;
  if (Array.isArray(parts) && parts.length === 3 && parts.every(isKeyText)) {
    const key = [parts[1] ?? '', parts[2] ?? ''] as const;
    if (encodeCursor(list, key) === cursor) return key;
  }
  throw new InvalidInput('This is not a cursor of this list.', { field: 'after' });
}

/** A NUL is a text no database takes. */
function isKeyText(part: unknown): boolean {
  return typeof part === 'string' && part.isWellFormed() && !part.includes('\0');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
