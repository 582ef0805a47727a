// `restore`: a backup into an empty data directory. Erasures since the backup are repeated before anything opens, so that
// nobody who was erased comes back.
import { closeSync, copyFileSync, constants, existsSync, fsyncSync, openSync } from 'node:fs';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DRAFT, erasureListOf, erasureListSecret, EVENTS_FILE, repeatErasures } from '#apps/foundation';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { InvalidInput, Unavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { lockDataDirectory, scaledOut, systemClock } from '#libs/platform';
import { ERASURE_LIST, ERASURE_LIST_LOCK, KEYS_FILE, loadMasterKeys, MASTER_KEY_FILE } from '#libs/privacy';
import { PersonalDataVault, readErasureList, syncDirectory } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { listenForInterruption } from '../terminal/interruption.ts';
import { counted, say } from '../terminal/speech.ts';
import type { EventsManifest } from '../transfer/backup.ts';
import { checkedBackup } from '../transfer/backup.ts';
import { verified } from './backup.ts';

export interface RestoreOptions {
  readonly from: string;
  readonly keys: string;
  /** The list of erasures as it is now; false when the operator says that there is none beside those in place. */
  readonly erasures?: string | false;
  readonly giveUpLostKeys?: boolean;
  readonly dryRun?: boolean;
}

export async function runRestore(settings: Settings, options: RestoreOptions): Promise<number> {
  if (scaledOut(settings)) {
    throw new InvalidInput('Servers are restored by their own means: see docs/how-to/back-up-and-restore.md.');
  }
  const { from, keys, erasures, dryRun } = options;
  if (erasures === undefined) {
    throw new InvalidInput(
      `Say with --erasures where the newest list of erasures is (${ERASURE_LIST} of the lost data directory, or its copy), or with --no-erasures that nobody was erased since the backup but who is in the lists in place.`,
    );
  }
  const { dataDirectory } = settings;
  requireEmpty(dataDirectory);
  requireMasterKey(settings);
  const manifest = await checkedBackup(from, 'events');
  const { persons, writtenAt } = await checkedBackup(keys, 'keys');
  say(`The backup is whole: ${counted(manifest.events, 'event')} of ${manifest.writtenAt}.`);
  say(`The keys are whole: ${counted(persons, 'person')}, of ${writtenAt}.`);
  if (dryRun) {
    say(`Would restore them into ${dataDirectory}. Nothing was restored.`);
    return 0;
  }
  const lock = lockDataDirectory(dataDirectory);
  const interruption = listenForInterruption();
  try {
    for (const name of [EVENTS_FILE, KEYS_FILE]) discardDraft(dataDirectory, name);
    copyFileSync(join(from, EVENTS_FILE), draftOf(dataDirectory, EVENTS_FILE), constants.COPYFILE_EXCL);
    copyFileSync(join(keys, KEYS_FILE), draftOf(dataDirectory, KEYS_FILE), constants.COPYFILE_EXCL);
    await prepareDrafts(settings, options, manifest, interruption.signal);
    takeIn(dataDirectory);
    say(`Restored into ${dataDirectory}. Start the server; it makes its read models anew.`);
    return 0;
  } finally {
    for (const name of [EVENTS_FILE, KEYS_FILE]) discardDraft(dataDirectory, name);
    interruption.release();
    lock.release();
  }
}

async function prepareDrafts(
  settings: Settings,
  { erasures, giveUpLostKeys = false }: RestoreOptions,
  manifest: EventsManifest,
  signal: AbortSignal,
): Promise<void> {
  const { dataDirectory, masterKeyFile: file, masterKey: value } = settings;
  const events = draftOf(dataDirectory, EVENTS_FILE);
  const log = await verified(events, signal);
  if (log.events !== manifest.events || log.sha256 !== manifest.sha256) {
    throw new Unavailable('The restored log is not the one that was backed up. Nothing was restored.');
  }
  const vault = await PersonalDataVault.open({
    keys: await openKeyDatabase(draftOf(dataDirectory, KEYS_FILE)),
    masterKey: loadMasterKeys({ dataDirectory, file, value }),
    mustExist: true,
  });
  const store = SqliteEventStore.open({ file: events });
  try {
    const listed = listsOf(settings, erasures).flatMap((list) => readErasureList(list, erasureListSecret(vault)));
    erasureListOf(settings, vault).complete(listed);
    for (const { personId, at } of listed) await vault.erase(personId, at);
    await repeatErasures(store, vault, systemClock);
    const erased = new Set(listed.map(({ personId }) => personId)).size;
    if (erased > 0) say(`Repeated the erasure of ${counted(erased, 'person')}.`);
    await requireKeys(vault, [...log.persons], giveUpLostKeys);
  } finally {
    await store.close();
    await vault.close();
  }
}

/** @throws Unavailable when the keys are older than the log, unless what is sealed with the missing ones is given up */
async function requireKeys(vault: PersonalDataVault, persons: readonly string[], giveUp: boolean): Promise<void> {
  const { unknown } = await vault.standingOf(persons);
  if (unknown.length === 0) return;
  if (!giveUp) {
    throw new Unavailable(
      `The keys are older than the log: those of ${counted(unknown.length, 'person')} are missing. Take a newer backup of the keys, or give the lost ones up with --give-up-lost-keys. Nothing was restored.`,
    );
  }
  for (const person of unknown) await vault.erase(person, systemClock.now());
  say(`Gave up the keys of ${counted(unknown.length, 'person')}: what was sealed with them is lost for good.`);
}

/** The one that is named, and those that are in place: whoever is in any of them was erased. */
function listsOf({ dataDirectory, erasureListFile }: Settings, named: string | false | undefined): readonly string[] {
  const inPlace = [join(dataDirectory, ERASURE_LIST), ...(erasureListFile === undefined ? [] : [erasureListFile])];
  return [...(named ? [named] : []), ...inPlace.filter((file) => existsSync(file))];
}

/** Nothing starts as long as one of them is a draft. */
function takeIn(dataDirectory: string): void {
  for (const name of [EVENTS_FILE, KEYS_FILE]) syncFile(draftOf(dataDirectory, name));
  for (const name of [EVENTS_FILE, KEYS_FILE]) renameSync(draftOf(dataDirectory, name), join(dataDirectory, name));
  syncDirectory(dataDirectory);
}

/** What was copied is on the disk before the copy counts. */
function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function requireEmpty(dataDirectory: string): void {
  const allowed = new Set([MASTER_KEY_FILE, ERASURE_LIST, ERASURE_LIST_LOCK, 'instance.lock']);
  const there = existsSync(dataDirectory) ? readdirSync(dataDirectory) : [];
  const other = there.find((name) => !allowed.has(name) && !name.includes(DRAFT) && !name.startsWith('instance.lock'));
  if (other !== undefined) {
    throw new InvalidInput(`${dataDirectory} is not empty: ${other} is in it. Restore into a new one.`);
  }
}

/** One that is not there would be made anew, and open nothing. */
function requireMasterKey({ dataDirectory, masterKeyFile, masterKey }: Settings): void {
  const own = join(dataDirectory, MASTER_KEY_FILE);
  if (masterKey !== undefined || masterKeyFile !== undefined || existsSync(own)) return;
  throw new Unavailable(`The master key is in no backup: put it into ${own} first, or name it with MASTER_KEY_FILE.`);
}

function draftOf(dataDirectory: string, name: string): string {
  return join(dataDirectory, `${name}${DRAFT}`);
}

function discardDraft(dataDirectory: string, name: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    rmSync(`${draftOf(dataDirectory, name)}${suffix}`, { force: true });
  }
}
