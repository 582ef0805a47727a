// Who was erased, as a small file beside the databases: no backup of them takes it along, so restoring an older one can
// repeat what it has forgotten. A line holds a person's id, a time, and a code that only the vault can make.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#libs/kernel';
import { InvalidInput, isInstant, Unavailable } from '#libs/kernel';
import { isSqliteError } from '#libs/platform';
import { syncDirectory } from './master-key.ts';
import { isPersonId } from './person-key.ts';

/** In the data directory. */
export const ERASURE_LIST = 'erasures.list';

export interface ListedErasure {
  readonly personId: string;
  readonly at: Instant;
}

export const ERASURE_LIST_LOCK = lockOf(ERASURE_LIST);
/** Others hold it for as long as a line takes. */
const LOCK_WITHIN_MS = 2_000;
const FORM = 'erased.v1';
/** One character for every byte, whatever was written into it. */
const ENCODING = 'latin1';

export class ErasureList {
  readonly #files: readonly string[];
  readonly #secret: Uint8Array;

  /**
   * @param files all of them get every line; the last one may be on another medium
   * @param secret of the vault, for the purpose `erasure list`
   */
  constructor(files: readonly string[], secret: Uint8Array) {
    this.#files = files;
    this.#secret = secret;
  }

  /** Durable in every file when it resolves, once however often. @throws Unavailable where one cannot be written */
  add(personId: string, at: Instant): Promise<void> {
    return new Promise((resolve) => {
      this.complete([{ personId, at }]);
      resolve();
    });
  }

  /** Whether its first file, which gets every line before the others, names them. @throws Unavailable where it cannot be read */
  has(personId: string): Promise<boolean> {
    return new Promise((resolve) => {
      const lines = this.#files.slice(0, 1).flatMap((first) => linesOf(textOf(first)));
      resolve(this.#named(lines, new Set([personId])).length > 0);
    });
  }

  /**
   * Adds whom a file lacks: it was lost, cut short, or is new. Answers how many lines were added.
   *
   * @throws Unavailable with one sentence where a file cannot be written, also when there is nothing to add
   */
  complete(erasures: readonly ListedErasure[]): number {
    return this.#files.map((file) => this.#append(file, erasures)).reduce((sum, added) => sum + added, 0);
  }

  #append(file: string, erasures: readonly ListedErasure[]): number {
    try {
      return aloneWith(file, () => this.#appendAlone(file, erasures));
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      const reason = isSqliteError(error) ? 'its lock was not free' : code;
      const sentence = `The list of erasures ${file} cannot be written (${reason}). Nobody is erased until it can.`;
      throw new Unavailable(sentence, {}, { cause: error });
    }
  }

  #appendAlone(file: string, erasures: readonly ListedErasure[]): number {
    const isNew = !existsSync(file);
    const descriptor = openSync(file, 'a+', 0o600);
    try {
      const { lines: whole, lineEnd } = this.#wholeLines(file, descriptor);
      const missing = new Map(erasures.map((entry) => [entry.personId, entry]));
      for (const personId of this.#named(whole, missing)) missing.delete(personId);
      const lines = [...missing.values()].map((entry) => lineOf(entry, this.#secret));
      writeFileSync(descriptor, `${lineEnd}${lines.join('')}`);
      fsyncSync(descriptor);
      if (isNew) syncDirectory(dirname(file));
      return missing.size;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Which of these persons the lines name. Only theirs are checked: a code costs far more than a line's reading. */
  #named(lines: readonly string[], persons: { has(personId: string): boolean }): readonly string[] {
    const theirs = lines.filter((line) => persons.has(line.slice(FORM.length + 1, line.indexOf(' ', FORM.length + 1))));
    return theirs.flatMap((line) => entryOf(line, this.#secret)?.personId ?? []);
  }

  /** Drops the line a crash cut off, which was never acknowledged. `lineEnd` is what a whole last line lacks. */
  #wholeLines(file: string, descriptor: number): { lines: readonly string[]; lineEnd: string } {
    const text = readFileSync(file, ENCODING);
    const lines = linesOf(text);
    const last = lines.at(-1) ?? '';
    if (last === '' || !text.endsWith(last)) return { lines, lineEnd: '' };
    if (entryOf(last, this.#secret)) return { lines, lineEnd: '\n' };
    ftruncateSync(descriptor, text.length - last.length);
    return { lines, lineEnd: '' };
  }
}

/**
 * Everybody in the file, however its lines end; the last one may lack its end.
 *
 * @throws InvalidInput for a line that was changed, cut off, or made by another vault
 * @throws Unavailable when the file cannot be read
 */
export function readErasureList(file: string, secret: Uint8Array): readonly ListedErasure[] {
  const text = textOf(file);
  const lines = linesOf(text);
  return lines.map((line, index) => {
    const entry = entryOf(line, secret);
    if (entry) return entry;
    const isCutOff = index === lines.length - 1 && text.endsWith(line);
    const what = isCutOff
      ? 'it was cut off. Take a copy of the list that is whole. If there is none because a crash cut it off, its key was not destroyed yet: delete this line'
      : 'it was changed, or is of another house';
    throw new InvalidInput(`${file}, line ${String(index + 1)}: ${what}. Nothing was restored.`);
  });
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

/** One process at a time, on whichever machine. SQLite's lock is the operating system's, free again when its holder dies. */
function aloneWith<Done>(file: string, work: () => Done): Done {
  closeSync(openSync(lockOf(file), 'a', 0o600));
  const lock = new DatabaseSync(lockOf(file), { timeout: LOCK_WITHIN_MS });
  try {
    lock.exec('BEGIN IMMEDIATE');
    return work();
  } finally {
    lock.close();
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, ENCODING);
  } catch (error) {
    throw new Unavailable(`The list of erasures ${file} cannot be read.`, {}, { cause: error });
  }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function lineOf(entry: ListedErasure, secret: Uint8Array): string {
  return `${FORM} ${entry.personId} ${entry.at} ${codeOf(entry, secret).toString('base64url')}\n`;
}

function entryOf(line: string, secret: Uint8Array): ListedErasure | undefined {
  const [form, personId = '', at = '', code = '', ...rest] = line.split(' ');
  if (form !== FORM || rest.length > 0 || !isPersonId(personId) || !isInstant(at)) return undefined;
  const [given, own] = [Buffer.from(code, 'base64url'), codeOf({ personId, at }, secret)];
  return given.length === own.length && timingSafeEqual(given, own) ? { personId, at } : undefined;
}

function codeOf({ personId, at }: ListedErasure, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${FORM} ${personId} ${at}`).digest();
}
