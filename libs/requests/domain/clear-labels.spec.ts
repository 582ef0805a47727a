import { describe, expect, it } from '@jest/globals';
import { isBuilding, isLedgerNumber } from './clear-labels.ts';

describe('a building', () => {
  it.each([
    '11门',
    '3号楼',
    '3号院2号楼',
    '12号楼3单元',
    'B-4',
    '甲3栋',
    '北区 12幢',
    '7#',
    '1204',
    '5层',
    '2排5号',
    '３号楼',
  ])('may be %s', (label) => {
    expect(isBuilding(label)).toBe(true);
  });

  it.each([
    ...['3门王奶奶', '王', 'Wang', '', '  ', '1门'.repeat(9), '1\n2', '门，2'],
    ...[
      '13912345678',
      '139-1234-5678',
      '139 1234 5678',
      '一三九一二三四五六七八',
      '3门27001234',
      '１３９１２３４５６７８',
    ],
  ])('may not be %j', (label) => {
    expect(isBuilding(label)).toBe(false);
  });
});

describe('a number of the ledger', () => {
  it.each(['7', 'A-001', '2024/118号', '20240708-001', '2024年第118号', 'FL(2)7.1', '办-001', '（2024）7', '123456'])(
    'may be %s',
    (label) => {
      expect(isLedgerNumber(label)).toBe(true);
    },
  );

  it.each([
    ...['赵大爷', '7 赵', '', '1'.repeat(33), 'WangXiaoming', 'Nr.WangDaye'],
    ...['13912345678', '139-1234-5678', '022-27001234', '27001234', '+8613912345678', '20240708-13912345678'],
  ])('may not be %j', (label) => {
    expect(isLedgerNumber(label)).toBe(false);
  });
});
