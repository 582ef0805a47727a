// Backing up, restoring and starting again, as an operator does it: what comes back is what was there, and nobody who was
// erased since.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CommandHouse } from '../testing/command-house.ts';

jest.setTimeout(120_000);

describe('backup and restore', () => {
  let house: CommandHouse;
  beforeEach(async () => {
    house = new CommandHouse();
    await house.addCommunity();
    await house.cli('import', house.ledger([{ number: '1' }, { number: '2' }]));
  });
  afterEach(() => house.remove());

  const backUp = (name = '1') =>
    house.cli('backup', '--to', house.at(`log-${name}`), '--keys-to', house.at(`keys-${name}`));
  const restore = (...flags: string[]) =>
    house.cli('restore', '--from', house.at('log-1'), '--keys', house.at('keys-1'), ...flags);
  /** The disk is lost, but for what lies on others. */
  const lose = () => {
    copyFileSync(house.at('data/master.key'), house.at('master.key'));
    copyFileSync(house.at('data/erasures.list'), house.at('erasures.list'));
    house.forget();
    mkdirSync(house.at('data'));
    copyFileSync(house.at('master.key'), house.at('data/master.key'));
  };
  /** As the timer would, without its delay and its second person. */
  const erase = async (number: string) => {
    const database = new DatabaseSync(house.at('data/read-models.db'));
    const row = database.prepare('SELECT requestId FROM requestList WHERE ledgerNumber = ?').get(number);
    database.close();
    await house.eraseNow(String(row?.['requestId']));
  };

  it('brings everything back as it was, with the erasures since', async () => {
    const before = await house.exported('before.csv');
    const { code, out } = await backUp();
    expect([code, out]).toEqual([0, expect.stringMatching(/^Backed up \d+ events .* read back whole\. SHA-256/)]);
    expect(readdirSync(house.at('log-1')).sort()).toEqual(['events-backup.json', 'events.db']);
    expect(readdirSync(house.at('keys-1')).sort()).toEqual(['keys-backup.json', 'keys.db']);
    await erase('1');
    const erased = await house.exported('erased.csv');
    expect(erased).not.toBe(before);

    lose();
    expect((await restore()).err).toMatch(/^Say with --erasures where the newest list/);
    const dry = await restore('--erasures', house.at('erasures.list'), '--dry-run');
    expect([dry.code, readdirSync(house.at('data'))]).toEqual([0, ['master.key']]);
    expect(dry.out).toMatch(/^The backup is whole: .*Would restore them into .* Nothing was restored\.\n$/s);
    const restored = await restore('--erasures', house.at('erasures.list'));
    expect(restored).toMatchObject({
      ...{ code: 0, out: expect.stringContaining('Repeated the erasure of 1 person.\nRestored into') as unknown },
    });
    const after = await house.exported('after.csv');
    expect(after.split('\n').length).toBe(before.split('\n').length);
    const lines = (text: string, of: number) => text.split('\n').find((line) => line.startsWith(`${of},`));
    expect(lines(after, 2)).toBe(lines(before, 2));
    expect([lines(before, 1)?.includes('居民甲'), lines(after, 1)?.includes('居民甲')]).toEqual([true, false]);
    expect((await restore('--no-erasures')).err).toMatch(/^.* is not empty: /);
  });

  it('repeats the erasures of every list, the named one and the one in place, and keeps them all', async () => {
    await backUp();
    await erase('1');
    await erase('2');
    lose();
    const list = readFileSync(house.at('erasures.list'), 'utf8');
    const [one = '', two = ''] = list.split('\n');
    const restoredWith = async (inPlace: string, ...flags: string[]) => {
      writeFileSync(house.at('data/erasures.list'), inPlace);
      const { code, out } = await restore(...flags);
      expect(code).toBe(0);
      return out;
    };
    expect(await restoredWith(`${one}\n`, '--no-erasures')).toContain('Repeated the erasure of 1 person.');
    lose();
    writeFileSync(house.at('named.list'), `${two}\n`);
    const out = await restoredWith(`${one}\n`, '--erasures', house.at('named.list'));
    expect(out).toContain('Repeated the erasure of 2 persons.');
    expect(readFileSync(house.at('data/erasures.list'), 'utf8')).toBe(list);
  });

  it('is refused where the list is of another house, a file was changed, or the master key is missing', async () => {
    await backUp();
    await erase('1');
    lose();
    writeFileSync(house.at('other.list'), 'erased.v1 nobody 2026-01-01T00:00:00.000Z AAAA\n');
    expect((await restore('--erasures', house.at('other.list'))).err).toMatch(/line 1: it was changed/);
    expect(readdirSync(house.at('data')).filter((name) => name.endsWith('.db'))).toEqual([]);
    rmSync(house.at('data/master.key'));
    expect((await restore('--no-erasures')).err).toMatch(/^The master key is in no backup/);
    expect(existsSync(house.at('data/master.key'))).toBe(false);
    copyFileSync(house.at('master.key'), house.at('data/master.key'));
    writeFileSync(house.at('keys-1/keys.db'), 'x', { flag: 'a' });
    expect((await restore('--no-erasures')).err).toMatch(/keys\.db is not the file that was backed up/);
  });

  it('refuses keys older than the log, and starts with them only when what they lack is given up', async () => {
    await backUp('0');
    await house.cli('import', house.ledger([{ number: '3' }], 'more.csv'));
    await backUp();
    lose();
    const older = ['--from', house.at('log-1'), '--keys', house.at('keys-0'), '--no-erasures'];
    for (const _ of ['at first', 'in what the first one left behind']) {
      const { err } = await house.cli('restore', ...older);
      expect(err).toMatch(/^The keys are older than the log: those of \d persons? /m);
    }
    copyFileSync(house.at('log-1/events.db'), house.at('data/events.db'));
    copyFileSync(house.at('keys-0/keys.db'), house.at('data/keys.db'));
    expect((await house.cli('areas', 'list')).err).toMatch(/^The key store is older than the log: the keys of \d/);
    expect((await house.cli('give-up-lost-keys', '--dry-run')).out).toMatch(/^Would give up the keys of \d/);
    await house.cli('give-up-lost-keys');
    expect((await house.cli('areas', 'list')).code).toBe(0);
  });

  it('erases the last person of a list whose last line end is missing, and refuses one that was cut off', async () => {
    await backUp();
    await erase('1');
    const erased = await house.exported('erased.csv');
    lose();
    const list = readFileSync(house.at('erasures.list'), 'utf8');
    writeFileSync(house.at('cut-off.list'), list.slice(0, -2));
    expect((await restore('--erasures', house.at('cut-off.list'))).err).toMatch(/line 1: it was cut off/);
    writeFileSync(house.at('unended.list'), list.slice(0, -1));
    expect((await restore('--erasures', house.at('unended.list'))).code).toBe(0);
    expect(await house.exported('after.csv')).toBe(erased);
  });

  it('makes a list of erasures that was lost anew from the log', async () => {
    await erase('1');
    const list = readFileSync(house.at('data/erasures.list'), 'utf8').split(' ');
    rmSync(house.at('data/erasures.list'));
    expect((await house.cli('areas', 'list')).code).toBe(0);
    expect(readFileSync(house.at('data/erasures.list'), 'utf8').split(' ').slice(0, 2)).toEqual(list.slice(0, 2));
  });

  it.each(['keys.db', 'read-models.db'])('begins no new house where the log was lost and %s was not', async (left) => {
    const before = await house.exported('before.csv');
    await backUp();
    for (const name of readdirSync(house.at('data'))) {
      if (name.startsWith('events.db') || (/^(keys|read-models)\.db/.test(name) && !name.startsWith(left)))
        rmSync(house.at(`data/${name}`));
    }
    expect((await house.cli('areas', 'list')).err).toMatch(
      new RegExp(
        `^The event log .*events\\.db is missing, but ${left} is there\\. Restore it .* an empty directory\\.\n$`,
      ),
    );
    expect(readdirSync(house.at('data')).some((name) => name.startsWith('events.db'))).toBe(false);
    copyFileSync(house.at('log-1/events.db'), house.at('data/events.db'));
    copyFileSync(house.at('keys-1/keys.db'), house.at('data/keys.db'));
    expect(await house.exported('after.csv')).toBe(before);
  });

  it('starts nothing where a restore was cut short, which may be done again', async () => {
    const before = await house.exported('before.csv');
    await backUp();
    lose();
    for (const name of ['events.db', 'events.db-wal', 'keys.db'])
      writeFileSync(house.at(`data/${name.replace('.db', '.db.restoring')}`), 'half of it');
    expect((await house.cli('areas', 'list')).err).toMatch(
      /^A restore into .* was cut short: events\.db\.restoring is in it\. Empty the directory, .* restore again\.\n$/,
    );
    expect(readdirSync(house.at('data')).filter((name) => name.endsWith('.db'))).toEqual([]);
    expect((await restore('--no-erasures')).code).toBe(0);
    expect(await house.exported('after.csv')).toBe(before);

    // Cut short between the two files that are put into place.
    renameSync(house.at('data/keys.db'), house.at('data/keys.db.restoring'));
    expect((await house.cli('areas', 'list')).err).toMatch(/^A restore into .* was cut short/);
  });

  it('destroys keys again that the log says were destroyed, before anything is served', async () => {
    await backUp();
    await erase('1');
    const erased = await house.exported('erased.csv');
    copyFileSync(house.at('keys-1/keys.db'), house.at('data/keys.db'));
    expect(await house.exported('again.csv')).toBe(erased);
    const database = new DatabaseSync(house.at('data/keys.db'));
    expect(database.prepare('SELECT count(*) AS n FROM personKeys WHERE erasedAt IS NOT NULL').get()?.['n']).toBe(1);
    database.close();
  });

  it('keeps keys apart, and writes over nothing', async () => {
    const inside = await house.cli('backup', '--to', house.at('b'), '--keys-to', house.at('b/keys'));
    expect(inside.err).toMatch(/^Keys are kept apart from events/);
    for (const [log, keys] of [
      ['data/b', 'keys'],
      ['b', 'data/keys'],
    ] as const) {
      const within = await house.cli('backup', '--to', house.at(log), '--keys-to', house.at(keys));
      expect(within.err).toMatch(/^.*data\/\w+ lies in the data directory: /);
    }
    expect(existsSync(house.at('b')) || readdirSync(house.at('data')).includes('b')).toBe(false);
    await backUp();
    expect((await backUp()).err).toMatch(/is not empty: give a new directory/);
    expect(existsSync(house.at('log-1/events.db'))).toBe(true);
    expect((await house.cli('backup', '--to', house.at('c'), '--dry-run')).out).toMatch(/Nothing was written/);
    expect(existsSync(house.at('c'))).toBe(false);
  });
});
