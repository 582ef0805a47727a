// What lies on disk: nothing in clear, nothing that was erased, and nothing changed by who must not start.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SealedPlace } from '#libs/event-store';
import { instantOf, Unavailable } from '#libs/kernel';
import type { VaultOptions } from '../personal-data-vault.ts';
import { PersonalDataVault } from '../personal-data-vault.ts';
import { openKeyDatabase } from './index.ts';

const MASTER_KEY = Buffer.alloc(32, 1);
const CANARY = '王小明 canary 13800138000';
const NOW = instantOf(1_700_000_000_000);
const PLACE: SealedPlace = { community: 'liuxia', person: 'person-1', event: 'event-1', path: '/reporter/name' };

describe('keys.db', () => {
  let directory: string;
  let vault: PersonalDataVault;
  const open = async ({ file = 'keys.db', ...options }: Partial<VaultOptions> & { file?: string } = {}) =>
    PersonalDataVault.open({
      keys: await openKeyDatabase(join(directory, file)),
      masterKey: MASTER_KEY,
      ...options,
    });
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

  it('writes neither text nor unwrapped keys to disk', async () => {
    await vault.ensureKeys(['person-1']);
    const sealed = await seal(CANARY, PLACE);
    expect(sealed).not.toContain('canary');
    expect(bytesOnDisk().includes('canary')).toBe(false);
    expect(bytesOnDisk().includes(MASTER_KEY)).toBe(false);
    expect(bytesOnDisk().includes('person-1')).toBe(true);
  });

  it('refuses a wrong master key and leaves every byte as it is', async () => {
    await vault.ensureKeys(['person-1']);
    const sealed = await seal(CANARY, PLACE);
    await vault.close();
    const before = bytesOnDisk();
    await expect(open({ masterKey: Buffer.alloc(32, 2) })).rejects.toThrow(/master key/);
    expect(bytesOnDisk()).toEqual(before);
    vault = await open();
    expect(await vault.open(sealed, 'liuxia')).toBe(CANARY);
  });

  it('takes over the keys of an earlier version, but with their master key only', async () => {
    const sealed = await seal(CANARY, PLACE);
    await vault.erase('person-2', NOW);
    await vault.close();
    const database = new DatabaseSync(join(directory, 'keys.db'));
    database.exec(
      `DROP INDEX personKeysLookup; ALTER TABLE personKeys DROP COLUMN lookup;
       DROP INDEX personKeysErased; ALTER TABLE personKeys DROP COLUMN erasure;
       ALTER TABLE vault DROP COLUMN erasures; PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)`,
    );
    database.close();
    const before = bytesOnDisk();
    await expect(open({ masterKey: Buffer.alloc(32, 2) })).rejects.toThrow(/master key/);
    expect(bytesOnDisk()).toEqual(before);
    vault = await open({ mustExist: true });
    expect(await vault.open(sealed, 'liuxia')).toBe(CANARY);
    expect(await vault.isErased('person-2')).toBe(true);
    await vault.erase('person-1', NOW);
    expect(await vault.open(sealed, 'liuxia')).toBeUndefined();
  });

  it('refuses to start empty where keys must exist, and a file that is no key database', async () => {
    await expect(open({ file: 'other.db', mustExist: true })).rejects.toThrow(/missing/);
    expect(readdirSync(directory)).not.toContain('other.db');
    const database = new DatabaseSync(join(directory, 'alien.db'));
    database.exec('CREATE TABLE t (a)');
    database.close();
    await expect(open({ file: 'alien.db' })).rejects.toThrow(/another version/);
  });

  it('shares one transaction between callers at the same time', async () => {
    await Promise.all(Array.from({ length: 64 }, (_, index) => vault.ensureKeys([`person-${String(index)}`])));
    expect(commitsIn(readFileSync(join(directory, 'keys.db-wal')))).toBe(1);
    expect(rows()).toHaveLength(64);
  });

  it('keeps the key of a command that crashed before its event', async () => {
    await vault.ensureKeys(['person-1']);
    const [before] = rows();
    await vault.close();
    vault = await open();
    await vault.ensureKeys(['person-1']);
    expect(rows()).toEqual([before]);
  });

  it('overwrites the keys it erases, in whichever order rows come and go', async () => {
    const persons = Array.from({ length: 300 }, (_, index) => `person-${String((index * 7919) % 1000)}`);
    await vault.ensureKeys(persons);
    await vault.close();
    const keys = await openKeyDatabase(join(directory, 'keys.db'));
    await keys.prepare((await keys.root())!);
    await keys.setLookups(persons.map((person) => ({ person, lookup: randomBytes(32) })));
    await keys.close();
    vault = await open();
    const leaving = rows().filter((_, index) => index % 3 === 0);
    for (const { person } of leaving) await vault.erase(person as string, NOW);
    const disk = bytesOnDisk();
    const left = leaving.filter(({ wrapped, lookup }) =>
      [wrapped, lookup].some((secret) => disk.includes(Buffer.from(secret as Uint8Array).subarray(0, 24))),
    );
    expect(left).toEqual([]);
  });

  it('notices a key row that was given to another person', async () => {
    await vault.ensureKeys(['person-1', 'person-2']);
    await vault.close();
    const database = new DatabaseSync(join(directory, 'keys.db'));
    database.exec(
      `UPDATE personKeys SET wrapped = (SELECT wrapped FROM personKeys WHERE person = 'person-2') WHERE person = 'person-1'`,
    );
    database.close();
    vault = await open();
    await expect(seal(CANARY, PLACE)).rejects.toThrow(Unavailable);
  });
});

/** A WAL's 32-byte header is followed by frames; the one that ends a transaction carries the database's size. */
function commitsIn(log: Buffer): number {
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let start = 32; start < log.length; start += frame) if (log.readUInt32BE(start + 4) > 0) commits += 1;
  return commits;
}
