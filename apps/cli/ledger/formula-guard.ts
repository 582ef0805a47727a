// A cell that a spreadsheet would take for a formula is exported behind a quotation mark, and imported without it.

const FORMULA = /^'*[=+\-@\t\r]/;

export function guarded(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** The cell `guarded` was given. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
