// A file of person keys: one line a person.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { StoredPersonKey } from '#libs/privacy';
import type { Digest } from './framed-file.ts';
import { FramedFile } from './framed-file.ts';
import type { FirstKeyLine, LastKeyLine } from './key-lines.ts';
import { readFirstKeyLine, readKeyLine, readLastKeyLine } from './key-lines.ts';

export type KeyFile = FramedFile<StoredPersonKey, FirstKeyLine, LastKeyLine>;

/** @param name for sentences about the file */
export function keyFile(name: string, handle: FileHandle): KeyFile {
  return new FramedFile(name, handle, {
    row: 'a key',
    readFirst: readFirstKeyLine,
    readRow: readKeyLine,
    readLast: readLastKeyLine,
    digest: () => new KeyDigest(),
  });
}

export class KeyDigest implements Digest<StoredPersonKey, LastKeyLine> {
  readonly #hash = createHash('sha256');
  readonly #persons = new Set<string>();

  add({ person }: StoredPersonKey, text: string): string | undefined {
    if (this.#persons.has(person)) return 'this person has had a line before';
    this.#persons.add(person);
    this.#hash.update(text).update('\n');
    return undefined;
  }

  lastLine(): LastKeyLine {
    return { count: this.#persons.size, sha256: this.#hash.copy().digest('hex') };
  }
}
