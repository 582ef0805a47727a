import { describe, expect, it } from '@jest/globals';
import type { LedgerIssue } from '../ledger/ledger-issue.ts';
import { issueReport, rowNote } from './issue-report.ts';

const issues = (count: number, of: Omit<LedgerIssue, 'row'>, from = 2): LedgerIssue[] =>
  Array.from({ length: count }, (_, index) => ({ row: from + index, ...of }));

describe('issueReport', () => {
  it('says nothing when there is nothing wrong', () => {
    expect(issueReport([])).toEqual([]);
  });

  it('names row, column and reason, and the other row there is', () => {
    const [one, two] = [
      { column: '状态', reason: 'Is empty.' },
      { column: '', reason: 'Too short.' },
    ];
    const twice = { column: '序号', reason: 'Another row has the same number.', otherRow: 3 };
    expect(issueReport([...issues(1, one), ...issues(1, two), ...issues(1, twice)])).toEqual([
      '  row 2, 状态: Is empty.',
      '  row 2: Too short.',
      '  row 2, 序号: Another row has the same number (row 3).',
    ]);
  });

  it('adds up the reasons when they are many', () => {
    const many = [
      ...issues(30, { column: '来源', reason: 'Unknown.' }),
      ...issues(1_200, { column: '反映时间', reason: 'Not a time.' }),
      ...issues(5, { column: '', reason: 'Too short.' }),
    ];
    const lines = issueReport(many);
    expect(lines).toHaveLength(54);
    expect(lines.slice(50)).toEqual([
      '  … and 1185 more. How often each reason occurs:',
      '    1200 × 反映时间: Not a time.',
      '      30 × 来源: Unknown.',
      '       5 ×: Too short.',
    ]);
  });

  it('counts one slip once, whatever the other rows are', () => {
    const twins = Array.from({ length: 60 }, (_, index) => ({
      ...{ row: index, column: '序号', reason: 'Twice.', otherRow: index + 60 },
    }));
    expect(issueReport(twins).slice(51)).toEqual(['      60 × 序号: Twice.']);
  });

  it('stays short, however many reasons there are', () => {
    const lines = issueReport(
      Array.from({ length: 500 }, (_, index) => ({ row: 1, column: 'x', reason: `${String(index)}.` })),
    );
    expect(lines).toHaveLength(72);
    expect(lines.at(-1)).toBe('  … and 480 other reasons.');
  });
});

describe('rowNote', () => {
  it('says all that is wrong with a row', () => {
    expect(
      rowNote([...issues(1, { column: '状态', reason: 'Is empty.' }), ...issues(1, { column: '', reason: 'Short.' })]),
    ).toBe('状态: Is empty. Short.');
  });
});
