// The vault's root secret: it tells whether the master key is the right one, and everything that must outlive a master
// key is derived from it.
import { randomBytes } from 'node:crypto';
import { canonicalJson, Unavailable } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import type { KeyStore, WrappedRoot } from './key-store.ts';

/** The master keys that may be in force: a crash while it is replaced leaves two of them. */
export interface MasterKeys {
  readonly bytes: Uint8Array;
  /** Tried where the first one does not fit; `settle` makes it the first one from then on. */
  readonly next?: { readonly bytes: Uint8Array; readonly settle: () => void } | undefined;
}

export interface OpenedRoot {
  readonly root: Uint8Array;
  /** The master key that opens it, with the number of its wrapping. */
  readonly wrapping: VersionedKey;
}

const FIRST_WRAPPING = 1;

/**
 * The root, made on first start; the store is ready for use then. Nothing is written before the one that is there has
 * been opened.
 *
 * @throws Unavailable when the master key is not the right one, or when there is no root though there must be
 */
export async function openRoot(keys: KeyStore, masterKeys: MasterKeys, mustExist: boolean): Promise<OpenedRoot> {
  const stored = await keys.root();
  if (!stored && mustExist) {
    throw new Unavailable(
      `The person keys are missing in ${keys.place}, but there are events sealed with them. Restore them from their backup.`,
      { lasting: true },
    );
  }
  const bytes = stored ? fitting(stored, masterKeys, keys) : masterKeys.bytes;
  const draft = stored ?? wrapRoot({ version: FIRST_WRAPPING, bytes }, randomBytes(KEY_BYTES));
  // Another process may be faster: its root is then ours too, if its master key is.
  const kept = await keys.prepare(draft);
  const root = unwrap(kept, bytes);
  if (!root) throw wrongMasterKey(keys);
  if (bytes === masterKeys.next?.bytes) masterKeys.next.settle();
  return { root, wrapping: { version: kept.wrapVersion, bytes } };
}

/** The root under this master key. */
export function wrapRoot(masterKey: VersionedKey, root: Uint8Array): WrappedRoot {
  const wrapVersion = masterKey.version;
  return { wrapVersion, wrappedRoot: closeBox(masterKey, placeOf(wrapVersion), root) };
}

function fitting(stored: WrappedRoot, { bytes, next }: MasterKeys, keys: KeyStore): Uint8Array {
  if (unwrap(stored, bytes)) return bytes;
  if (next && unwrap(stored, next.bytes)) return next.bytes;
  throw wrongMasterKey(keys);
}

function unwrap({ wrapVersion, wrappedRoot }: WrappedRoot, bytes: Uint8Array): Uint8Array | undefined {
  return openBox({ version: wrapVersion, bytes }, placeOf(wrapVersion), wrappedRoot);
}

function wrongMasterKey({ place }: KeyStore): Unavailable {
  return new Unavailable(`The master key is not the one the keys in ${place} were made with. Nothing was changed.`, {
    lasting: true,
  });
}

function placeOf(wrapVersion: number): string {
  return canonicalJson(['root', wrapVersion]);
}
