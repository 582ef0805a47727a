// The files of a data directory, looked at before any is opened: opening would make those that are missing anew, and a
// house that lost its log would begin as an empty one.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from '#libs/kernel';
import type { Logger } from '#libs/platform';
import { isDamaged } from '#libs/platform';
import { KEYS_FILE, MASTER_KEY_FILE } from '#libs/privacy';

/** In DATA_DIR. The read models can be deleted; they are made again from the log. */
export const EVENTS_FILE = 'events.db';
export const READ_MODELS_FILE = 'read-models.db';

/** What `restore` has not put into place yet ends in it. */
export const DRAFT = '.restoring';

/** @throws Unavailable with one sentence where a restore did not come to its end */
export function requireRestored(dataDirectory: string): void {
  const draft = readdirSync(dataDirectory).find((name) => name.includes(DRAFT));
  if (draft === undefined) return;
  throw new Unavailable(
    `A restore into ${dataDirectory} was cut short: ${draft} is in it. Empty the directory, but for the master key and the list of erasures, and restore again.`,
    { lasting: true },
  );
}

/** @throws Unavailable with one sentence where the log is missing though what is made after it is there */
export function requireLog(dataDirectory: string): void {
  const log = join(dataDirectory, EVENTS_FILE);
  const witness = [KEYS_FILE, READ_MODELS_FILE].find((name) => existsSync(join(dataDirectory, name)));
  if (witness === undefined || existsSync(log)) return;
  throw new Unavailable(
    `The event log ${log} is missing, but ${witness} is there. Restore it from its backup; a new house begins in an empty directory.`,
    { lasting: true },
  );
}

/** @throws Unavailable with how to mend it where the file, which can be made again, is damaged */
export async function madeAgain<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const sentence = `${file} is damaged. Delete it, and the files beside it whose names begin with its name, and start again: it is made anew from the log.`;
    throw new Unavailable(sentence, { lasting: true }, { cause: error });
  }
}

const OTHERS = 0o077;

/** Windows has no such bits. */
export function warnOfReaders(dataDirectory: string, logger: Logger): void {
  if (process.platform === 'win32') return;
  for (const [part, path] of [
    ['data directory', dataDirectory],
    [MASTER_KEY_FILE, join(dataDirectory, MASTER_KEY_FILE)],
  ] as const) {
    if (existsSync(path) && (statSync(path).mode & OTHERS) !== 0)
      logger.warn('others than its owner may read or change it: take the right from them with chmod go=', { part });
  }
}
