// The command line as a whole: help, and refusals in a sentence or two.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { CommandHouse } from './testing/command-house.ts';
import { bytesOf } from './testing/ledger-files.ts';

jest.setTimeout(60_000);

let house: CommandHouse;
beforeEach(() => void (house = new CommandHouse()));
afterEach(() => house.remove());

const CANARY = '王小明13812345678';

describe('the command line', () => {
  it('explains itself, with every setting', async () => {
    const help = await house.cli('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['import', 'export', 'rebuild', 'accounts', 'areas', 'demo', '--data-dir', 'MASTER_KEY_FILE'])
      expect(help.out).toContain(word);
    expect((await house.cli('import', '--help')).out).toMatch(/--skip-bad-rows[\s\S]*Settings such as --data-dir/);
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
    const { code, out, err } = await house.cli(...argv);
    expect([code, out, existsSync(house.at('data'))]).toEqual([1, '', false]);
    expect(err).toMatch(sentence);
    expect(err.split('\n').length).toBeLessThanOrEqual(4);
  });

  it('refuses another master key than the house has', async () => {
    await house.addCommunity();
    writeFileSync(house.at('other.key'), Buffer.alloc(32, 7).toString('base64'));
    chmodSync(house.at('other.key'), 0o600);
    expect(await house.cli('import', house.ledger([{}]), '--master-key-file', house.at('other.key'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^The master key is not the one .*\.\n$/) as unknown,
    });
  });

  it('says nothing of the bytes it could not read', async () => {
    await house.addCommunity();
    writeFileSync(house.at('binary.csv'), Buffer.concat([bytesOf(CANARY), Buffer.from([0, 1, 2, 255])]));
    expect(await house.cli('import', house.at('binary.csv'))).toEqual({
      code: 1,
      out: '',
      err: 'The file is not text in UTF-8, GBK/GB18030 or UTF-16. Save it from the spreadsheet as CSV.\n',
    });
  });
});
