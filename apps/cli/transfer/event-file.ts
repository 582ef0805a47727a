// A file of events, read line by line as often as needed. It is believed only as a whole: `check` goes through every
// line before anything is done with one.
import type { FileHandle } from 'node:fs/promises';
import { InvalidInput } from '#libs/kernel';
import { fileLines } from '../files/file-lines.ts';
import type { FileLine } from '../files/file-lines.ts';
import type { LastLine, MovedEvent } from './event-lines.ts';
import { readEventLine, readFirstLine, readLastLine } from './event-lines.ts';
import { LogDigest } from './log-digest.ts';

/** Far more than a store takes in one event. */
const LONGEST_LINE = 16 << 20;

export interface EventLine {
  readonly text: string;
  readonly event: MovedEvent;
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, with how many events the file announces. */
  readonly onCount?: (events: number) => void;
  readonly onEvent?: () => void;
}

export class EventFile {
  readonly #name: string;
  readonly #handle: FileHandle;

  /** @param name for sentences about the file */
  constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  /**
   * Goes through the whole file: every line well-formed, every stream's revisions one by one from 0, no id twice, and
   * count and hash as the last line says.
   *
   * @throws InvalidInput with the number of the first line that is not right
   */
  async check({ signal, onCount, onEvent }: CheckOptions = {}): Promise<LastLine> {
    const lines = fileLines(this.#handle, LONGEST_LINE);
    const announced = await this.#firstLine(lines);
    onCount?.(announced);
    const digest = new LogDigest();
    let number = 1;
    for await (const line of lines) {
      signal?.throwIfAborted();
      ({ number } = line);
      const text = this.#textOf(line);
      const lastLine = readLastLine(text);
      if (lastLine) return await this.#compare(lastLine, digest.lastLine(), { announced, number, lines });
      const event = readEventLine(text);
      if (!event) throw this.#bad(number, 'It is no event as they are written to such a file.');
      const defect = digest.add(event, text);
      if (defect !== undefined) throw this.#bad(number, `It is out of place: ${defect}.`);
      onEvent?.();
    }
    throw this.#bad(number, 'The file ends here, but not with its closing line: it was cut off.');
  }

  /** The events in order; only of a file that was checked. */
  async *events(): AsyncGenerator<EventLine, undefined> {
    const lines = fileLines(this.#handle, LONGEST_LINE);
    await this.#firstLine(lines);
    for await (const line of lines) {
      const text = this.#textOf(line);
      const event = readEventLine(text);
      if (event) yield { text, event };
      else if (readLastLine(text)) return;
      else break;
    }
    throw new InvalidInput(`${this.#name} was changed while it was read. Give the same command again.`);
  }

  async #firstLine(lines: AsyncGenerator<FileLine, undefined>): Promise<number> {
    const { value } = await lines.next();
    if (!value) throw new InvalidInput(`${this.#name} is empty.`);
    const read = readFirstLine(this.#textOf(value));
    if (typeof read === 'string') throw this.#bad(1, read);
    return read.events;
  }

  #textOf({ number, text, ended }: FileLine): string {
    if (text === undefined) throw this.#bad(number, 'It is not text, or longer than any line may be.');
    if (!ended) throw this.#bad(number, 'The file ends in the middle of this line: it was cut off.');
    return text;
  }

  async #compare(
    said: LastLine,
    found: LastLine,
    { announced, number, lines }: { announced: number; number: number; lines: AsyncGenerator<FileLine, undefined> },
  ): Promise<LastLine> {
    if (announced !== found.events || said.events !== found.events)
      throw this.#bad(
        number,
        `The file holds ${String(found.events)} events, but says ${String(announced)} at its beginning and ${String(said.events)} at its end.`,
      );
    if (said.sha256 !== found.sha256) throw this.#bad(number, 'The hash is not that of the lines before it.');
    const { value } = await lines.next();
    if (value) throw this.#bad(value.number, 'There is something behind the closing line.');
    return found;
  }

  #bad(number: number, reason: string): InvalidInput {
    return new InvalidInput(`${this.#name}, line ${String(number)}: ${reason} Nothing was imported.`);
  }
}
