// Brings a checked file of events into a log, event for event in the file's order, and believes it only after reading the
// log back. The log must be empty or hold a beginning of the file, as an import leaves it that was stopped anywhere.
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { CommandIdReused, Conflict, InvalidInput, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { EventFile, EventLine } from './event-file.ts';
import type { LastLine, MovedEvent } from './event-lines.ts';
import { categoryOf, writeEventLine } from './event-lines.ts';
import { LogDigest } from './log-digest.ts';
import { readLog } from './read-log.ts';
import type { Run } from './runs.ts';
import { batchesOf } from './runs.ts';

export interface Target {
  readonly store: EventStore;
  /**
   * How many appends may be on their way at once: more than one only where they become durable in the order they were
   * given, all or none.
   */
  readonly appendsAtOnce: number;
}

export interface ImportEventsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for events that are in the log: found there, or appended. */
  readonly onEvents?: ((events: number) => void) | undefined;
}

/** How often the log is looked at, whether somebody else has written to it. */
const EVENTS_BETWEEN_LOOKS = 500;

export class EventImport {
  readonly #store: EventStore;
  readonly #appendsAtOnce: number;
  readonly #lines: AsyncGenerator<EventLine, undefined>;
  /** Up to here the log is known to hold the file's events and nothing else. */
  #known: Position = START_OF_LOG;
  /** The ids of what was appended behind it. */
  #appended: string[] = [];

  /** @param file checked before */
  constructor(file: EventFile, { store, appendsAtOnce }: Target) {
    this.#store = store;
    this.#appendsAtOnce = appendsAtOnce;
    this.#lines = file.rows();
  }

  /**
   * Holds the log against the file's beginning; answers how many events are there already. The first call to make.
   *
   * @throws InvalidInput when the log holds anything else
   */
  async compare({ signal, onEvents }: ImportEventsOptions = {}): Promise<number> {
    let known = 0;
    for await (const recorded of readLog(this.#store, { head: await this.#store.head(), signal })) {
      const { value } = await this.#lines.next();
      if (!value) throw longer(known);
      if (writeEventLine(recorded) !== value.text) throw other(known, recorded, value.row);
      known += 1;
      this.#known = recorded.position;
      onEvents?.(1);
    }
    return known;
  }

  /**
   * Appends what is not there yet; answers how much that was.
   *
   * @throws Unavailable when the store cannot write or somebody else writes to it; what is there stays, and the same
   *   import can be given again
   */
  async append({ signal, onEvents }: ImportEventsOptions = {}): Promise<number> {
    let appended = 0;
    for await (const runs of batchesOf(this.#lines, this.#appendsAtOnce)) {
      signal?.throwIfAborted();
      if (this.#appended.length >= EVENTS_BETWEEN_LOOKS) await this.#assertAlone();
      const ids = await this.#appendAll(runs);
      this.#appended.push(...ids);
      appended += ids.length;
      onEvents?.(ids.length);
    }
    await this.#assertAlone();
    return appended;
  }

  /**
   * Reads the log back and compares count, order and content with the file's last line.
   *
   * @throws Unavailable when they differ: the log must not be used
   */
  async verify({ count, sha256 }: LastLine, { signal, onEvents }: ImportEventsOptions = {}): Promise<void> {
    const digest = new LogDigest();
    for await (const event of readLog(this.#store, { head: await this.#store.head(), signal })) {
      const defect = digest.add(event, writeEventLine(event));
      if (defect !== undefined) throw unlike(`it is not whole: ${defect}`);
      onEvents?.(1);
    }
    const found = digest.lastLine();
    if (found.count !== count) throw unlike(`it holds ${String(found.count)} events instead of ${String(count)}`);
    if (found.sha256 !== sha256) throw unlike('its hash is another one');
  }

  /** Answers the ids of what was appended. */
  async #appendAll(runs: readonly Run[]): Promise<string[]> {
    const outcomes = await Promise.allSettled(
      runs.map(({ stream, revision, events }) =>
        this.#store.append(stream, events, { expected: revision === 0 ? 'no-stream' : revision - 1 }),
      ),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw meaningOf(outcome.reason);
    return runs.flatMap(({ events }) => events.map(({ id }) => id));
  }

  /** Looks at what has come into the log since the last look: what was appended, in that order, and nothing else. */
  async #assertAlone(): Promise<void> {
    const head = await this.#store.head();
    let found = 0;
    for await (const { id, position } of readLog(this.#store, { after: this.#known, head })) {
      if (id !== this.#appended[found]) throw notAlone();
      found += 1;
      this.#known = position;
    }
    if (found !== this.#appended.length) throw notAlone();
    this.#appended = [];
  }
}

function meaningOf(error: unknown): unknown {
  return error instanceof Conflict || error instanceof CommandIdReused ? notAlone() : error;
}

function notAlone(): Unavailable {
  return new Unavailable(
    'Somebody else is writing to this log, which was to hold the imported events only. Stop every other process, empty the log, and import again.',
  );
}

function other(known: number, found: MovedEvent, expected: MovedEvent): InvalidInput {
  return new InvalidInput(
    `This log holds other events than the file: its event number ${String(known + 1)} is ${placeOf(found)}, the file’s is ${placeOf(expected)}, and they are not the same. Nothing was imported. Import into an empty log.`,
  );
}

function placeOf({ stream, revision }: MovedEvent): string {
  return `revision ${String(revision)} of a stream of category ${categoryOf(stream)}`;
}

function longer(known: number): InvalidInput {
  return new InvalidInput(
    `This log holds all ${String(known)} events of the file and has gone on since. Nothing was imported.`,
  );
}

function unlike(how: string): Unavailable {
  return new Unavailable(
    `The log does not equal the file: ${how}. Do not use it: empty the log and import again, with nobody else writing to it.`,
  );
}
