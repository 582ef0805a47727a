// Replacing the master key as an operator does it.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { CommandHouse } from '../testing/command-house.ts';

jest.setTimeout(60_000);

describe('rotate-master-key', () => {
  let house: CommandHouse;
  let before: string;
  const keyText = () => readFileSync(house.at('data/master.key'), 'utf8');
  beforeEach(async () => {
    house = new CommandHouse();
    await house.addCommunity();
    await house.cli('import', house.ledger([{}, {}]));
    before = await house.exported('before.csv');
  });
  afterEach(() => house.remove());

  it('changes the key, and nothing that can be read with it', async () => {
    const [key, size] = [keyText(), house.logSize()];
    copyFileSync(house.at('data/master.key'), house.at('old.key'));
    expect((await house.cli('rotate-master-key', '--dry-run')).out).toMatch(/^Would wrap .* Nothing was changed\.\n$/);
    expect(keyText()).toBe(key);
    const { code, out } = await house.cli('rotate-master-key');
    expect([code, out]).toEqual([0, expect.stringMatching(/^Wrapped \d+ keys with a new master key\. No event/)]);
    expect([keyText() === key, existsSync(house.at('data/master.key.next')), house.logSize()]).toEqual([
      ...[false, false, size],
    ]);
    expect(await house.exported('after.csv')).toBe(before);
    copyFileSync(house.at('old.key'), house.at('data/master.key'));
    expect((await house.cli('areas', 'list')).err).toMatch(
      /^The master key is not the one .* Nothing was changed\.\n$/,
    );
  });

  it('is completed by the next start when it was cut short after the keys were wrapped', async () => {
    const key = keyText();
    copyFileSync(house.at('data/master.key'), house.at('old.key'));
    await house.cli('rotate-master-key');
    renameSync(house.at('data/master.key'), house.at('data/master.key.next'));
    copyFileSync(house.at('old.key'), house.at('data/master.key'));
    expect(await house.exported('after.csv')).toBe(before);
    expect([keyText() === key, existsSync(house.at('data/master.key.next'))]).toEqual([false, false]);
  });

  it('writes it to a file of its own where the old one is not a file to replace', async () => {
    const { code, out } = await house.cli('rotate-master-key', '--to', house.at('new.key'));
    expect([code, out]).toEqual([0, expect.stringContaining(`It is in ${house.at('new.key')}. Start every process`)]);
    expect((await house.cli('areas', 'list')).err).toMatch(/^The master key is not the one/);
    copyFileSync(house.at('new.key'), house.at('data/master.key'));
    expect(await house.exported('after.csv')).toBe(before);
  });
});
