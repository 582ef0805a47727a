// Pages of events applied in memory, to be written in one transaction. Several pages make one batch while they change
// few rows: the rows are then written once for all of them.
import type { DecodedEvent, LogPage, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { SqlReader } from '#libs/platform';
import { EventFailure } from './event-failure.ts';
import type { Projection } from './projection.ts';
import type { RowBatch } from './row-batch.ts';

/** A batch ends when it has so many pages or so many changed rows: what one transaction may cost the event loop. */
const MOST_PAGES = 8;
const MOST_CHANGES = 1_000;

export class EventBatch {
  readonly #projection: Projection;
  readonly #rows: RowBatch;
  #pages = 0;
  #size = 0;
  #to: Position;
  #last: DecodedEvent | undefined;
  #lastRead: RecordedEvent | undefined;

  /** @param from everything up to here is in the tables */
  constructor(projection: Projection, rows: RowBatch, from: Position) {
    this.#projection = projection;
    this.#rows = rows;
    this.#to = from;
  }

  /** Where the next page starts, and the checkpoint once this is written. */
  get to(): Position {
    return this.#to;
  }

  /** The last event applied. */
  get last(): DecodedEvent | undefined {
    return this.#last;
  }

  /** How many events were read, applied or not. */
  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#pages >= MOST_PAGES || this.#rows.changes >= MOST_CHANGES;
  }

  /** @throws EventFailure at the first event that cannot be handled; the rows are then of no more use */
  async apply({ events, next }: LogPage, reader: SqlReader): Promise<void> {
    this.#lastRead = events.at(-1) ?? this.#lastRead;
    this.#size += events.length;
    const decoded = events.map((event) => guarded(event, () => this.#announce(event)));
    await this.#rows.load(reader);
    for (const [index, event] of decoded.entries()) {
      guarded(events[index] as RecordedEvent, () => this.#projection.apply(event, this.#rows));
    }
    this.#last = decoded.at(-1) ?? this.#last;
    this.#pages += 1;
    this.#to = next;
  }

  /** The rows cannot be written, because of some event up to the last one; which, only a batch of one can tell. */
  blame(error: unknown): unknown {
    return this.#lastRead ? new EventFailure(this.#lastRead, error) : error;
  }

  #announce(event: RecordedEvent): DecodedEvent {
    const codec = this.#projection.codecs.find(({ types }) => types.includes(event.type));
    if (!codec) throw new Error(`No codec of ${this.#projection.name} knows ${event.type}`);
    const decoded = codec.decode(event);
    for (const [table, ...key] of this.#projection.keys(decoded)) this.#rows.want(table, ...key);
    return decoded;
  }
}

function guarded<T>(event: RecordedEvent, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EventFailure(event, error);
  }
}
