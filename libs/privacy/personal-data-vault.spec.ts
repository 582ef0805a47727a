import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SealedPlace } from '#libs/event-store';
import { formatSealed, parseSealed } from '#libs/event-store';
import { instantOf, Rejected, Unavailable } from '#libs/kernel';
import type { VaultOptions } from './personal-data-vault.ts';
import { PersonalDataVault } from './personal-data-vault.ts';
import { openKeyDatabase } from './sqlite/index.ts';

const MASTER_KEY = Buffer.alloc(32, 1);
const CANARY = '王小明 canary 13800138000';
const NOW = instantOf(1_700_000_000_000);
const PLACE: SealedPlace = { community: 'liuxia', person: 'person-1', event: 'event-1', path: '/reporter/name' };

describe('PersonalDataVault', () => {
  let directory: string;
  let vault: PersonalDataVault;
  const open = async ({ file = 'keys.db', ...options }: Partial<VaultOptions> & { file?: string } = {}) =>
    PersonalDataVault.open({
      keys: await openKeyDatabase(join(directory, file)),
      masterKey: MASTER_KEY,
      ...options,
    });
  const opening = async (sealed: string, community: string) => vault.open(sealed, community);
  const seal = async (text: string, place: SealedPlace) => (await vault.ensureKeys([place.person]))(text, place);
  const bytesOnDisk = () => Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
  const rows = () => {
    const database = new DatabaseSync(join(directory, 'keys.db'));
    const found = database.prepare('SELECT * FROM personKeys ORDER BY person').all();
    database.close();
    return found;
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vault-'));
    vault = await open();
  });
  afterEach(async () => {
    await vault.close();
    rmSync(directory, { recursive: true });
  });

  it('opens what it sealed, also after a restart and with a cache that holds nothing else', async () => {
    await vault.ensureKeys(['person-1', 'person-2']);
    const sealed = await seal(CANARY, PLACE);
    expect(await vault.open(sealed, 'liuxia')).toBe(CANARY);
    await vault.close();
    vault = await open({ cachedKeys: 1, mustExist: true });
    await vault.ensureKeys(['person-2']);
    expect(await vault.open(sealed, 'liuxia')).toBe(CANARY);
  });

  it('seals the same text differently every time, and normalises it', async () => {
    await vault.ensureKeys(['person-1']);
    expect(await seal('a', PLACE)).not.toBe(await seal('a', PLACE));
    expect(await vault.open(await seal('e\u0301', PLACE), 'liuxia')).toBe('\u00e9');
    expect(await vault.open(await seal('', PLACE), 'liuxia')).toBe('');
  });

  it.each([
    ['person', { person: 'person-2' }, 'liuxia'],
    ['event', { event: 'event-2' }, 'liuxia'],
    ['path', { path: '/reporter/phone' }, 'liuxia'],
    ['community', {}, 'elsewhere'],
  ] as const)('does not open a text moved to another %s', async (_part, moved, community) => {
    await vault.ensureKeys(['person-1', 'person-2']);
    const box = parseSealed(await seal(CANARY, PLACE))?.box ?? '';
    await expect(opening(formatSealed({ ...PLACE, ...moved }, box), community)).rejects.toThrow(Unavailable);
  });

  it('does not open a text with any byte changed, or one that never was sealed', async () => {
    await vault.ensureKeys(['person-1']);
    const box = Buffer.from(parseSealed(await seal(CANARY, PLACE))?.box ?? '', 'base64url');
    for (let index = 0; index < box.length; index += 1) {
      const changed = Buffer.from(box);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(opening(formatSealed(PLACE, changed.toString('base64url')), 'liuxia')).rejects.toThrow(Unavailable);
    }
    await expect(opening(CANARY, 'liuxia')).rejects.toThrow(Unavailable);
  });

  it('gives a person one key, however many ask at once', async () => {
    const persons = Array.from({ length: 8 }, (_, index) => `person-${String(index)}`);
    const second = await open();
    await Promise.all(Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? vault : second).ensureKeys(persons)));
    const sealed = await Promise.all(persons.map((person) => seal(CANARY, { ...PLACE, person })));
    expect(await Promise.all(sealed.map(async (text) => second.open(text, 'liuxia')))).toEqual(
      persons.map(() => CANARY),
    );
    expect(rows()).toHaveLength(8);
    await second.close();
  });

  it('erases for good: no text opens, no key comes back, no byte of it stays', async () => {
    await vault.ensureKeys(['person-1', 'person-2']);
    const sealed = await seal(CANARY, PLACE);
    const wrapped = Buffer.from(rows()[0]?.['wrapped'] as Uint8Array);
    await vault.erase('person-1', NOW);
    await vault.erase('person-1', NOW);
    await vault.erase('person-3', NOW);
    expect(bytesOnDisk().includes(wrapped)).toBe(false);
    for (const restarted of [false, true]) {
      if (restarted) {
        await vault.close();
        vault = await open();
      }
      expect(await vault.open(sealed, 'liuxia')).toBeUndefined();
      expect(await Promise.all(['person-1', 'person-2', 'person-3'].map((person) => vault.isErased(person)))).toEqual([
        true,
        false,
        true,
      ]);
      await expect(vault.ensureKeys(['person-2', 'person-1'])).rejects.toMatchObject({ code: 'PERSON_ERASED' });
      await expect(seal('again', PLACE)).rejects.toThrow(Rejected);
    }
    expect(rows().map((row) => row['wrapped'] === null)).toEqual([true, false, true]);
  });

  it('answers others though one in the same batch was erased', async () => {
    await vault.erase('person-1', NOW);
    const [refused, served] = await Promise.allSettled([
      vault.ensureKeys(['person-1']),
      vault.ensureKeys(['person-2']),
    ]);
    expect([refused.status, served.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('gives nothing back and makes nothing for someone it has no key of', async () => {
    expect(await vault.open(formatSealed({ ...PLACE, person: 'unknown' }, 'AAAA'), 'liuxia')).toBeUndefined();
    expect(rows()).toEqual([]);
  });

  it('derives secrets and fingerprints that stay, differ by purpose, and depend on the vault', async () => {
    const hex = (secret: Uint8Array) => Buffer.from(secret).toString('hex');
    const [secret, print] = [hex(vault.deriveSecret('access tokens')), vault.fingerprint({ b: 1, a: 'x' })];
    expect(hex(vault.deriveSecret('other'))).not.toBe(secret);
    expect(vault.fingerprint({ a: 'x', b: 2 })).not.toBe(print);
    await vault.close();
    vault = await open();
    expect([hex(vault.deriveSecret('access tokens')), vault.fingerprint({ a: 'x', b: 1 })]).toEqual([secret, print]);
    const other = await open({ file: 'other.db' });
    expect(other.fingerprint({ a: 'x', b: 1 })).not.toBe(print);
    await other.close();
  });

  it('answers waiting callers when it closes, and refuses later ones', async () => {
    const waiting = vault.ensureKeys(['person-1']);
    await Promise.all([vault.close(), waiting]);
    await expect(vault.ensureKeys(['person-2'])).rejects.toThrow(Unavailable);
    await expect(seal(CANARY, PLACE)).rejects.toThrow(Unavailable);
  });
});
