// Reads a whole ledger before anything is done with it: either every row is good, or the report names row, column and
// reason of each one that is not.
import { InvalidInput } from '#libs/kernel';
import { CsvError, parse } from 'csv-parse/sync';
import { decodeLedger } from './decode-ledger.ts';
import type { DecodedLedger } from './decode-ledger.ts';
import type { ColumnName, LedgerCells } from './ledger-columns.ts';
import { COLUMNS } from './ledger-columns.ts';
import type { LedgerIssue, LedgerRow, RowSurroundings } from './ledger-row.ts';
import { readLedgerRow } from './ledger-row.ts';

export interface Ledger {
  readonly encoding: DecodedLedger['encoding'];
  readonly headings: readonly string[];
  readonly rows: readonly LedgerRow[];
  readonly issues: readonly LedgerIssue[];
  /** The cells of every row by line, as they stand in the file. */
  readonly cells: ReadonlyMap<number, readonly string[]>;
}

interface Record {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

const HEADINGS: readonly string[] = Object.values(COLUMNS);

/** @throws InvalidInput when the file as a whole cannot be read: encoding, headings, quoting */
export function readLedger(bytes: Uint8Array, surroundings: RowSurroundings): Ledger {
  const { text, encoding } = decodeLedger(bytes);
  const [head, ...records] = parseRecords(text);
  if (!head) throw new InvalidInput('The file is empty.');
  const headings = head.record.map((heading) => heading.trim());
  const missing = HEADINGS.filter((heading) => !headings.includes(heading));
  if (missing.length > 0) throw new InvalidInput(`The ledger lacks the column ${missing.join(', ')}.`);
  const twice = headings.find((heading, index) => HEADINGS.includes(heading) && headings.indexOf(heading) !== index);
  if (twice !== undefined) throw new InvalidInput(`The ledger has the column ${twice} twice.`);

  const rows: LedgerRow[] = [];
  const issues: LedgerIssue[] = [];
  const cells = new Map<number, readonly string[]>();
  const lineOfNumber = new Map<string, number>();
  let line = head.info.lines + 1;
  for (const { record, info } of records) {
    const found = checkRecord(line, record, headings, surroundings, lineOfNumber);
    if ('row' in found) rows.push(found.row);
    else issues.push(...found.issues);
    cells.set(line, record);
    line = info.lines + 1;
  }
  return { encoding, headings, rows, issues, cells };
}

function parseRecords(text: string): Record[] {
  try {
    const options = {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: 65_536,
    };
    return parse(text, options) as unknown as Record[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new InvalidInput(
      `The file is not CSV: ${sentenceOf(error.code)}${lines ? ` near line ${String(lines)}` : ''}.`,
    );
  }
}

/** The parser's own messages repeat the cell, so only its code is used. */
function sentenceOf(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is not closed';
  if (code === 'CSV_MAX_RECORD_SIZE') return 'a row is longer than 64 KB';
  return 'a quotation mark stands where none may';
}

function checkRecord(
  line: number,
  record: readonly string[],
  headings: readonly string[],
  surroundings: RowSurroundings,
  lineOfNumber: Map<string, number>,
): { row: LedgerRow } | { issues: LedgerIssue[] } {
  if (record.length !== headings.length) {
    const reason = `Has ${String(record.length)} cells where the headings are ${String(headings.length)}.`;
    return { issues: [{ line, column: '', reason }] };
  }
  const cells = Object.fromEntries(
    (Object.keys(COLUMNS) as ColumnName[]).map((name) => [
      name,
      unguard(record[headings.indexOf(COLUMNS[name])] ?? ''),
    ]),
  ) as LedgerCells;
  const number = cells.number.trim();
  const earlier = lineOfNumber.get(number);
  if (number !== '' && earlier === undefined) lineOfNumber.set(number, line);
  const found = readLedgerRow(line, cells, surroundings);
  if (earlier === undefined) return found;
  const duplicate = { line, column: COLUMNS.number, reason: `Is the number of line ${String(earlier)} too.` };
  return { issues: 'row' in found ? [duplicate] : [duplicate, ...found.issues] };
}

/** Takes off the quote that export puts before a cell a spreadsheet would take for a formula. */
function unguard(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
