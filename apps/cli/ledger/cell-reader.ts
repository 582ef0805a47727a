// Reads the cells of one row and gathers what is wrong with them, one reason for each cell.
import type { Instant } from '#libs/kernel';
import { cleanText, Failure } from '#libs/kernel';
import type { ColumnName, LedgerCells } from './ledger-columns.ts';
import { codeOf, COLUMNS } from './ledger-columns.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import { readLedgerDay, readLedgerTime } from './ledger-time.ts';

export interface TextLimit {
  readonly max: number;
  /** Line breaks are allowed. */
  readonly lines?: boolean;
}

export class CellReader {
  readonly #row: number;
  readonly #cells: LedgerCells;
  readonly #issues = new Map<ColumnName, LedgerIssue>();

  constructor(row: number, cells: LedgerCells) {
    this.#row = row;
    this.#cells = cells;
  }

  get issues(): LedgerIssue[] {
    return [...this.#issues.values()];
  }

  /** The first reason given for a cell stands. */
  report(column: ColumnName, reason: string, otherRow?: number): void {
    if (this.#issues.has(column)) return;
    const issue = { row: this.#row, column: COLUMNS[column], reason };
    this.#issues.set(column, otherRow === undefined ? issue : { ...issue, otherRow });
  }

  isEmpty(column: ColumnName): boolean {
    return this.#cells[column].trim() === '';
  }

  text(column: ColumnName, limit: TextLimit): string | null {
    if (this.isEmpty(column)) return null;
    try {
      return cleanText(this.#cells[column], { field: column, ...limit });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const most = 'limit' in error.details ? ` At most ${String(limit.max)} characters.` : '';
      this.report(column, `${error.message}${most}`);
      return null;
    }
  }

  /** @param now later times are refused */
  time(column: ColumnName, timeZone: string, now: Instant): Instant | null {
    if (this.isEmpty(column)) return null;
    const instant = readLedgerTime(this.#cells[column].trim(), timeZone);
    if (instant && instant <= now) return instant;
    this.report(column, instant ? 'Lies in the future.' : 'Not a time that exists; write it as 2024-07-08 13:16.');
    return null;
  }

  day(column: ColumnName): string | null {
    if (this.isEmpty(column)) return null;
    const day = readLedgerDay(this.#cells[column].trim());
    if (day === undefined) this.report(column, 'Not a day that exists; write it as 2024-12-15.');
    return day ?? null;
  }

  word<Code extends string>(column: ColumnName, words: Readonly<Record<Code, string>>): Code | undefined {
    const code = codeOf(words, this.#cells[column].trim());
    if (!code) this.report(column, `Must be one of: ${Object.values(words).join(' ')}.`);
    return code;
  }
}
