import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import type { Catalogue } from '#libs/communities';
import type { Instant } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { Cells } from '../testing/ledger-files.ts';
import { bytesOf, csvOf, gbkOf, RESOLVED, utf16Of } from '../testing/ledger-files.ts';
import { LedgerOffice } from '../testing/ledger-office.ts';
import type { ColumnName } from './ledger-columns.ts';
import { COLUMNS } from './ledger-columns.ts';
import { readLedger } from './read-ledger.ts';

const NOW = '2026-01-01T00:00:00.000Z' as Instant;
const HEADINGS: readonly string[] = Object.values(COLUMNS);

let office: LedgerOffice;
let catalogue: Catalogue;
beforeAll(async () => {
  office = await LedgerOffice.open();
  catalogue = await office.catalogue();
});
afterAll(() => office.close());

const read = (text: string) => readLedger(bytesOf(text), { catalogue, now: NOW });
const issuesOf = (...rows: Cells[]) => read(csvOf(rows)).issues;

describe('a good ledger', () => {
  it('is read with every cell where it belongs', () => {
    expect(read(csvOf([{}]))).toMatchObject({
      encoding: 'UTF-8',
      issues: [],
      rows: [
        {
          ...{
            row: 2,
            number: '1',
            reportedAt: '2024-07-08T05:16:00.000Z',
            channel: 'PHONE',
            category: 'HOUSE_REPAIR',
          },
          reporter: { name: RESOLVED.reporterName, phone: RESOLVED.reporterPhone, address: RESOLVED.reporterAddress },
          ...{ building: '11门', matter: RESOLVED.matter, volunteer: '志愿者24', status: 'RESOLVED', reviewOn: null },
          ...{ dispatchedAt: '2024-07-08T21:43:00.000Z', acceptedAt: '2024-07-09T00:00:00.000Z' },
          ...{ resolvedAt: '2024-07-10T02:00:00.000Z', result: '已修复', satisfaction: 'SATISFIED' },
        },
      ],
    });
  });

  it('may have its columns in another order, more of them, and blank rows, which count in row numbers', () => {
    const headings = [...HEADINGS.toReversed(), '备注', ''];
    const cells = [...Object.values(RESOLVED).toReversed(), '旧', ''];
    const blank = cells.map(() => ' ');
    const bad = cells.with(headings.indexOf(COLUMNS.status), '?').with(headings.indexOf(COLUMNS.number), '2');
    const { rows, issues } = read(`\n${stringify([headings, blank, cells])}\n${stringify([blank, bad])}`);
    expect(rows.map(({ row }) => row)).toEqual([4]);
    expect(issues.map(({ row }) => row)).toEqual([7]);
  });

  it('may have cells of several lines; rows are still counted as the spreadsheet counts them', () => {
    const { rows, issues } = read(csvOf([{ matter: '一\r\n二\n三' }, { status: '?' }]));
    expect(rows[0]?.matter).toBe('一\n二\n三');
    expect(issues).toMatchObject([{ row: 3 }]);
  });

  it.each([
    ['tabs', '\t'],
    ['semicolons', ';'],
  ])('may be separated by %s, and hold commas then', (_, delimiter) => {
    const row = { ...RESOLVED, matter: 'a, b; c' };
    const text = stringify([HEADINGS, Object.values(row)], { delimiter });
    for (const bytes of [bytesOf(text), utf16Of(text, 'little'), gbkOf(text)]) {
      expect(readLedger(bytes, { catalogue, now: NOW })).toMatchObject({ issues: [], rows: [{ matter: 'a, b; c' }] });
    }
  });

  it('may be headings only', () => {
    expect(read(csvOf([]))).toMatchObject({ rows: [], issues: [] });
  });

  it('loses the quotation mark that export puts before a formula, and no other', () => {
    const { rows } = read(csvOf([{ matter: "'=1+1", reporterPhone: "'+86 22", reporterName: "'s" }]));
    expect(rows).toMatchObject([{ matter: '=1+1', reporter: { phone: '+86 22', name: "'s" } }]);
  });
});

describe('a file that cannot be read as a whole', () => {
  it.each([
    ['', 'The file is empty.'],
    ['\uFEFF', 'The file is empty.'],
    ['\n \n', 'The file is empty.'],
    [csvOf([{}], HEADINGS.with(13, '状况')), 'The ledger lacks the column 状态.'],
    [csvOf([{}], HEADINGS.with(13, '状况').with(0, '编号')), 'The ledger lacks the column 序号, 状态.'],
    [`${HEADINGS.join()},状态\n`, 'The ledger has the column 状态 twice.'],
    [
      'name,phone\n居民,13800000000\n',
      `The first row, read as UTF-8, has none of the ledger’s headings: ${HEADINGS.join(', ')}.`,
    ],
    [`${csvOf([{}])}"1,2\n`, 'The file is not CSV: a quotation mark is not closed near line 3.'],
    [`${csvOf([{}])}1"2,3\n`, 'The file is not CSV: a quotation mark stands where none may near line 3.'],
    [
      `${csvOf([{}])}"1${'x'.repeat(70_000)}`,
      'The file is not CSV: a row is longer than 64 KB, perhaps because a quotation mark is not closed, near line 3.',
    ],
  ])('%# is refused with a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(new InvalidInput(sentence));
  });
});

describe('what is said of a ledger', () => {
  it('never repeats a cell, whatever stands in whichever column', () => {
    const canary = '王小明13812345678';
    const names = Object.keys(COLUMNS) as ColumnName[];
    const everywhere = names.map((name) => ({ [name]: canary }));
    const tooLong = names.map((name) => ({ [name]: canary.repeat(200) }));
    const controlled = names.map((name) => ({ [name]: `${canary}\u0007` }));
    const said: unknown[] = [
      issuesOf(...everywhere, ...tooLong, ...controlled, { number: canary }, { number: canary }),
    ];
    for (const text of [
      `${csvOf([{}])}"${canary}`,
      `${csvOf([{}])}${canary}"${canary},\n`,
      `${csvOf([{}])}"${canary.repeat(9_000)}`,
      `${canary},${canary}\n`,
      csvOf([{}], HEADINGS.with(3, canary)),
      `${csvOf([{}])}${canary}\n`,
    ]) {
      try {
        said.push(read(text).issues);
      } catch (error) {
        said.push(String(error), error);
      }
    }
    expect(said).toHaveLength(12);
    expect(JSON.stringify(said)).not.toContain(canary.slice(0, 3));
    expect(JSON.stringify(said)).not.toContain(canary.slice(3));
  });
});
