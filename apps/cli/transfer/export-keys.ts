// Writes the keys of everybody for whom the log holds sealed texts, wrapped as they lie in their store, and the dates of
// those who were erased.
import type { EventStore } from '#libs/event-store';
import { parseSealed } from '#libs/event-store';
import type { Clock, JsonValue } from '#libs/kernel';
import { NotFound, Unavailable } from '#libs/kernel';
import type { KeyStore, StoredPersonKey } from '#libs/privacy';
import { KeyDigest } from './key-file.ts';
import { writeFirstKeyLine, writeKeyLine, writeLastKeyLine } from './key-lines.ts';
import { readLog } from './read-log.ts';

export interface ExportKeysOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with how many keys will be written. */
  readonly onCount: (keys: number) => void;
  readonly onKeys: (keys: number) => void;
}

export interface ExportedKeys {
  readonly keys: number;
  /** Persons of the log who have neither a key nor a date of erasure: what is sealed for them is lost. */
  readonly missing: number;
}

export const KEYS_AT_ONCE = 500;

/** @throws NotFound when there are no keys at all; what was written until something else is thrown must not be kept */
export async function exportKeys(
  { store, keys }: { readonly store: EventStore; readonly keys: KeyStore },
  append: (text: string) => Promise<void>,
  { clock, signal, onCount, onKeys }: ExportKeysOptions,
): Promise<ExportedKeys> {
  const writtenAt = clock.now();
  const root = await keys.root();
  if (!root) throw new NotFound(`There are no person keys in ${keys.place}.`);
  // An old store is brought to the form that this version reads.
  await keys.prepare(root);
  const persons = await personsIn(store, signal);
  let count = 0;
  for await (const found of rowsOf(keys, persons, signal)) count += found.length;
  onCount(count);
  await append(`${writeFirstKeyLine({ writtenAt, count, root })}\n`);
  const digest = new KeyDigest();
  for await (const found of rowsOf(keys, persons, signal)) {
    const lines = found.map((row) => {
      const line = writeKeyLine(row);
      digest.add(row, line);
      return `${line}\n`;
    });
    await append(lines.join(''));
    onKeys(found.length);
  }
  const lastLine = digest.lastLine();
  if (lastLine.count !== count) throw new Unavailable('The keys changed while they were read. Export them again.');
  await append(`${writeLastKeyLine(lastLine)}\n`);
  return { keys: count, missing: persons.length - count };
}

async function personsIn(store: EventStore, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const persons = new Set<string>();
  const look = (value: JsonValue | undefined): void => {
    if (typeof value === 'string') {
      const person = parseSealed(value)?.place.person;
      if (person !== undefined) persons.add(person);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  for await (const { data } of readLog(store, { head: await store.head(), signal })) look(data);
  return [...persons];
}

async function* rowsOf(
  keys: KeyStore,
  persons: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly StoredPersonKey[]> {
  for (let from = 0; from < persons.length; from += KEYS_AT_ONCE) {
    signal?.throwIfAborted();
    const found = await keys.find(persons.slice(from, from + KEYS_AT_ONCE));
    yield [...found].sort((a, b) => (a.person < b.person ? -1 : 1));
  }
}
