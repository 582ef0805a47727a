// The one secret outside the databases: it wraps every person's key. It is made once, never replaced by accident:
// where keys exist already, a missing master key is a refusal to start and not a reason to make another.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidInput, Unavailable } from '#libs/kernel';
import { KEY_BYTES } from './box.ts';
import type { MasterKeys } from './root.ts';

/** File names inside the data directory. */
export const MASTER_KEY_FILE = 'master.key';
export const KEYS_FILE = 'keys.db';

export interface MasterKeySource {
  readonly dataDirectory: string;
  /** A file that holds the key, for example a mounted secret. It must exist; it is never written. */
  readonly file?: string | undefined;
  /** The key itself: 32 bytes as base64 or 64 hexadecimal digits. Wins over `file`. */
  readonly value?: string | undefined;
}

/**
 * The master key, 32 bytes. Without `value` and `file` it lives in the data directory and is made on first start,
 * readable by its owner only and durable before this returns.
 *
 * @throws InvalidInput when what was given is not a key
 * @throws Unavailable when the key is missing though there are keys that it wrapped
 */
export function loadMasterKey({ dataDirectory, file, value }: MasterKeySource): Uint8Array {
  if (value !== undefined) return decodeKey(value, 'The master key setting');
  if (file !== undefined) return readKeyFile(file);
  const ownFile = join(dataDirectory, MASTER_KEY_FILE);
  if (existsSync(ownFile)) return readKeyFile(ownFile);
  if (existsSync(join(dataDirectory, KEYS_FILE))) {
    throw new Unavailable(
      `${ownFile} is missing, but ${KEYS_FILE} holds keys wrapped with it. Restore it; without it no personal data can be read.`,
    );
  }
  return createKeyFile(dataDirectory, ownFile);
}

/**
 * The master key, and the one that was about to replace it where a replacement was cut short: whichever the keys are
 * wrapped with counts.
 *
 * @throws as `loadMasterKey`
 */
export function loadMasterKeys(source: MasterKeySource): MasterKeys {
  const bytes = loadMasterKey(source);
  const file = source.value === undefined ? keyFileOf(source) : undefined;
  const nextFile = file && nextTo(file);
  if (!file || !nextFile || !existsSync(nextFile)) return { bytes };
  return { bytes, next: { bytes: readKeyFile(nextFile), settle: () => settle(file) } };
}

export interface NextMasterKey {
  readonly bytes: Uint8Array;
  /** To be called once the keys are wrapped with it: puts its file in the place of the old one. */
  settle(): void;
}

/**
 * A new master key, durable in a file beside the one in use before this returns. An earlier one that was never settled is
 * taken up again, for keys may be wrapped with it already.
 *
 * @throws InvalidInput where the key in use is a setting and no file
 * @throws Unavailable where no file can be written beside it
 */
export function draftNextMasterKey(source: MasterKeySource): NextMasterKey {
  if (source.value !== undefined) {
    throw new InvalidInput('The master key is the setting MASTER_KEY: say with --to which file the new one goes to.');
  }
  const file = keyFileOf(source);
  const bytes = draftMasterKeyFile(nextTo(file));
  return { bytes, settle: () => settle(file) };
}

/**
 * A new master key in this file, durable and readable by its owner only; the one that is in it, if it is there already.
 *
 * @throws Unavailable where it cannot be written
 */
export function draftMasterKeyFile(file: string): Uint8Array {
  if (existsSync(file)) return readKeyFile(file);
  try {
    return createKeyFile(dirname(file), file);
  } catch (error) {
    throw new Unavailable(`The new master key cannot be written to ${file}.`, {}, { cause: error });
  }
}

function keyFileOf({ dataDirectory, file }: MasterKeySource): string {
  return file ?? join(dataDirectory, MASTER_KEY_FILE);
}

function nextTo(file: string): string {
  return `${file}.next`;
}

function settle(file: string): void {
  renameSync(nextTo(file), file);
  syncDirectory(dirname(file));
}

function readKeyFile(file: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unavailable(`The master key file ${file} cannot be read.`, {}, { cause: error });
  }
  return decodeKey(text, `The master key file ${file}`);
}

function decodeKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : fromBase64(trimmed);
  if (key.length !== KEY_BYTES) {
    throw new InvalidInput(`${source} must hold 32 bytes, as base64 or as 64 hexadecimal digits.`, {
      field: 'masterKey',
    });
  }
  return key;
}

function fromBase64(text: string): Buffer {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
}

function createKeyFile(directory: string, file: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const draft = `${file}.${randomUUID()}`;
  writeDurably(draft, `${key.toString('base64')}\n`);
  // Linking is atomic and refuses an existing name: no half key after a crash, no key written over another.
  linkSync(draft, file);
  unlinkSync(draft);
  syncDirectory(directory);
  return key;
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A new name is durable only once its directory is; Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
