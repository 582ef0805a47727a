// The one secret outside the databases: it wraps every person's key. It is made once, never replaced by accident:
// where keys exist already, a missing master key is a refusal to start and not a reason to make another.
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput, Unavailable } from '#libs/kernel';
import { KEY_BYTES } from './box.ts';

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
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
