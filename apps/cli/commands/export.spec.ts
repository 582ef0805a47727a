// `export` as an operator gives it: what was imported comes out again, and no file is lost.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { byNumber, CommandHouse, STUDIO_LEDGER } from '../testing/command-house.ts';
import type { Cells } from '../testing/ledger-files.ts';
import { RAISED } from '../testing/ledger-files.ts';

jest.setTimeout(60_000);

let house: CommandHouse;
beforeEach(() => void (house = new CommandHouse()));
afterEach(() => house.remove());

const CANARY = '王小明13812345678';

describe('export', () => {
  it('of what was imported is what was imported, also in a house of its own', async () => {
    await house.addCommunity();
    await house.cli('import', STUDIO_LEDGER);
    const first = await house.exported('first.csv');
    expect(byNumber(first)).toEqual(byNumber(readFileSync(STUDIO_LEDGER, 'utf8')));
    house.forget();
    await house.addCommunity();
    expect(await house.cli('import', house.at('first.csv'))).toMatchObject({ code: 0 });
    expect(byNumber(await house.exported('second.csv'))).toEqual(byNumber(first));
  });

  it('keeps every state and every odd text through import and export', async () => {
    await house.addCommunity();
    const task = { acceptedAt: '2024-07-09 08:00', volunteer: '乙', resolvedAt: '', result: '', callBack: '' };
    const rows: Cells[] = [
      { ...RAISED, matter: '=HYPERLINK("x")', reporterPhone: '+86 22', reporterName: "'=1", reporterAddress: '' },
      { ...RAISED, status: '已派单', dispatchedAt: '2024-07-09 05:43', matter: '一\n"二",三' },
      { ...task, status: '已接单' },
      { ...task, status: '处理中' },
      { status: '待确认', callBack: '' },
      { status: '办结', callBack: '不满意' },
      { ...RAISED, status: '长期跟进', result: '-待议', reviewOn: '2030-01-01' },
      { ...RAISED, status: '不予受理', result: '@不归我们', resolvedAt: '2024-07-08 14:00' },
      { ...RAISED, status: '撤回', result: '', resolvedAt: '2024-07-08 15:00' },
    ];
    expect(await house.cli('import', house.ledger(rows))).toMatchObject({ code: 0 });
    const first = await house.exported('first.csv');
    for (const cell of parse(first, { bom: true }).flat()) expect(cell).not.toMatch(/^[=+\-@]/);
    house.forget();
    await house.addCommunity();
    expect(await house.cli('import', house.at('first.csv'))).toMatchObject({ code: 0 });
    expect(byNumber(await house.exported('second.csv'))).toEqual(byNumber(first));
    expect(await house.cli('import', house.ledger(rows, 'again.csv'), '--dry-run')).toMatchObject({ code: 0 });
  });

  it('writes the disposition list without the reporters', async () => {
    await house.addCommunity();
    await house.cli('import', house.ledger([{ reporterName: CANARY, reporterAddress: '' }, RAISED]));
    expect(await house.cli('export', 'dispositions', house.at('list.csv'))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Wrote 1 row to .*personal data.*\n$/) as unknown,
    });
    expect(statSync(house.at('list.csv')).mode & 0o777).toBe(0o600);
    expect(readFileSync(house.at('list.csv'), 'utf8')).not.toContain(CANARY);
  });

  it('never overwrites a file, and is refused where it cannot write', async () => {
    await house.addCommunity();
    writeFileSync(house.at('mine.csv'), 'mine');
    for (const [name, why] of [
      ['mine.csv', 'it exists already'],
      ['none/list.csv', 'there is no such file or directory'],
    ] as const)
      expect(await house.cli('export', 'ledger', house.at(name))).toEqual({
        code: 1,
        out: '',
        err: `${house.at(name)} cannot be written: ${why}.\n`,
      });
    expect(readFileSync(house.at('mine.csv'), 'utf8')).toBe('mine');
  });
});
