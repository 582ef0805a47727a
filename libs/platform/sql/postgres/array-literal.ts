// An array as PostgreSQL reads it. The driver's own way looks at the type of every element and quotes each with two
// passes; a batch has tens of thousands of them.
import { UnstorableText } from '../cells.ts';
import type { SqlCell } from '../read-database.ts';

const SPECIAL = /["\\\0]/;

/** @throws UnstorableText */
export function arrayLiteral(cells: readonly (SqlCell | undefined)[]): string {
  let literal = '';
  for (const cell of cells) {
    if (literal !== '') literal += ',';
    if (cell === null || cell === undefined) literal += 'NULL';
    else if (typeof cell === 'number') literal += String(cell);
    else literal += SPECIAL.test(cell) ? quotedText(cell) : `"${cell}"`;
  }
  return `{${literal}}`;
}

function quotedText(text: string): string {
  if (text.includes('\0')) throw new UnstorableText();
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
