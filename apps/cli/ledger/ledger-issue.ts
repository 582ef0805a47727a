// What is wrong with a ledger, cell by cell. Reasons never repeat what a cell holds: it may be somebody's phone in the
// wrong column.

export interface LedgerIssue {
  /** As a spreadsheet numbers its rows: the headings are row 1, and blank rows count. */
  readonly row: number;
  /** Heading of the column, empty when the whole row is meant. */
  readonly column: string;
  /** One sentence, the same for every row that has this fault. */
  readonly reason: string;
  /** Another row the reason speaks of. */
  readonly otherRow?: number;
}

export function inRowOrder(issues: readonly LedgerIssue[]): LedgerIssue[] {
  return issues.toSorted((a, b) => a.row - b.row);
}
