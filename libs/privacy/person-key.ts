// One person's key: how it is made, how it lies in the store, and what it is once somebody was erased.
import { randomBytes } from 'node:crypto';
import { canonicalJson, Damaged, Rejected } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import type { PersonKeyRow } from './key-store.ts';

const KEY_VERSION = 1;

/** What is known of one person, shared by all who hold it: an erasure reaches them all. */
export interface PersonKey {
  state: VersionedKey | 'erased' | 'damaged';
}

/** A random key, wrapped: it counts only once it is stored. */
export function draftKey(person: string, masterKey: VersionedKey, lookup: Uint8Array | null = null): PersonKeyRow {
  const wrapVersion = masterKey.version;
  const wrapped = closeBox(masterKey, placeOf(person, KEY_VERSION, wrapVersion), randomBytes(KEY_BYTES));
  return { person, keyVersion: KEY_VERSION, wrapVersion, wrapped, lookup };
}

export function unwrapKey(
  { person, keyVersion, wrapVersion, wrapped }: Omit<PersonKeyRow, 'lookup'>,
  masterKey: VersionedKey,
): PersonKey {
  if (wrapped === null) return { state: 'erased' };
  const bytes = openBox(masterKey, placeOf(person, keyVersion, wrapVersion), wrapped);
  return { state: bytes ? { version: keyVersion, bytes } : 'damaged' };
}

/**
 * The same key under another master key.
 *
 * @throws Damaged for a key that does not open
 */
export function wrapKeyAnew(row: PersonKeyRow, from: VersionedKey, to: VersionedKey): PersonKeyRow {
  const { bytes } = usable(unwrapKey(row, from));
  const place = placeOf(row.person, row.keyVersion, to.version);
  return { ...row, wrapVersion: to.version, wrapped: closeBox(to, place, bytes) };
}

/** Leaves nothing of the key in memory. */
export function eraseFromMemory(key: PersonKey): void {
  if (typeof key.state === 'object') key.state.bytes.fill(0);
  key.state = 'erased';
}

/** @throws Rejected for someone erased, Damaged for a key that was changed, or belongs to someone else */
export function usable({ state }: PersonKey): VersionedKey {
  if (state === 'erased') {
    throw new Rejected({ code: 'PERSON_ERASED', message: 'The personal data of this person was erased.' });
  }
  if (state === 'damaged') throw new Damaged('A personal key was changed or moved, and does not open.');
  return state;
}

/** Dots separate the parts of a sealed text. */
export function isPersonId(person: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(person);
}

function placeOf(person: string, keyVersion: number, wrapVersion: number): string {
  return canonicalJson(['person key', person, keyVersion, wrapVersion]);
}
