// A backup of the embedded house: the log in one directory, the person keys in another, each with a manifest by which it
// is recognised and known to be whole. Taken while the server runs; no live file is ever copied.
import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EVENTS_FILE, personsIn } from '#apps/foundation';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { InvalidInput, Unavailable } from '#libs/kernel';
import { KEYS_FILE } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { z } from 'zod';
import { writePrivateFile } from '../files/operator-file.ts';
import { writeEventLine } from './event-lines.ts';
import { LogDigest } from './log-digest.ts';
import { readLog } from './read-log.ts';

const common = {
  format: z.literal('bangbangwo backup'),
  version: z.literal(1),
  writtenAt: z.string(),
  /** Of the file, byte for byte. */
  fileSha256: z.string().regex(/^[0-9a-f]{64}$/),
};
const eventsManifest = z.strictObject({
  ...common,
  holds: z.literal('events'),
  events: z.int().nonnegative(),
  /** Of the events' lines, as `export-events` writes them. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  head: z.string(),
});
const keysManifest = z.strictObject({
  ...common,
  holds: z.literal('keys'),
  /** Persons of the log who have a key, or the date of their erasure. */
  persons: z.int().nonnegative(),
});
export type EventsManifest = z.infer<typeof eventsManifest>;
export type KeysManifest = z.infer<typeof keysManifest>;

export const EVENTS_MANIFEST = 'events-backup.json';
export const KEYS_MANIFEST = 'keys-backup.json';

/**
 * A consistent copy of a database that others may be writing to, without pages that were freed.
 *
 * @throws Unavailable when it cannot be read or written
 */
export function snapshot(source: string, target: string): void {
  const database = new DatabaseSync(source, { timeout: 5_000 });
  try {
    database.prepare('VACUUM INTO ?').run(target);
    chmodSync(target, 0o600);
  } catch (error) {
    throw new Unavailable(`${source} could not be copied to ${target}. Is the disk full?`, {}, { cause: error });
  } finally {
    database.close();
  }
}

/** @throws InvalidInput when there is anything in it already */
export function newDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length > 0) throw new InvalidInput(`${directory} is not empty: give a new directory.`);
}

/** @throws InvalidInput when one lies within the other: whoever gets hold of both reads everything */
export function requireApart(events: string, keys: string): void {
  if (isWithin(keys, events) || isWithin(events, keys)) {
    throw new InvalidInput('Keys are kept apart from events: --keys-to must be another directory, on another medium.');
  }
}

/** @throws InvalidInput when it lies in the data directory: it would be lost with it, and be in the way of a restore */
export function requireOutside(dataDirectory: string, directory: string): void {
  if (isWithin(directory, dataDirectory))
    throw new InvalidInput(`${directory} lies in the data directory: a backup belongs on another medium.`);
}

function isWithin(inner: string, outer: string): boolean {
  return !relative(resolve(outer), resolve(inner)).startsWith('..');
}

export interface LogContents {
  readonly events: number;
  readonly sha256: string;
  readonly head: string;
  readonly persons: ReadonlySet<string>;
}

/**
 * Reads a log from beginning to end, as a reader of its events would.
 *
 * @throws Unavailable when it is not whole
 */
export async function readWhole(
  file: string,
  { onCount, onEvent, signal }: { onCount: (count: number) => void; onEvent: () => void; signal?: AbortSignal },
): Promise<LogContents> {
  requireIntegrity(file);
  onCount(countEvents(file));
  const store = SqliteEventStore.open({ file });
  try {
    const digest = new LogDigest();
    const persons = new Set<string>();
    const head = await store.head();
    for await (const event of readLog(store, { head, signal })) {
      const defect = digest.add(event, writeEventLine(event));
      if (defect !== undefined) throw new Unavailable(`The log in ${file} is not whole: ${defect}.`);
      for (const person of personsIn([event])) persons.add(person);
      onEvent();
    }
    const { count: events, sha256 } = digest.lastLine();
    return { events, sha256, head, persons };
  } finally {
    await store.close();
  }
}

/** How many of these persons the key store in this file knows, erased ones included. */
export async function knownIn(file: string, persons: ReadonlySet<string>): Promise<number> {
  requireIntegrity(file);
  const keys = await openKeyDatabase(file);
  try {
    const root = await keys.root();
    if (!root) throw new Unavailable(`There are no person keys in ${file}.`);
    await keys.prepare(root);
    let known = 0;
    const all = [...persons];
    for (let from = 0; from < all.length; from += 500) known += (await keys.find(all.slice(from, from + 500))).length;
    return known;
  } finally {
    await keys.close();
  }
}

export async function writeManifest(file: string, manifest: EventsManifest | KeysManifest): Promise<void> {
  await writePrivateFile(file, (append) => append(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** @throws InvalidInput when the directory holds no such backup, or its file is not the one that was written */
export async function checkedBackup(directory: string, holds: 'events'): Promise<EventsManifest>;
export async function checkedBackup(directory: string, holds: 'keys'): Promise<KeysManifest>;
export async function checkedBackup(directory: string, holds: 'events' | 'keys') {
  const [name, schema, data] =
    holds === 'events'
      ? ([EVENTS_MANIFEST, eventsManifest, EVENTS_FILE] as const)
      : ([KEYS_MANIFEST, keysManifest, KEYS_FILE] as const);
  const manifest = schema.safeParse(jsonIn(join(directory, name)));
  if (!manifest.success) throw new InvalidInput(`${directory} holds no backup of ${holds} that this version knows.`);
  const file = join(directory, data);
  if (!existsSync(file)) throw new InvalidInput(`${file} is missing.`);
  if ((await fileSha256(file)) !== manifest.data.fileSha256) {
    throw new InvalidInput(`${file} is not the file that was backed up: it was changed or damaged.`);
  }
  return manifest.data;
}

export async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function requireIntegrity(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const answers = database.prepare('PRAGMA integrity_check').all();
    if (answers.length !== 1 || answers[0]?.['integrity_check'] !== 'ok') throw new Error('damaged');
  } catch (error) {
    throw new Unavailable(`${file} is damaged.`, {}, { cause: error });
  } finally {
    database.close();
  }
}

function countEvents(file: string): number {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    return Number(database.prepare('SELECT count(*) AS events FROM events').get()?.['events']);
  } finally {
    database.close();
  }
}
