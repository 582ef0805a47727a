// Who was erased, as a small file beside the databases: no backup of them takes it along, so restoring an older one can
// repeat what it has forgotten. A line holds a person's id, a time, and a code that only the vault can make.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Instant } from '#libs/kernel';
import { InvalidInput, isInstant, Unavailable } from '#libs/kernel';
import { syncDirectory } from './master-key.ts';
import { isPersonId } from './person-key.ts';

/** In the data directory. */
export const ERASURE_LIST = 'erasures.list';

export interface ListedErasure {
  readonly personId: string;
  readonly at: Instant;
}

const FORM = 'erased.v1';

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
      for (const file of this.#files) this.#append(file, { personId, at });
      resolve();
    });
  }

  /** @throws Unavailable with one sentence where a file cannot be written */
  verify(): void {
    for (const file of this.#files) this.#append(file);
  }

  #append(file: string, entry?: ListedErasure): void {
    try {
      const isNew = !existsSync(file);
      const descriptor = openSync(file, 'a+', 0o600);
      try {
        const lines = isNew ? [] : wholeLines(file, descriptor);
        const isListed = lines.some((line) => line.startsWith(`${FORM} ${entry?.personId ?? ''} `));
        if (entry && !isListed) writeSync(descriptor, lineOf(entry, this.#secret));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      if (isNew) syncDirectory(dirname(file));
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      const sentence = `The list of erasures ${file} cannot be written (${code}). Nobody is erased until it can.`;
      throw new Unavailable(sentence, {}, { cause: error });
    }
  }
}

/**
 * Everybody in the file.
 *
 * @throws InvalidInput for a line that was changed, or made by another vault
 * @throws Unavailable when the file cannot be read
 */
export function readErasureList(file: string, secret: Uint8Array): readonly ListedErasure[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unavailable(`The list of erasures ${file} cannot be read.`, {}, { cause: error });
  }
  // What a crash left unfinished was never acknowledged.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map((line, index) => {
    const entry = entryOf(line, secret);
    if (!entry) {
      throw new InvalidInput(
        `${file}, line ${String(index + 1)}: it was changed, or is of another house. Nothing was restored.`,
      );
    }
    return entry;
  });
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

/** Drops the line a crash cut off. */
function wholeLines(file: string, descriptor: number): readonly string[] {
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) ftruncateSync(descriptor, whole);
  return bytes.toString('utf8', 0, whole).split('\n');
}
