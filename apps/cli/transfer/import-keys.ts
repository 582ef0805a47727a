// Brings a checked file of keys into a store of keys that is new or of the same house. Nobody gets a second key, and nobody
// who was erased in either place gets one back; so it can be given again, whatever became of it before.
import type { KeyStore, StoredPersonKey, WrappedRoot } from '#libs/privacy';
import { InvalidInput } from '#libs/kernel';
import { KEYS_AT_ONCE } from './export-keys.ts';
import type { KeyFile } from './key-file.ts';

export interface ImportKeysOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onKeys?: ((keys: number) => void) | undefined;
}

export interface ImportedKeys {
  readonly keys: number;
  /** Of these, people whose key is gone: erased where the file comes from, or here. */
  readonly erased: number;
}

/**
 * @param root as the file's first line has it
 * @throws InvalidInput when the store belongs to another house, or somebody has another key there; the keys that were
 *   brought in by then stay
 */
export async function importKeys(
  file: KeyFile,
  { root, keys }: { readonly root: WrappedRoot; readonly keys: KeyStore },
  { signal, onKeys }: ImportKeysOptions = {},
): Promise<ImportedKeys> {
  const there = await keys.root();
  if (there && !isSame(there, root)) throw otherHouse(keys);
  if (!isSame(await keys.prepare(root), root)) throw otherHouse(keys);
  let [imported, erased] = [0, 0];
  for await (const rows of batchesOf(file)) {
    signal?.throwIfAborted();
    erased += await bringIn(keys, rows);
    imported += rows.length;
    onKeys?.(rows.length);
  }
  return { keys: imported, erased };
}

/** Answers how many of them are erased. */
async function bringIn(keys: KeyStore, rows: readonly StoredPersonKey[]): Promise<number> {
  for (const { person, erasedAt } of rows) if (erasedAt !== null) await keys.erase(person, erasedAt);
  const whole = rows.filter(({ wrapped }) => wrapped !== null);
  const offered = new Map(whole.map((row) => [row.person, row]));
  const kept = whole.length > 0 ? await keys.insert(whole) : [];
  for (const { person, wrapped } of kept) {
    const own = offered.get(person)?.wrapped;
    if (wrapped && own && !Buffer.from(wrapped).equals(own))
      throw new InvalidInput(`Somebody has another key in ${keys.place} than in the file. No key was replaced.`);
  }
  return rows.length - kept.filter(({ wrapped }) => wrapped !== null).length;
}

async function* batchesOf(file: KeyFile): AsyncGenerator<readonly StoredPersonKey[]> {
  let batch: StoredPersonKey[] = [];
  for await (const { row } of file.rows()) {
    batch.push(row);
    if (batch.length < KEYS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function isSame(a: WrappedRoot, b: WrappedRoot): boolean {
  return a.wrapVersion === b.wrapVersion && Buffer.from(a.wrappedRoot).equals(b.wrappedRoot);
}

function otherHouse({ place }: KeyStore): InvalidInput {
  return new InvalidInput(
    `The keys in ${place} belong to another house, or were begun anew. Nothing was imported. Import into an empty store of keys, before the first start.`,
  );
}
