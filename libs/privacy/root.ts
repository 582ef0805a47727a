// The vault's root secret: it tells whether the master key is the right one, and everything that must outlive a master
// key is derived from it.
import { randomBytes } from 'node:crypto';
import { canonicalJson, Unavailable } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import type { KeyStore, WrappedRoot } from './key-store.ts';

/**
 * The root, made on first start; the store is ready for use then. Nothing is written before the one that is there has
 * been opened.
 *
 * @throws Unavailable when the master key is not the right one, or when there is no root though there must be
 */
export async function openRoot(keys: KeyStore, masterKey: VersionedKey, mustExist: boolean): Promise<Uint8Array> {
  const stored = await keys.root();
  if (stored) unwrap(stored, masterKey, keys);
  else if (mustExist) {
    throw new Unavailable(
      `The person keys are missing in ${keys.place}, but there are events sealed with them. Restore them from their backup.`,
      { lasting: true },
    );
  }
  // Another process may be faster: its root is then ours too, if its master key is.
  return unwrap(await keys.prepare(stored ?? draft(masterKey)), masterKey, keys);
}

function draft(masterKey: VersionedKey): WrappedRoot {
  const wrapVersion = masterKey.version;
  return { wrapVersion, wrappedRoot: closeBox(masterKey, placeOf(wrapVersion), randomBytes(KEY_BYTES)) };
}

function unwrap({ wrapVersion, wrappedRoot }: WrappedRoot, masterKey: VersionedKey, { place }: KeyStore): Uint8Array {
  const root = openBox(masterKey, placeOf(wrapVersion), wrappedRoot);
  if (!root) {
    throw new Unavailable(`The master key is not the one the keys in ${place} were made with. Nothing was changed.`, {
      lasting: true,
    });
  }
  return root;
}

function placeOf(wrapVersion: number): string {
  return canonicalJson(['root', wrapVersion]);
}
