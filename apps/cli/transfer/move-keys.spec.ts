// Whoever moves with their keys reads what they read before, nobody who was erased comes back, and keys of two houses are
// never mixed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deterministicId } from '#libs/event-store';
import type { EventStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { Instant } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { KeyStore } from '#libs/privacy';
import { PersonalDataVault } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { eventOf } from '../testing/log-house.ts';
import { exportKeys } from './export-keys.ts';
import { importKeys } from './import-keys.ts';
import { keyFile } from './key-file.ts';

const ERASED_AT = '2026-03-02T08:00:00.000Z' as Instant;
const CLOCK = { now: () => '2026-03-03T08:00:00.000Z' as Instant };
const COMMUNITY = deterministicId('community');
const MASTER_KEY = randomBytes(32);
const PERSONS = ['anna', 'bo', 'chen'];

let directory: string;
let log: EventStore;
let source: KeyStore;
let texts: string[];
let opened: KeyStore[];

async function keysAt(name: string): Promise<KeyStore> {
  const keys = await openKeyDatabase(join(directory, name));
  opened.push(keys);
  return keys;
}

async function openAll(name: string): Promise<(string | undefined)[]> {
  const vault = await PersonalDataVault.open({ keys: await keysAt(name), masterKey: MASTER_KEY, mustExist: true });
  const read: (string | undefined)[] = [];
  for (const text of texts) read.push(await vault.open(text, COMMUNITY));
  await vault.close();
  return read;
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
  opened = [];
  log = SqliteEventStore.open({ file: join(directory, 'events.db') });
  const vault = await PersonalDataVault.open({ keys: await keysAt('old.db'), masterKey: MASTER_KEY });
  const seal = await vault.ensureKeys([...PERSONS, 'someone whose event was never appended'.replaceAll(' ', '-')]);
  texts = [];
  for (const [index, person] of PERSONS.entries()) {
    const { id, ...event } = eventOf(index);
    const text = seal(`text of ${person}`, { community: COMMUNITY, person, event: id, path: '/list/0/note' });
    texts.push(text);
    await log.append(`request-${String(index)}`, [{ ...event, id, data: { list: [{ note: text }], count: 1 } }], {
      expected: 'no-stream',
    });
  }
  await vault.erase('bo', ERASED_AT);
  await vault.close();
  source = await keysAt('old.db');
});

afterEach(async () => {
  for (const keys of opened) await keys.close();
  await log.close();
  rmSync(directory, { recursive: true });
});

async function exported(): Promise<{ text: string; keys: number; missing: number }> {
  let text = '';
  const options = { clock: CLOCK, onCount: () => undefined, onKeys: () => undefined };
  const append = async (piece: string) => void (text += piece);
  return { ...(await exportKeys({ store: log, keys: source }, append, options)), text };
}

async function imported(text: string, keys: KeyStore) {
  const path = join(directory, 'keys.jsonl');
  writeFileSync(path, text);
  const handle = await open(path, 'r');
  try {
    const file = keyFile('keys.jsonl', handle);
    const { first } = await file.check();
    return await importKeys(file, { root: first.root, keys });
  } finally {
    await handle.close();
  }
}

describe('moving keys', () => {
  it('opens the same texts in the new house, and nobody’s who was erased', async () => {
    const { text, ...told } = await exported();
    expect(told).toEqual({ keys: 3, missing: 0 });
    expect(text).not.toContain('never-appended');
    const target = await keysAt('new.db');
    expect(await imported(text, target)).toEqual({ keys: 3, erased: 1 });
    expect(await openAll('new.db')).toEqual(['text of anna', undefined, 'text of chen']);
    expect(await target.find(['bo'])).toMatchObject([{ wrapped: null, erasedAt: ERASED_AT }]);
    expect(await imported(text, target)).toEqual({ keys: 3, erased: 1 });
  });

  it('finds the same people by what they were found by, and nobody by it who was erased', async () => {
    await source.prepare((await source.root())!);
    const [phone, other] = [randomBytes(32), randomBytes(32)];
    await source.setLookups(PERSONS.map((person) => ({ person, lookup: person === 'chen' ? other : phone })));
    const target = await keysAt('new.db');
    await imported((await exported()).text, target);
    expect([await target.foundBy(phone, 9), await target.foundBy(other, 9)]).toEqual([['anna'], ['chen']]);
  });

  it('reads files from before people could be found', async () => {
    const { text } = await exported();
    expect(await imported(text.replace('"version":2', '"version":1'), await keysAt('new.db'))).toMatchObject({
      keys: 3,
    });
  });

  it('says whose key is neither there nor erased', async () => {
    const note = texts[0]!.replaceAll('anna', 'nobody');
    await log.append('request-9', [{ ...eventOf(9), data: { note } }], { expected: 'no-stream' });
    expect(await exported()).toMatchObject({ keys: 3, missing: 1 });
  });

  it('gives nobody a key back who was erased in the new house', async () => {
    const { text } = await exported();
    const target = await keysAt('new.db');
    await imported(text, target);
    await target.erase('anna', ERASED_AT);
    expect(await imported(text, target)).toEqual({ keys: 3, erased: 2 });
    expect(await openAll('new.db')).toEqual([undefined, undefined, 'text of chen']);
  });

  it('refuses the keys of another house, and changes none', async () => {
    const { text } = await exported();
    const other = await PersonalDataVault.open({ keys: await keysAt('other.db'), masterKey: MASTER_KEY });
    await other.ensureKeys(['dora']);
    await other.close();
    const target = await keysAt('other.db');
    const root = await target.root();
    await expect(imported(text, target)).rejects.toThrow(
      /^The keys in .*other\.db belong to another house, or were begun anew\. Nothing was imported\./,
    );
    expect(await target.root()).toEqual(root);
    await target.prepare(root!);
    expect(await target.find(['anna', 'bo', 'chen'])).toEqual([]);
  });

  it('refuses another key for the same person', async () => {
    const { text } = await exported();
    const target = await keysAt('new.db');
    await target.prepare((await source.root())!);
    await target.insert([{ person: 'chen', keyVersion: 1, wrapVersion: 1, wrapped: randomBytes(61), lookup: null }]);
    await expect(imported(text, target)).rejects.toThrow(/^Somebody has another key in .*new\.db than in the file\./);
  });

  it('refuses a file that was changed or cut off, with the line', async () => {
    const { text } = await exported();
    const lines = text.split('\n').slice(0, -1);
    const target = await keysAt('new.db');
    for (const [content, sentence] of [
      ['', /^keys\.jsonl is empty\.$/],
      [text.slice(0, -1), /line 5: The file ends in the middle/],
      [lines.slice(0, -1).join('\n') + '\n', /line 4: The file ends here/],
      [lines.toSpliced(2, 1).join('\n') + '\n', /line 4: There are 2 lines/],
      [lines.toSpliced(2, 0, lines[1]!).join('\n') + '\n', /line 3: It is out of place: this person has had a line/],
      [text.replace('"keyVersion":1', '"keyVersion":2'), /line 5: The hash is not/],
      [text.replace('"erasedAt":null', `"erasedAt":"${ERASED_AT}"`), /line 2: It is not a key/],
      [text.replace('"version":2', '"version":3'), /line 1: It does not begin like a file of keys/],
    ] as const) {
      const refused = imported(content, target);
      await expect(refused).rejects.toThrow(InvalidInput);
      await expect(refused).rejects.toThrow(sentence);
    }
    expect(await target.root()).toBeUndefined();
  });
});
