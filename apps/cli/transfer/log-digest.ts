// What makes two logs the same: how many events, which lines in which order. Taken alike while a log is written to a
// file, while a file is checked, and from the log that was made of it.
import { createHash } from 'node:crypto';
import type { LastLine, MovedEvent } from './event-lines.ts';
import { categoryOf } from './event-lines.ts';
import type { Digest } from './framed-file.ts';
import { IdSet } from './id-set.ts';

export class LogDigest implements Digest<MovedEvent, LastLine> {
  readonly #hash = createHash('sha256');
  readonly #revisions = new Map<string, number>();
  readonly #ids = new IdSet();
  readonly #categories = new Map<string, { streams: number; events: number }>();
  #events = 0;

  /**
   * Takes in the next event of the log.
   *
   * @param line what `writeEventLine` makes of it
   * @returns what is wrong with its place in the log, in words that name no one; undefined when nothing is
   */
  add({ id, stream, revision }: MovedEvent, line: string): string | undefined {
    const category = categoryOf(stream);
    const expected = (this.#revisions.get(stream) ?? -1) + 1;
    if (revision !== expected)
      return `revision ${String(expected)} of a stream of category ${category} is missing before revision ${String(revision)}`;
    if (!this.#ids.add(id))
      return `the id of revision ${String(revision)} of a stream of category ${category} came before`;
    this.#revisions.set(stream, revision);
    this.#count(category, revision === 0);
    this.#hash.update(line).update('\n');
    return undefined;
  }

  /** The line that ends a file of what was taken in so far. */
  lastLine(): LastLine {
    const byName = [...this.#categories].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      count: this.#events,
      sha256: this.#hash.copy().digest('hex'),
      categories: Object.fromEntries(byName.map(([category, of]) => [category, { ...of }])),
    };
  }

  #count(category: string, isNew: boolean): void {
    const counts = this.#categories.get(category) ?? { streams: 0, events: 0 };
    this.#categories.set(category, counts);
    if (isNew) counts.streams += 1;
    counts.events += 1;
    this.#events += 1;
  }
}
