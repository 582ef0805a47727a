import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '#libs/communities';
import type { Instant } from '#libs/kernel';
import type { Cells } from '../testing/ledger-files.ts';
import { bytesOf, csvOf, RAISED, RESOLVED } from '../testing/ledger-files.ts';
import { LedgerOffice } from '../testing/ledger-office.ts';
import type { ColumnName } from './ledger-columns.ts';
import { COLUMNS } from './ledger-columns.ts';
import { readLedger } from './read-ledger.ts';

const NOW = '2026-01-01T00:00:00.000Z' as Instant;

let office: LedgerOffice;
let catalogue: Catalogue;
beforeAll(async () => {
  office = await LedgerOffice.open();
  catalogue = await office.catalogue();
});
afterAll(() => office.close());

const read = (text: string) => readLedger(bytesOf(text), { catalogue, now: NOW });
const issuesOf = (...rows: Cells[]) => read(csvOf(rows)).issues;
const issue = (column: ColumnName, reason: string, row = 2) => ({ row, column: COLUMNS[column], reason });

describe('a bad row', () => {
  it.each<[ColumnName, string, string]>([
    ['number', '', 'Is empty.'],
    ['number', '1'.repeat(33), 'The text is too long. At most 32 characters.'],
    ['number', '赵大爷', 'May have digits, a few letters and marks only, such as 2024/118号.'],
    ['reportedAt', '', 'Is empty.'],
    ['reportedAt', '2024-02-30 10:00', 'Not a time that exists; write it as 2024-07-08 13:16.'],
    ['reportedAt', '2026-02-01 10:00', 'Lies in the future.'],
    ['channel', '电话', 'Must be one of: 来电 来访 网格巡查 线上 热线转办.'],
    ['channel', '', 'Must be one of: 来电 来访 网格巡查 线上 热线转办.'],
    ['reporterName', 'a\nb', 'The text holds control characters, or such as reverse the reading direction.'],
    ['reporterPhone', '1'.repeat(33), 'The text is too long. At most 32 characters.'],
    ['reporterAddress', '门'.repeat(201), 'The text is too long. At most 200 characters.'],
    ['matter', '', 'Is empty.'],
    ['matter', '铃\u0007声', 'The text holds control characters, or such as reverse the reading direction.'],
    ['matter', '\u202e水', 'The text holds control characters, or such as reverse the reading direction.'],
    ['matter', '水'.repeat(2_001), 'The text is too long. At most 2000 characters.'],
    ['result', '水'.repeat(2_001), 'The text is too long. At most 2000 characters.'],
    ['volunteer', '志'.repeat(101), 'The text is too long. At most 100 characters.'],
    ['volunteer', '', 'Is empty, but the row has a 接单时间.'],
    ['dispatchedAt', '2024-07-08 13:15', 'Lies before 反映时间.'],
    ['dispatchedAt', '', 'Is empty, but the row has a 接单时间.'],
    ['acceptedAt', '2024-07-09 05:42', 'Lies before 派单时间.'],
    ['acceptedAt', '', 'Is empty, but the row has a 接单志愿者.'],
    ['resolvedAt', '2024-07-09 07:59', 'Lies before 接单时间.'],
    ['resolvedAt', '', 'Is empty, but the state 办结 needs it.'],
    ['result', '', 'Is empty, but the state 办结 needs it.'],
    ['status', '完成', 'Must be one of: 待派单 已派单 已接单 处理中 待确认 办结 长期跟进 不予受理 撤回.'],
    ['reviewOn', '2024-12-01', 'Must be empty in the state 办结.'],
    ['reviewOn', '2024-12-32', 'Not a day that exists; write it as 2024-12-15.'],
    ['callBack', '很好', 'Must be one of: 满意 基本满意 不满意.'],
  ])('with %s %j says so: %s', (column, cell, reason) => {
    expect(issuesOf({ [column]: cell })).toEqual([issue(column, reason)]);
  });

  it('names the categories of the community’s own catalogue', () => {
    const [found] = issuesOf({ category: '其他' });
    expect(found?.reason).toBe(`Must be one of: ${catalogue.entries.map(({ name }) => name).join(' ')}.`);
  });

  it.each<[string, Cells, [ColumnName, string][]]>([
    [
      '待派单 with a dispatch',
      { ...RAISED, dispatchedAt: RESOLVED.dispatchedAt },
      [['dispatchedAt', 'Must be empty in the state 待派单.']],
    ],
    ['待派单 called back', { ...RAISED, callBack: '满意' }, [['callBack', 'Must be empty in the state 待派单.']]],
    [
      '已派单 without a dispatch',
      { ...RAISED, status: '已派单' },
      [['dispatchedAt', 'Is empty, but the state 已派单 needs it.']],
    ],
    [
      '长期跟进 without plan and review',
      { ...RAISED, status: '长期跟进' },
      [
        ['result', 'Is empty, but the state 长期跟进 needs it.'],
        ['reviewOn', 'Is empty, but the state 长期跟进 needs it.'],
      ],
    ],
    [
      '长期跟进 reviewed before it was dispatched',
      { ...RAISED, status: '长期跟进', dispatchedAt: '2024-07-09 01:00', result: 'x', reviewOn: '2024-07-08' },
      [['reviewOn', 'Lies before 派单时间.']],
    ],
    [
      '不予受理 that was accepted',
      { status: '不予受理', callBack: '' },
      [
        ['volunteer', 'Must be empty in the state 不予受理.'],
        ['acceptedAt', 'Must be empty in the state 不予受理.'],
      ],
    ],
    ['待确认 called back', { status: '待确认' }, [['callBack', 'Must be empty in the state 待确认.']]],
  ])('%s says so', (_, cells, reasons) => {
    expect(issuesOf(cells)).toEqual(reasons.map(([column, reason]) => issue(column, reason)));
  });

  it('has every cell that is wrong named, each once', () => {
    const cells = {
      reportedAt: 'x',
      channel: 'x',
      category: 'x',
      dispatchedAt: 'x',
      status: 'x',
      reviewOn: 'x',
      callBack: 'x',
    };
    expect(issuesOf(cells).map(({ column }) => column)).toEqual(
      expect.arrayContaining(Object.keys(cells).map((name) => COLUMNS[name as ColumnName])),
    );
    expect(issuesOf(cells)).toHaveLength(7);
  });

  it('with the number of another row names that row; two spellings of one number are one', () => {
    const rows = [{ number: '7号' }, {}, { number: ' 7号 ' }, { number: '2' }];
    const reason = 'Another row has the same number.';
    expect(issuesOf(...rows)).toEqual([
      { ...issue('number', reason, 4), otherRow: 2 },
      { ...issue('number', reason, 5), otherRow: 3 },
    ]);
  });

  it('of another length than the headings says so', () => {
    const short = `${csvOf([{}])}9,2024-07-08 13:16\n${Object.values(RESOLVED).join()},more\n`;
    const reason = 'Has more or fewer cells than there are headings.';
    expect(read(short).issues).toEqual([
      { row: 3, column: '', reason },
      { row: 4, column: '', reason },
    ]);
  });

  it('keeps its cells as they stood, for the file of skipped rows', () => {
    const { cells } = read(csvOf([{ status: ' ? ', matter: "'=1" }]));
    expect(cells.get(2)).toEqual(Object.values({ ...RESOLVED, status: ' ? ', matter: "'=1" }));
  });
});
