import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidInput, Unavailable } from '#libs/kernel';
import {
  draftMasterKeyFile,
  draftNextMasterKey,
  KEYS_FILE,
  loadMasterKey,
  loadMasterKeys,
  MASTER_KEY_FILE,
} from './master-key.ts';

describe('loadMasterKey', () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'master-key-'));
  });
  afterEach(() => {
    rmSync(dataDirectory, { recursive: true });
  });

  it('makes a key on first start, for its owner only, and finds it again', () => {
    const key = loadMasterKey({ dataDirectory });
    expect(key).toHaveLength(32);
    expect(statSync(join(dataDirectory, MASTER_KEY_FILE)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(loadMasterKey({ dataDirectory }))).toEqual(Buffer.from(key));
    expect(readdirSync(dataDirectory)).toEqual([MASTER_KEY_FILE]);
  });

  it('refuses to make a key where there are keys wrapped with another', () => {
    writeFileSync(join(dataDirectory, KEYS_FILE), 'keys');
    expect(() => loadMasterKey({ dataDirectory })).toThrow(Unavailable);
    expect(readdirSync(dataDirectory)).toEqual([KEYS_FILE]);
  });

  it('reads base64 and hexadecimal, from a value or a file', () => {
    const key = Buffer.alloc(32, 7);
    const file = join(dataDirectory, 'secret');
    writeFileSync(file, `${key.toString('hex')}\n`);
    expect(Buffer.from(loadMasterKey({ dataDirectory, file }))).toEqual(key);
    expect(Buffer.from(loadMasterKey({ dataDirectory, value: key.toString('base64') }))).toEqual(key);
    expect(Buffer.from(loadMasterKey({ dataDirectory, value: key.toString('base64url'), file }))).toEqual(key);
  });

  it.each(['', 'short', 'x'.repeat(43).replace('x', '!'), 'a'.repeat(63)])('refuses %j as a key', (value) => {
    expect(() => loadMasterKey({ dataDirectory, value })).toThrow(InvalidInput);
  });

  it('never replaces an unreadable or missing key file that was named', () => {
    const file = join(dataDirectory, 'secret');
    expect(() => loadMasterKey({ dataDirectory, file })).toThrow(Unavailable);
    writeFileSync(join(dataDirectory, MASTER_KEY_FILE), 'damaged');
    expect(() => loadMasterKey({ dataDirectory })).toThrow(InvalidInput);
    expect(readFileSync(join(dataDirectory, MASTER_KEY_FILE), 'utf8')).toBe('damaged');
  });

  it('keeps the next key beside the one in use until it is settled, and takes up one that never was', () => {
    const before = Buffer.from(loadMasterKey({ dataDirectory }));
    const next = draftNextMasterKey({ dataDirectory });
    expect(Buffer.from(draftNextMasterKey({ dataDirectory }).bytes)).toEqual(Buffer.from(next.bytes));
    const both = loadMasterKeys({ dataDirectory });
    expect([both.bytes, both.next?.bytes].map((key) => Buffer.from(key ?? []))).toEqual([before, next.bytes]);
    both.next?.settle();
    expect(loadMasterKeys({ dataDirectory })).toEqual({ bytes: next.bytes });
    expect(readdirSync(dataDirectory)).toEqual([MASTER_KEY_FILE]);
  });

  it('writes a new key to a named file, never over one, and to none where the key is a setting', () => {
    const file = join(dataDirectory, 'new');
    const key = draftMasterKeyFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(draftMasterKeyFile(file))).toEqual(Buffer.from(key));
    expect(() => draftMasterKeyFile(join(dataDirectory, 'none', 'new'))).toThrow(Unavailable);
    const value = Buffer.alloc(32, 7).toString('base64');
    expect(() => draftNextMasterKey({ dataDirectory, value })).toThrow(InvalidInput);
  });
});
