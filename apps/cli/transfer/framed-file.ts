// A file of lines between a first one that says what it is and a last one by which it is known to be whole, read as often
// as needed. It is believed only as a whole: `check` goes through every line before anything is done with one.
import type { FileHandle } from 'node:fs/promises';
import { InvalidInput } from '#libs/kernel';
import type { FileLine } from '../files/file-lines.ts';
import { fileLines } from '../files/file-lines.ts';

/** Far more than a store takes in one event. */
const LONGEST_LINE = 16 << 20;

export interface Counted {
  readonly count: number;
}

export interface Ended extends Counted {
  readonly sha256: string;
}

/** Takes in line after line; each is what the file holds, byte for byte. */
export interface Digest<Row, Last extends Ended> {
  /** What is wrong with the line's place, in words that name no one; undefined when nothing is. */
  add(row: Row, text: string): string | undefined;
  /** The line that ends a file of what was taken in so far. */
  lastLine(): Last;
}

/** What the lines of one kind of file are. */
export interface Frame<Row, First extends Counted, Last extends Ended> {
  /** In the singular, with its article: `an event`. */
  readonly row: string;
  /** A sentence when it is none. */
  readonly readFirst: (text: string) => First | string;
  readonly readRow: (text: string) => Row | undefined;
  readonly readLast: (text: string) => Last | undefined;
  readonly digest: () => Digest<Row, Last>;
}

export interface FramedLine<Row> {
  readonly text: string;
  readonly row: Row;
}

export interface CheckOptions {
  /** Called once, with how many lines the file announces. */
  readonly onCount?: (count: number) => void;
  readonly onRow?: () => void;
}

export class FramedFile<Row, First extends Counted, Last extends Ended> {
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #frame: Frame<Row, First, Last>;

  /** @param name for sentences about the file */
  constructor(name: string, handle: FileHandle, frame: Frame<Row, First, Last>) {
    this.#name = name;
    this.#handle = handle;
    this.#frame = frame;
  }

  /**
   * Goes through the whole file: every line well-formed and in its place, and count and hash as the last line says.
   *
   * @throws InvalidInput with the number of the first line that is not right
   */
  async check({ onCount, onRow }: CheckOptions = {}): Promise<{ readonly first: First; readonly last: Last }> {
    const lines = fileLines(this.#handle, LONGEST_LINE);
    const first = await this.#firstLine(lines);
    onCount?.(first.count);
    const digest = this.#frame.digest();
    let number = 1;
    for await (const line of lines) {
      ({ number } = line);
      const text = this.#textOf(line);
      const last = this.#frame.readLast(text);
      if (last) {
        this.#compare(number, [first.count, digest.lastLine(), last]);
        const { value: behind } = await lines.next();
        if (behind) throw this.#bad(behind.number, 'There is something behind the closing line.');
        return { first, last };
      }
      const row = this.#frame.readRow(text);
      if (!row) throw this.#bad(number, `It is not ${this.#frame.row} as it is written to such a file.`);
      const defect = digest.add(row, text);
      if (defect !== undefined) throw this.#bad(number, `It is out of place: ${defect}.`);
      onRow?.();
    }
    throw this.#bad(number, 'The file ends here, but not with its closing line: it was cut off.');
  }

  /** The lines between in order; only of a file that was checked. */
  async *rows(): AsyncGenerator<FramedLine<Row>, undefined> {
    const lines = fileLines(this.#handle, LONGEST_LINE);
    await this.#firstLine(lines);
    for await (const line of lines) {
      const text = this.#textOf(line);
      const row = this.#frame.readRow(text);
      if (row) yield { text, row };
      else if (this.#frame.readLast(text)) return;
      else break;
    }
    throw new InvalidInput(`${this.#name} was changed while it was read. Give the same command again.`);
  }

  async #firstLine(lines: AsyncGenerator<FileLine, undefined>): Promise<First> {
    const { value } = await lines.next();
    if (!value) throw new InvalidInput(`${this.#name} is empty.`);
    const read = this.#frame.readFirst(this.#textOf(value));
    if (typeof read === 'string') throw this.#bad(1, read);
    return read;
  }

  #textOf({ number, text, ended }: FileLine): string {
    if (text === undefined) throw this.#bad(number, 'It is not text, or longer than any line may be.');
    if (!ended) throw this.#bad(number, 'The file ends in the middle of this line: it was cut off.');
    return text;
  }

  #compare(number: number, [announced, found, said]: readonly [number, Last, Last]): void {
    if (announced !== found.count || said.count !== found.count)
      throw this.#bad(
        number,
        `There are ${String(found.count)} lines between the first and this one, but the file says ${String(announced)} at its beginning and ${String(said.count)} here.`,
      );
    if (said.sha256 !== found.sha256) throw this.#bad(number, 'The hash is not that of the lines before it.');
  }

  #bad(number: number, reason: string): InvalidInput {
    return new InvalidInput(`${this.#name}, line ${String(number)}: ${reason} Nothing was imported.`);
  }
}
