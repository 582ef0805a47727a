// `backup`: the log, and apart from it the person keys, from a running house or a stopped one. A backup counts only once it
// was opened again and read to its end.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS_FILE } from '#apps/foundation';
import { InvalidInput, NotFound } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { scaledOut, systemClock } from '#libs/platform';
import { KEYS_FILE } from '#libs/privacy';
import { listenForInterruption } from '../terminal/interruption.ts';
import type { Progress } from '../terminal/progress.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import type { LogContents } from '../transfer/backup.ts';
import {
  EVENTS_MANIFEST,
  fileSha256,
  KEYS_MANIFEST,
  knownIn,
  newDirectory,
  readWhole,
  requireApart,
  requireOutside,
  snapshot,
  writeManifest,
} from '../transfer/backup.ts';

export interface BackupOptions {
  readonly to: string;
  readonly keysTo?: string;
  readonly dryRun?: boolean;
}

export async function runBackup(settings: Settings, { to, keysTo, dryRun }: BackupOptions): Promise<number> {
  if (scaledOut(settings)) {
    throw new InvalidInput('Servers have backups of their own: see docs/how-to/back-up-and-restore.md.');
  }
  const [events, keys] = [EVENTS_FILE, KEYS_FILE].map((name) => join(settings.dataDirectory, name)) as [string, string];
  for (const file of [events, keys]) if (!existsSync(file)) throw new NotFound(`There is no ${file}.`);
  const targets = keysTo === undefined ? [to] : [to, keysTo];
  for (const target of targets) requireOutside(settings.dataDirectory, target);
  if (keysTo !== undefined) requireApart(to, keysTo);
  if (dryRun) {
    say(
      `Would copy the log to ${to}${keysTo === undefined ? '' : `, and the keys to ${keysTo}`}. Nothing was written.`,
    );
    return 0;
  }
  const made: string[] = [];
  const interruption = listenForInterruption();
  try {
    for (const directory of targets) {
      newDirectory(directory);
      made.push(directory);
    }
    // Events first: whoever is met in them then has a key in the copy of the keys, which is made after.
    snapshot(events, join(to, EVENTS_FILE));
    const writtenAt = systemClock.now();
    if (keysTo !== undefined) snapshot(keys, join(keysTo, KEYS_FILE));
    const log = await verified(join(to, EVENTS_FILE), interruption.signal);
    const { sha256, head } = log;
    await writeManifest(join(to, EVENTS_MANIFEST), {
      ...{ format: 'bangbangwo backup', version: 1, holds: 'events', writtenAt, events: log.events, sha256, head },
      fileSha256: await fileSha256(join(to, EVENTS_FILE)),
    });
    say(`Backed up ${counted(log.events, 'event')} to ${to}, read back whole. SHA-256 of their lines: ${sha256}.`);
    return keysTo === undefined ? sayNoKeys() : await finishKeys(keysTo, log, writtenAt);
  } catch (error) {
    // Half a backup looks like a whole one.
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
    throw error;
  } finally {
    interruption.release();
  }
}

async function finishKeys(keysTo: string, { persons }: LogContents, writtenAt: string): Promise<number> {
  const file = join(keysTo, KEYS_FILE);
  const known = await knownIn(file, persons);
  await writeManifest(join(keysTo, KEYS_MANIFEST), {
    ...{ format: 'bangbangwo backup', version: 1, holds: 'keys', writtenAt, persons: known },
    fileSha256: await fileSha256(file),
  });
  say(
    `Backed up the keys of ${counted(known, 'person')} to ${keysTo}, wrapped with the master key, which is not in it.`,
  );
  say('Keep it for days and not for months: keys of people who will be erased are in it.');
  const missing = persons.size - known;
  if (missing === 0) return 0;
  say(`No key was found for ${counted(missing, 'person')} of the log: what is sealed for them is lost.`);
  return 1;
}

function sayNoKeys(): number {
  say('The keys are not in it; back them up apart from it, with --keys-to.');
  return 0;
}

export async function verified(file: string, signal: AbortSignal): Promise<LogContents> {
  let progress: Progress | undefined;
  return readWhole(file, {
    onCount: (count) => (progress = startProgress('Reading back', count)),
    onEvent: () => progress?.step(),
    signal,
  }).finally(() => progress?.end());
}
