import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { Building, LedgerNumber } from './clear-labels.ts';

class Labels {
  @Building()
  building: unknown = '1门';

  @LedgerNumber()
  ledgerNumber: unknown = '1';
}

const takes = (over: Partial<Labels>) => validateSync(Object.assign(new Labels(), over)).length === 0;

describe('a building', () => {
  it.each(['11门', '3号楼', '3号楼2单元', 'B-4', '甲3栋', '北区 12幢', '7#', '1204'])('may be %s', (building) => {
    expect(takes({ building })).toBe(true);
  });

  it.each([
    '3门王奶奶',
    '13912345678',
    '3门 022-27001234',
    '王',
    'Wang',
    '',
    '  ',
    '1'.repeat(4) + ' '.repeat(13),
    '1\n2',
    7,
    null,
  ])('may not be %j', (building) => {
    expect(takes({ building })).toBe(false);
  });
});

describe('a number of the ledger', () => {
  it.each(['7', 'A-001', '2024/118号', '20240708-001', '第3号', 'FL(2)7.1'])('may be %s', (ledgerNumber) => {
    expect(takes({ ledgerNumber })).toBe(true);
  });

  it.each(['赵大爷', '13912345678', '7 赵', '', '1'.repeat(33), 7])('may not be %j', (ledgerNumber) => {
    expect(takes({ ledgerNumber })).toBe(false);
  });
});
