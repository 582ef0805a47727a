// `import` as an operator gives it: what it answers, says and writes, and what it never says.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { CommandHouse, STUDIO_LEDGER } from '../testing/command-house.ts';
import { csvOf, gbkOf, RAISED } from '../testing/ledger-files.ts';

jest.setTimeout(60_000);

let house: CommandHouse;
beforeEach(() => void (house = new CommandHouse()));
afterEach(() => house.remove());

const CANARY = '王小明13812345678';

describe('import', () => {
  it('brings in the studio’s ledger; a second time it has nothing to do', async () => {
    await house.addCommunity();
    const dry = await house.cli('import', STUDIO_LEDGER, '--dry-run');
    expect(dry.out).toBe(
      'Read 143 rows (UTF-8).\nWould import 143 rows and register 23 volunteers. Nothing was imported.\n',
    );
    const first = await house.cli('import', STUDIO_LEDGER);
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\nImported 143 rows as \d{3} events\.\n$/) as unknown,
    });
    expect(first.err).toContain('143/143');
    expect(await house.cli('import', STUDIO_LEDGER)).toEqual({
      code: 0,
      err: '',
      out: 'Read 143 rows (UTF-8).\nImported 0 rows as 0 events. 143 rows had been imported before.\n',
    });
  });

  it('without a bad row reports nothing, and in a dry run appends nothing', async () => {
    await house.addCommunity();
    const empty = await house.exported('before.csv');
    const size = house.logSize();
    expect(await house.cli('import', house.ledger([{}, RAISED]), '--dry-run')).toMatchObject({ code: 0, err: '' });
    expect([await house.exported('after.csv'), house.logSize()]).toEqual([empty, size]);
  });

  it('with a bad row names row, column and reason, and imports nothing', async () => {
    await house.addCommunity();
    const empty = await house.exported('before.csv');
    const file = house.ledger([
      {},
      { reportedAt: '2024-02-30 10:00' },
      { dispatchedAt: '' },
      { number: '1' },
      { status: '?' },
    ]);
    for (const flags of [[], ['--dry-run']]) {
      expect(await house.cli('import', file, ...flags)).toEqual({
        code: 1,
        err: '',
        out: `Read 5 rows (UTF-8).
  row 3, 反映时间: Not a time that exists; write it as 2024-07-08 13:16.
  row 4, 派单时间: Is empty, but the row has a 接单时间.
  row 5, 序号: Another row has the same number (row 2).
  row 6, 状态: Must be one of: 待派单 已派单 已接单 处理中 待确认 办结 长期跟进 不予受理 撤回.
Nothing was imported. Mend these rows, or leave them out with --skip-bad-rows.
`,
      });
    }
    expect(await house.exported('after.csv')).toBe(empty);
  });

  it('leaves bad rows out when told to, and writes them with the reasons to a file for its owner only', async () => {
    await house.addCommunity();
    const bad = { status: ' ? ', matter: "'=1", reporterPhone: '+86' };
    const file = house.ledger([{}, bad, RAISED]);
    const { code, out, err } = await house.cli('import', file, '--skip-bad-rows');
    expect([code, err.includes('2/2')]).toEqual([1, true]);
    expect(out).toContain(`Left out 1 row; written to ${file}.skipped.csv with the reasons`);
    expect(out).toContain('Imported 2 rows as 7 events.');
    expect(statSync(`${file}.skipped.csv`).mode & 0o777).toBe(0o600);

    const [headings, ...rows] = parse(readFileSync(`${file}.skipped.csv`, 'utf8'), { bom: true });
    const [original, , skipped] = parse(readFileSync(file));
    expect(headings).toEqual([...(original ?? []), '问题']);
    expect(rows).toEqual([[...(skipped ?? []), expect.stringMatching(/^状态: Must be one of/) as unknown]]);

    const mended = readFileSync(`${file}.skipped.csv`, 'utf8').replace(' ? ', '办结');
    writeFileSync(`${file}.skipped.csv`, mended);
    expect(await house.cli('import', `${file}.skipped.csv`)).toMatchObject({ code: 0 });
    expect(parse(await house.exported('all.csv'), { bom: true })).toHaveLength(4);
  });

  it('never overwrites a file of skipped rows; the same one is left as it is', async () => {
    await house.addCommunity();
    const file = house.ledger([{}, { status: '?' }]);
    const flags = ['--skip-bad-rows', '--skipped-rows', house.at('bad.csv')];
    writeFileSync(house.at('bad.csv'), 'mine');
    expect(await house.cli('import', file, ...flags)).toMatchObject({
      code: 1,
      err: `${house.at('bad.csv')} cannot be written: it exists already.\n`,
    });
    expect(readFileSync(house.at('bad.csv'), 'utf8')).toBe('mine');
    expect(parse(await house.exported('none.csv'), { bom: true })).toHaveLength(1);
    rmSync(house.at('bad.csv'));
    expect(await house.cli('import', file, ...flags)).toMatchObject({
      out: expect.stringContaining('Imported 1 row ') as unknown,
    });
    expect(await house.cli('import', file, ...flags)).toMatchObject({
      err: '',
      out: expect.stringContaining('1 row had been imported before') as unknown,
    });
  });

  it('reads GBK, and says what it read', async () => {
    await house.addCommunity();
    writeFileSync(house.at('gbk.csv'), gbkOf(csvOf([{}])));
    expect(await house.cli('import', house.at('gbk.csv'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('(GB18030)') as unknown,
    });
  });

  it('of a file that is empty, too large, a directory or not there is refused with a sentence', async () => {
    await house.addCommunity();
    writeFileSync(house.at('empty.csv'), '');
    writeFileSync(house.at('large.csv'), Buffer.alloc(50 * 1_048_576, ','));
    for (const [name, sentence] of [
      ['empty.csv', 'The file is empty.'],
      ['large.csv', `${house.at('large.csv')} has 50 MB; 32 MB is the most. Split it, by month perhaps.`],
      ['none.csv', `${house.at('none.csv')} cannot be read: there is no such file or directory.`],
      ['data', `${house.at('data')} is not a file.`],
    ] as const)
      expect(await house.cli('import', house.at(name))).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });

  it('asks for the community when there is none, several, or another', async () => {
    const file = house.ledger([{}]);
    expect((await house.cli('import', file)).err).toMatch(/^There is no community yet: .*\.\n$/);
    await house.addCommunity();
    expect((await house.cli('import', file, '--community', '别处')).err).toBe(
      'There is no such community; there is 流霞里.\n',
    );
    await house.cli('areas', 'add', '桃花里', '--level', 'community', '--in', '某街道');
    expect((await house.cli('import', file)).err).toBe(
      'There are several communities: give --community one of 桃花里, 流霞里.\n',
    );
    expect(await house.cli('import', file, '--community', '桃花里')).toMatchObject({ code: 0 });
  });

  it('never says what a cell holds, however bad the row', async () => {
    await house.addCommunity();
    const names = ['number', 'reportedAt', 'channel', 'category', 'dispatchedAt', 'status', 'reviewOn', 'callBack'];
    const file = house.ledger([
      ...names.map((name) => ({ [name]: CANARY })),
      { matter: CANARY, status: '?' },
      { matter: CANARY },
    ]);
    const said = [
      await house.cli('import', file),
      await house.cli('import', file, '--dry-run'),
      await house.cli('import', file, '--skip-bad-rows'),
    ];
    writeFileSync(house.at('quote.csv'), `${csvOf([{}])}"${CANARY}`);
    writeFileSync(house.at('other.csv'), `${CANARY},${CANARY}\n`);
    said.push(await house.cli('import', house.at('quote.csv')), await house.cli('import', house.at('other.csv')));
    expect(said.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(JSON.stringify(said)).not.toContain('13812345678');
    expect(JSON.stringify(said)).not.toContain('王小明');
  });
});
