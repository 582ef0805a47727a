// The report about a ledger's bad rows: each with row, column and reason, and when they are many, how often each reason
// occurs, since one slip in a column makes thousands of them.
import type { LedgerIssue } from '../ledger/ledger-issue.ts';

const MOST_SHOWN = 50;
const MOST_REASONS = 20;

/** Lines without their ends; none when there is nothing to report. */
export function issueReport(issues: readonly LedgerIssue[]): string[] {
  const lines = issues
    .slice(0, MOST_SHOWN)
    .map((issue) => `  row ${String(issue.row)}${place(issue)}: ${reasonOf(issue)}`);
  if (issues.length <= MOST_SHOWN) return lines;
  return [
    ...lines,
    `  … and ${String(issues.length - MOST_SHOWN)} more. How often each reason occurs:`,
    ...summary(issues),
  ];
}

/** All that is wrong with a row, for the row itself. */
export function rowNote(issues: readonly LedgerIssue[]): string {
  return issues.map((issue) => `${issue.column === '' ? '' : `${issue.column}: `}${reasonOf(issue)}`).join(' ');
}

function summary(issues: readonly LedgerIssue[]): string[] {
  const reasons = [...Map.groupBy(issues, (issue) => `${place(issue).slice(2)}\n${issue.reason}`).values()]
    .map((of) => ({ times: of.length, example: of[0] }))
    .sort((a, b) => b.times - a.times);
  const lines = reasons.slice(0, MOST_REASONS).flatMap(({ times, example }) => {
    return example ? [`  ${String(times).padStart(6)} ×${place(example).slice(1)}: ${example.reason}`] : [];
  });
  return reasons.length > MOST_REASONS
    ? [...lines, `  … and ${String(reasons.length - MOST_REASONS)} other reasons.`]
    : lines;
}

function place({ column }: LedgerIssue): string {
  return column === '' ? '' : `, ${column}`;
}

function reasonOf({ reason, otherRow }: LedgerIssue): string {
  return otherRow === undefined ? reason : `${reason.slice(0, -1)} (row ${String(otherRow)}).`;
}
