// The commands as an operator gives them: what they answer, say and write, and what they never say.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';
import type { Cells } from './testing/ledger-files.ts';
import { bytesOf, csvOf, gbkOf, RAISED } from './testing/ledger-files.ts';

const DEMO = fileURLToPath(new URL('./demo/ledger.csv', import.meta.url));
jest.setTimeout(60_000);

const CANARY = '王小明13812345678';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'cli-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function cli(...argv: readonly string[]): Promise<Outcome> {
  const said = { out: '', err: '' };
  const spies = (['out', 'err'] as const).map((name) =>
    jest.spyOn(process[`std${name}`], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runProgram([...argv, '--data-dir', at('data'), '--log-level=error']), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

async function withCommunity(name = '流霞里'): Promise<void> {
  await cli('areas', 'add', '某区', '--level', 'district');
  await cli('areas', 'add', '某街道', '--level', 'street', '--in', '某区');
  expect(await cli('areas', 'add', name, '--level', 'community', '--in', '某街道')).toMatchObject({ code: 0, err: '' });
}

function ledger(rows: readonly Cells[], name = 'ledger.csv'): string {
  writeFileSync(at(name), csvOf(rows));
  return at(name);
}

const logSize = () => statSync(at('data/events.db')).size;

async function exported(name: string): Promise<string> {
  expect(await cli('export', 'ledger', at(name))).toMatchObject({ code: 0 });
  return readFileSync(at(name), 'utf8');
}

/** Requests reported at the same minute are listed in the order of their ids, which differ from house to house. */
function byNumber(text: string): string[][] {
  return parse(text, { bom: true }).sort(([a = ''], [b = '']) => Number(a) - Number(b));
}

describe('import', () => {
  it('brings in the studio’s ledger; a second time it has nothing to do', async () => {
    await withCommunity();
    const dry = await cli('import', DEMO, '--dry-run');
    expect(dry.out).toBe(
      'Read 143 rows (UTF-8).\nWould import 143 rows and register 23 volunteers. Nothing was imported.\n',
    );
    const first = await cli('import', DEMO);
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\nImported 143 rows as \d{3} events\.\n$/) as unknown,
    });
    expect(first.err).toContain('143/143');
    expect(await cli('import', DEMO)).toEqual({
      code: 0,
      err: '',
      out: 'Read 143 rows (UTF-8).\nImported 0 rows as 0 events. 143 rows had been imported before.\n',
    });
  });

  it('without a bad row reports nothing, and in a dry run appends nothing', async () => {
    await withCommunity();
    const empty = await exported('before.csv');
    const size = logSize();
    expect(await cli('import', ledger([{}, RAISED]), '--dry-run')).toMatchObject({ code: 0, err: '' });
    expect([await exported('after.csv'), logSize()]).toEqual([empty, size]);
  });

  it('with a bad row names row, column and reason, and imports nothing', async () => {
    await withCommunity();
    const empty = await exported('before.csv');
    const file = ledger([
      {},
      { reportedAt: '2024-02-30 10:00' },
      { dispatchedAt: '' },
      { number: '1' },
      { status: '?' },
    ]);
    for (const flags of [[], ['--dry-run']]) {
      expect(await cli('import', file, ...flags)).toEqual({
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
    expect(await exported('after.csv')).toBe(empty);
  });

  it('leaves bad rows out when told to, and writes them with the reasons to a file for its owner only', async () => {
    await withCommunity();
    const bad = { status: ' ? ', matter: "'=1", reporterPhone: '+86' };
    const file = ledger([{}, bad, RAISED]);
    const { code, out, err } = await cli('import', file, '--skip-bad-rows');
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
    expect(await cli('import', `${file}.skipped.csv`)).toMatchObject({ code: 0 });
    expect(parse(await exported('all.csv'), { bom: true })).toHaveLength(4);
  });

  it('never overwrites a file of skipped rows; the same one is left as it is', async () => {
    await withCommunity();
    const file = ledger([{}, { status: '?' }]);
    const flags = ['--skip-bad-rows', '--skipped-rows', at('bad.csv')];
    writeFileSync(at('bad.csv'), 'mine');
    expect(await cli('import', file, ...flags)).toMatchObject({
      code: 1,
      err: `${at('bad.csv')} cannot be written: it exists already.\n`,
    });
    expect(readFileSync(at('bad.csv'), 'utf8')).toBe('mine');
    expect(parse(await exported('none.csv'), { bom: true })).toHaveLength(1);
    rmSync(at('bad.csv'));
    expect(await cli('import', file, ...flags)).toMatchObject({
      out: expect.stringContaining('Imported 1 row ') as unknown,
    });
    expect(await cli('import', file, ...flags)).toMatchObject({
      err: '',
      out: expect.stringContaining('1 row had been imported before') as unknown,
    });
  });

  it('reads GBK, and says what it read', async () => {
    await withCommunity();
    writeFileSync(at('gbk.csv'), gbkOf(csvOf([{}])));
    expect(await cli('import', at('gbk.csv'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('(GB18030)') as unknown,
    });
  });

  it('of a file that is empty, too large, a directory or not there is refused with a sentence', async () => {
    await withCommunity();
    writeFileSync(at('empty.csv'), '');
    writeFileSync(at('large.csv'), Buffer.alloc(50 * 1_048_576, ','));
    for (const [name, sentence] of [
      ['empty.csv', 'The file is empty.'],
      ['large.csv', `${at('large.csv')} has 50 MB; 32 MB is the most. Split it, by month perhaps.`],
      ['none.csv', `${at('none.csv')} cannot be read: there is no such file or directory.`],
      ['data', `${at('data')} is not a file.`],
    ] as const)
      expect(await cli('import', at(name))).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });

  it('asks for the community when there is none, several, or another', async () => {
    const file = ledger([{}]);
    expect((await cli('import', file)).err).toMatch(/^There is no community yet: .*\.\n$/);
    await withCommunity();
    expect((await cli('import', file, '--community', '别处')).err).toBe(
      'There is no such community; there is 流霞里.\n',
    );
    await cli('areas', 'add', '桃花里', '--level', 'community', '--in', '某街道');
    expect((await cli('import', file)).err).toBe(
      'There are several communities: give --community one of 桃花里, 流霞里.\n',
    );
    expect(await cli('import', file, '--community', '桃花里')).toMatchObject({ code: 0 });
  });

  it('never says what a cell holds, however bad the row', async () => {
    await withCommunity();
    const names = ['number', 'reportedAt', 'channel', 'category', 'dispatchedAt', 'status', 'reviewOn', 'callBack'];
    const file = ledger([
      ...names.map((name) => ({ [name]: CANARY })),
      { matter: CANARY, status: '?' },
      { matter: CANARY },
    ]);
    const said = [
      await cli('import', file),
      await cli('import', file, '--dry-run'),
      await cli('import', file, '--skip-bad-rows'),
    ];
    writeFileSync(at('quote.csv'), `${csvOf([{}])}"${CANARY}`);
    writeFileSync(at('other.csv'), `${CANARY},${CANARY}\n`);
    said.push(await cli('import', at('quote.csv')), await cli('import', at('other.csv')));
    expect(said.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(JSON.stringify(said)).not.toContain('13812345678');
    expect(JSON.stringify(said)).not.toContain('王小明');
  });
});

describe('export', () => {
  it('of what was imported is what was imported, also in a house of its own', async () => {
    await withCommunity();
    await cli('import', DEMO);
    const first = await exported('first.csv');
    expect(byNumber(first)).toEqual(byNumber(readFileSync(DEMO, 'utf8')));
    rmSync(at('data'), { recursive: true });
    await withCommunity();
    expect(await cli('import', at('first.csv'))).toMatchObject({ code: 0 });
    expect(byNumber(await exported('second.csv'))).toEqual(byNumber(first));
  });

  it('keeps every state and every odd text through import and export', async () => {
    await withCommunity();
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
    expect(await cli('import', ledger(rows))).toMatchObject({ code: 0 });
    const first = await exported('first.csv');
    for (const cell of parse(first, { bom: true }).flat()) expect(cell).not.toMatch(/^[=+\-@]/);
    rmSync(at('data'), { recursive: true });
    await withCommunity();
    expect(await cli('import', at('first.csv'))).toMatchObject({ code: 0 });
    expect(byNumber(await exported('second.csv'))).toEqual(byNumber(first));
    expect(await cli('import', ledger(rows, 'again.csv'), '--dry-run')).toMatchObject({ code: 0 });
  });

  it('writes the disposition list without the reporters', async () => {
    await withCommunity();
    await cli('import', ledger([{ reporterName: CANARY, reporterAddress: '' }, RAISED]));
    expect(await cli('export', 'dispositions', at('list.csv'))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Wrote 1 row to .*personal data.*\n$/) as unknown,
    });
    expect(statSync(at('list.csv')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('list.csv'), 'utf8')).not.toContain(CANARY);
  });

  it('never overwrites a file, and is refused where it cannot write', async () => {
    await withCommunity();
    writeFileSync(at('mine.csv'), 'mine');
    for (const [name, why] of [
      ['mine.csv', 'it exists already'],
      ['none/list.csv', 'there is no such file or directory'],
    ] as const)
      expect(await cli('export', 'ledger', at(name))).toEqual({
        code: 1,
        out: '',
        err: `${at(name)} cannot be written: ${why}.\n`,
      });
    expect(readFileSync(at('mine.csv'), 'utf8')).toBe('mine');
  });
});

describe('areas and accounts', () => {
  it('open a new house: an area, an account with a role, a password shown once', async () => {
    await withCommunity();
    const added = await cli('accounts', 'add', 'Li.Ting', '--role', 'office', '--area', '流霞里');
    expect(added.out).toMatch(/^Opened\. Password, shown only now: \S{16}\n$/);
    expect((await cli('accounts', 'list')).out).toMatch(/li\.ting.*ACTIVE.*OFFICE in 流霞里/);
    expect((await cli('areas', 'list')).out).toMatch(/流霞里.*COMMUNITY.*某街道/);
    const reset = await cli('accounts', 'reset-password', 'li.ting');
    expect(reset.out).toMatch(/^Password, shown only now: \S{16}\n$/);
    expect(reset.out.slice(-17)).not.toBe(added.out.slice(-17));
    await cli('accounts', 'disable', 'li.ting');
    expect((await cli('accounts', 'list')).out).toContain('DISABLED');
    await cli('accounts', 'enable', 'li.ting');
    expect((await cli('accounts', 'list')).out).not.toContain('DISABLED');
  });

  it('refuse what is there already or is not there', async () => {
    await withCommunity();
    await cli('accounts', 'add', 'li', '--role', 'OFFICE', '--area', '流霞里');
    for (const [argv, sentence] of [
      [['accounts', 'add', 'li', '--role', 'OFFICE', '--area', '流霞里'], /^There is an account of this name\./],
      [['accounts', 'add', 'wu', '--role', 'KING', '--area', '流霞里'], /^There is no such role; there are RESIDENT, /],
      [['accounts', 'add', 'wu', '--role', 'OFFICE', '--area', '别处'], /^There is no such area; there is /],
      [['accounts', 'reset-password', 'wu'], /^There is no such account\./],
      [['accounts', 'disable', 'wu'], /^There is no such account\./],
      [
        ['areas', 'add', '流霞里', '--level', 'community', '--in', '某街道'],
        /^There is an area of this name here already\./,
      ],
      [['areas', 'add', '桃花里', '--level', 'community', '--in', '某区'], /^The area above must be one level wider\./],
      [['areas', 'add', '桃花里', '--level', 'community'], /\.$/m],
    ] as const) {
      const { code, out, err } = await cli(...argv);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(sentence);
      expect(err.split('\n')).toHaveLength(2);
    }
  });
});

describe('rebuild', () => {
  it('makes the read models anew, all or some, to the same ledger', async () => {
    await withCommunity();
    await cli('import', ledger([{}, RAISED]));
    const before = await exported('before.csv');
    const all = await cli('rebuild');
    expect(all.out).toMatch(/^Rebuilt 5 read models: .*request-list.*\.\n$/);
    expect((await cli('rebuild', 'request-list')).out).toBe('Rebuilt 1 read model: request-list.\n');
    expect(await exported('after.csv')).toBe(before);
    for (const name of readdirSync(at('data')).filter((of) => of.startsWith('read-models'))) rmSync(at(`data/${name}`));
    expect(await exported('again.csv')).toBe(before);
    expect((await cli('rebuild', 'nothing')).err).toMatch(
      /^There is no read model nothing; there are area-list, .*\.\n$/,
    );
  });
});

describe('the command line', () => {
  it('explains itself, with every setting', async () => {
    const help = await cli('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['import', 'export', 'rebuild', 'accounts', 'areas', 'demo', '--data-dir', 'MASTER_KEY_FILE'])
      expect(help.out).toContain(word);
    expect((await cli('import', '--help')).out).toMatch(/--skip-bad-rows[\s\S]*Settings such as --data-dir/);
  });

  it.each([
    [['imprt'], /^error: unknown command 'imprt'\n/],
    [['import'], /^error: missing required argument 'file'\n/],
    [['import', 'x', '--nonsense'], /^error: unknown option '--nonsense'\n/],
    [['import', 'x', '--skipped-rows', 'y'], /^--skipped-rows goes with --skip-bad-rows\.\n$/],
    [['export', 'nonsense', 'x'], /^error: .* Allowed choices are ledger, dispositions\.\n/],
    [['import', 'x', '--port', 'x'], /^PORT must be a whole number from 0 to 65535, not "x"\.\n$/],
    [['import', 'x', '--master-key=secret'], /^--master-key is not a flag, .*: set MASTER_KEY\.\n$/],
  ])('refuses %j in a sentence or two, and touches nothing', async (argv, sentence) => {
    const { code, out, err } = await cli(...argv);
    expect([code, out, existsSync(at('data'))]).toEqual([1, '', false]);
    expect(err).toMatch(sentence);
    expect(err.split('\n').length).toBeLessThanOrEqual(4);
  });

  it('refuses another master key than the house has', async () => {
    await withCommunity();
    writeFileSync(at('other.key'), Buffer.alloc(32, 7).toString('base64'));
    chmodSync(at('other.key'), 0o600);
    expect(await cli('import', ledger([{}]), '--master-key-file', at('other.key'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^The master key is not the one .*\.\n$/) as unknown,
    });
  });

  it('says nothing of the bytes it could not read', async () => {
    await withCommunity();
    writeFileSync(at('binary.csv'), Buffer.concat([bytesOf(CANARY), Buffer.from([0, 1, 2, 255])]));
    expect(await cli('import', at('binary.csv'))).toEqual({
      code: 1,
      out: '',
      err: 'The file is not text in UTF-8, GBK/GB18030 or UTF-16. Save it from the spreadsheet as CSV.\n',
    });
  });
});
