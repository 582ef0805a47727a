// Writes the rows an import left out: their cells as they stood in the file, and beside them what is wrong, in a column
// that import passes over. So the file can be mended in a spreadsheet and imported.
import { readFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { rowNote } from '../terminal/issue-report.ts';
import { writePrivateFile } from '../files/operator-file.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import type { Ledger } from './read-ledger.ts';

export const REASONS_HEADING = '问题';

/**
 * Answers how many rows were written. A file that holds exactly this already is left as it is, for an import that was
 * interrupted and is repeated.
 *
 * @throws InvalidInput when the file exists with other content or cannot be created
 * @throws Unavailable when it cannot be written
 */
export async function writeSkippedRows(file: string, ledger: Ledger, issues: readonly LedgerIssue[]): Promise<number> {
  const byRow = Map.groupBy(issues, ({ row }) => row);
  const noteAt = ledger.headings.indexOf(REASONS_HEADING);
  const noted = (cells: readonly string[], note: string): string[] => {
    if (noteAt >= 0) return cells.toSpliced(noteAt, 1, note);
    const missing = Math.max(0, ledger.headings.length - cells.length);
    return [...cells, ...Array.from({ length: missing }, () => ''), note];
  };
  const rows = [...byRow].map(([row, of]) => noted(ledger.cells.get(row) ?? [], rowNote(of)));
  const text = `\uFEFF${stringify([noted(ledger.headings, REASONS_HEADING), ...rows])}`;
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return rows.length;
  await writePrivateFile(file, (append) => append(text));
  return rows.length;
}
