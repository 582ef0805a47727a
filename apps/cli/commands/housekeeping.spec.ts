// `areas`, `accounts` and `rebuild` as an operator gives them.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CommandHouse } from '../testing/command-house.ts';
import { RAISED } from '../testing/ledger-files.ts';

jest.setTimeout(60_000);

let house: CommandHouse;
beforeEach(() => void (house = new CommandHouse()));
afterEach(() => house.remove());

describe('areas and accounts', () => {
  it('open a new house: an area, an account with a role, a password shown once', async () => {
    await house.addCommunity();
    const added = await house.cli('accounts', 'add', 'Li.Ting', '--role', 'office', '--area', '流霞里');
    expect(added.out).toMatch(/^Opened\. Password, shown only now: \S{16}\n$/);
    expect((await house.cli('accounts', 'list')).out).toMatch(/li\.ting.*ACTIVE.*OFFICE in 流霞里/);
    expect((await house.cli('areas', 'list')).out).toMatch(/流霞里.*COMMUNITY.*某街道/);
    const reset = await house.cli('accounts', 'reset-password', 'li.ting');
    expect(reset.out).toMatch(/^Password, shown only now: \S{16}\n$/);
    expect(reset.out.slice(-17)).not.toBe(added.out.slice(-17));
    await house.cli('accounts', 'disable', 'li.ting');
    expect((await house.cli('accounts', 'list')).out).toContain('DISABLED');
    await house.cli('accounts', 'enable', 'li.ting');
    expect((await house.cli('accounts', 'list')).out).not.toContain('DISABLED');
  });

  it('let in users of the identity provider, once one is named', async () => {
    await house.addCommunity();
    const provider = ['--oidc-issuer=https://id.example.org', '--oidc-audience=bangbangwo'];
    const add = ['accounts', 'add-external', 'subject-1', '--role', 'office', '--area', '流霞里'];
    expect((await house.cli(...add)).err).toMatch(/^No identity provider is configured: set OIDC_ISSUER\.\n$/);
    expect((await house.cli(...add, ...provider)).out).toMatch(
      /^Opened\. Its owner signs in at the identity provider\.\n$/,
    );
    expect((await house.cli('accounts', 'list')).out).toMatch(/subject-1.*ACTIVE.*OFFICE in 流霞里/);
    expect((await house.cli('accounts', 'disable', 'subject-1', ...provider)).code).toBe(1);
    expect((await house.cli('accounts', 'disable', 'subject-1', '--external', ...provider)).code).toBe(0);
    expect((await house.cli('accounts', 'list')).out).toMatch(/subject-1.*DISABLED/);
  });

  it('refuse what is there already or is not there', async () => {
    await house.addCommunity();
    await house.cli('accounts', 'add', 'li', '--role', 'OFFICE', '--area', '流霞里');
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
      const { code, out, err } = await house.cli(...argv);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(sentence);
      expect(err.split('\n')).toHaveLength(2);
    }
  });
});

describe('rebuild', () => {
  it('makes the read models anew, all or some, to the same ledger', async () => {
    await house.addCommunity();
    await house.cli('import', house.ledger([{}, RAISED]));
    const before = await house.exported('before.csv');
    const all = await house.cli('rebuild');
    expect(all.out).toMatch(/^Rebuilt 8 read models: .*request-list.*\.\n$/);
    expect((await house.cli('rebuild', 'request-list')).out).toBe('Rebuilt 1 read model: request-list.\n');
    expect(await house.exported('after.csv')).toBe(before);
    for (const name of readdirSync(house.at('data')).filter((of) => of.startsWith('read-models')))
      rmSync(house.at(`data/${name}`));
    expect(await house.exported('again.csv')).toBe(before);
    expect((await house.cli('rebuild', 'nothing')).err).toMatch(
      /^There is no read model nothing; there are area-list, .*\.\n$/,
    );
  });
});

describe('read models that are damaged', () => {
  it.each([
    ['at the beginning', 0],
    ['further on', 4_096],
  ])('%s are told how to be made anew', async (_, from) => {
    await house.addCommunity();
    const file = house.at('data/read-models.db');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x58, from));
    expect((await house.cli('areas', 'list')).err).toMatch(
      /^.*read-models\.db is damaged\. Delete it, .* made anew from the log\.\n$/,
    );
    for (const name of readdirSync(house.at('data')).filter((of) => of.startsWith('read-models')))
      rmSync(house.at(`data/${name}`));
    expect((await house.cli('areas', 'list')).out).toContain('流霞里');
  });
});
