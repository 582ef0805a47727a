// Searches every file below a directory, one pass for all needles and in bounded memory. A process of its own: what is
// sought comes on standard input, what was found goes to standard output, both as JSON.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { FileSearch, Sought } from './search-files.ts';

const CHUNK = 1 << 20;

function search({ directory, needles }: Sought): FileSearch {
  const seeker = new Seeker(needles.map((needle) => Buffer.from(needle, 'base64')));
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += searchFile(join(entry.parentPath, entry.name), seeker);
    files += 1;
  }
  return { files, bytes, found: [...seeker.found].sort((a, b) => a - b) };
}

/** A file that is gone by now holds nothing. */
function searchFile(file: string, seeker: Seeker): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(CHUNK + seeker.longest);
    let [kept, bytes] = [0, 0];
    for (;;) {
      const read = readSync(descriptor, buffer, kept, CHUNK, null);
      if (read === 0) return bytes;
      bytes += read;
      seeker.seek(buffer.subarray(0, kept + read));
      // What began in this chunk may end in the next.
      const keep = Math.min(kept + read, seeker.longest - 1);
      buffer.copyWithin(0, kept + read - keep, kept + read);
      kept = keep;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Needles by their first two bytes, so that a pass costs the same however many there are. */
class Seeker {
  readonly found = new Set<number>();
  readonly longest: number;
  readonly #beginnings = new Map<number, { readonly index: number; readonly bytes: Uint8Array }[]>();
  readonly #filter = new Uint8Array(1 << 16);

  constructor(needles: readonly Uint8Array[]) {
    this.longest = Math.max(2, ...needles.map(({ length }) => length));
    for (const [index, bytes] of needles.entries()) {
      const [first, second] = bytes;
      if (first === undefined || second === undefined) continue;
      const beginning = (first << 8) | second;
      this.#filter[beginning] = 1;
      this.#beginnings.set(beginning, [...(this.#beginnings.get(beginning) ?? []), { index, bytes }]);
    }
  }

  seek(bytes: Buffer): void {
    let beginning = bytes[0] ?? 0;
    for (let at = 1; at < bytes.length; at += 1) {
      beginning = ((beginning << 8) & 0xffff) | (bytes[at] as number);
      if (this.#filter[beginning] === 1) this.#look(bytes, at - 1, beginning);
    }
  }

  #look(bytes: Buffer, at: number, beginning: number): void {
    for (const needle of this.#beginnings.get(beginning) ?? []) {
      const end = at + needle.bytes.length;
      if (end <= bytes.length && bytes.compare(needle.bytes, 0, needle.bytes.length, at, end) === 0)
        this.found.add(needle.index);
    }
  }
}

process.stdout.write(JSON.stringify(search((await json(process.stdin)) as Sought)));
