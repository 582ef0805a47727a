// Reads a whole ledger before anything is done with it: either every row is good, or the report names row, column and
// reason of each one that is not.
import { InvalidInput } from '#libs/kernel';
import { CsvError, parse } from 'csv-parse/sync';
import { decodeLedger } from './decode-ledger.ts';
import type { DecodedLedger } from './decode-ledger.ts';
import { unguarded } from './formula-guard.ts';
import type { ColumnName, LedgerCells } from './ledger-columns.ts';
import { COLUMNS } from './ledger-columns.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import type { LedgerRow, RowSurroundings } from './ledger-row.ts';
import { readLedgerRow } from './ledger-row.ts';

export interface Ledger {
  readonly encoding: DecodedLedger['encoding'];
  readonly headings: readonly string[];
  readonly rows: readonly LedgerRow[];
  readonly issues: readonly LedgerIssue[];
  /** The cells of every row that is not blank, by row number, as they stand in the file. */
  readonly cells: ReadonlyMap<number, readonly string[]>;
}

const HEADINGS: readonly string[] = Object.values(COLUMNS);
const LONGEST_ROW = 65_536;

/** @throws InvalidInput when the file as a whole cannot be read: encoding, headings, quoting */
export function readLedger(bytes: Uint8Array, surroundings: RowSurroundings): Ledger {
  const { text, encoding } = decodeLedger(bytes);
  const records = parseRecords(text);
  const head = records.findIndex((record) => !isBlank(record));
  const headings = (records[head] ?? []).map((heading) => heading.trim());
  checkHeadings(headings, encoding);
  const columns = Object.entries(COLUMNS).map(([name, heading]) => [name, headings.indexOf(heading)] as const);

  const [rows, issues]: [LedgerRow[], LedgerIssue[]] = [[], []];
  const cells = new Map<number, readonly string[]>();
  const rowOfNumber = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    if (index <= head || isBlank(record)) continue;
    const row = index + 1;
    cells.set(row, record);
    if (record.length !== headings.length) {
      issues.push({ row, column: '', reason: 'Has more or fewer cells than there are headings.' });
      continue;
    }
    const named = columns.map(([name, at]): [ColumnName, string] => [name as ColumnName, unguarded(record[at] ?? '')]);
    const found = readLedgerRow(row, Object.fromEntries(named) as LedgerCells, surroundings, rowOfNumber);
    if ('row' in found) rows.push(found.row);
    else issues.push(...found.issues);
  }
  return { encoding, headings, rows, issues, cells };
}

function checkHeadings(headings: readonly string[], encoding: string): void {
  if (headings.length === 0) throw new InvalidInput('The file is empty.');
  const missing = HEADINGS.filter((heading) => !headings.includes(heading));
  if (missing.length === HEADINGS.length) {
    throw new InvalidInput(
      `The first row, read as ${encoding}, has none of the ledger’s headings: ${HEADINGS.join(', ')}.`,
    );
  }
  if (missing.length > 0) throw new InvalidInput(`The ledger lacks the column ${missing.join(', ')}.`);
  const twice = HEADINGS.find((heading) => headings.indexOf(heading) !== headings.lastIndexOf(heading));
  if (twice !== undefined) throw new InvalidInput(`The ledger has the column ${twice} twice.`);
}

function parseRecords(text: string): string[][] {
  const delimiter = delimiterOf(text);
  try {
    // Blank lines are kept here, because the spreadsheet counts them.
    return parse(text, { bom: true, delimiter, relax_column_count: true, max_record_size: LONGEST_ROW });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    const where = lines === undefined ? '' : ` near line ${String(lines)}`;
    throw new InvalidInput(`The file is not CSV: ${reasonOf(error.code)}${where}.`);
  }
}

/** Spreadsheets separate with tabs in UTF-16, and with semicolons where the comma is the decimal sign. */
function delimiterOf(text: string): string {
  const firstLine =
    text
      .slice(0, 2_000)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? '';
  return [',', '\t', ';'].find((delimiter) => firstLine.includes(delimiter)) ?? ',';
}

/** The parser's own messages repeat the cell, so only its code is used. */
function reasonOf(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is not closed';
  if (code === 'CSV_MAX_RECORD_SIZE')
    return 'a row is longer than 64 KB, perhaps because a quotation mark is not closed,';
  return 'a quotation mark stands where none may';
}

function isBlank(record: readonly string[]): boolean {
  return record.every((cell) => cell.trim() === '');
}
