// Pages of the log and of single streams. A page is read at one moment between two batches of appends, so it never
// shows half of one.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventMetadata, Instant, JsonObject, Position } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { LogPage, ReadAllOptions, ReadStreamOptions, RecordedEvent, StreamPage } from '#libs/event-store';
import { positionOf, sequenceOf } from './position.ts';
import { indexOfType } from './schema.ts';

const MOST_EVENTS = 1_000;

/** How far one page looks for events of the wanted types, so that a rare type does not hold up everybody else. */
const MOST_SCANNED = 10_000;

// In the order of COLUMNS. As arrays rows are read in two thirds of the time they take as objects.
type EventRow = readonly [
  position: number,
  stream: string,
  revision: number,
  type: string,
  id: string,
  storedAt: string,
  metadata: string,
  data: string,
];

const COLUMNS = 'e.position, s.name AS stream, e.revision, e.type, e.id, e.storedAt, e.metadata, e.data';

export class EventReader {
  readonly #head: StatementSync;
  readonly #log: StatementSync;
  readonly #logOfTypes: StatementSync;
  readonly #logOfRareType: ReadonlyMap<string, StatementSync>;
  readonly #latest: StatementSync;
  readonly #lastRevision: StatementSync;
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;

  /** @param rareTypes those with an index of their own, by `indexType` */
  constructor(database: DatabaseSync, rareTypes: readonly string[]) {
    // CROSS JOIN keeps SQLite from starting at the streams.
    const log = (filter: string, index = '') =>
      asArrays(
        database,
        `
        SELECT ${COLUMNS} FROM events e ${index} CROSS JOIN streams s ON s.key = e.stream
        WHERE e.position > ? AND e.position <= ? ${filter} ORDER BY e.position LIMIT ?`,
      );
    const stream = (comparison: string, direction: string) =>
      asArrays(
        database,
        `
        SELECT ${COLUMNS} FROM streams s CROSS JOIN events e ON e.stream = s.key
        WHERE s.name = ? AND e.revision ${comparison} ? ORDER BY e.revision ${direction} LIMIT ?`,
      );
    this.#head = database.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
    this.#log = log('');
    this.#logOfTypes = log('AND e.type IN (SELECT value FROM json_each(?))');
    this.#logOfRareType = new Map(
      rareTypes.map((type) => [type, log(`AND e.type = '${type}'`, `INDEXED BY ${indexOfType(type)}`)]),
    );
    this.#latest = asArrays(
      database,
      `SELECT ${COLUMNS} FROM events e CROSS JOIN streams s ON s.key = e.stream ORDER BY e.position DESC LIMIT ?`,
    );
    this.#lastRevision = database.prepare(
      'SELECT max(revision) AS revision FROM events WHERE stream = (SELECT key FROM streams WHERE name = ?)',
    );
    this.#forwards = stream('>=', 'ASC');
    this.#backwards = stream('<=', 'DESC');
  }

  head(): Position {
    return positionOf(this.#headSequence());
  }

  readAll({ after, limit, types }: ReadAllOptions): LogPage {
    const start = sequenceOf(after);
    const most = pageSize(limit);
    // The head is read first: whatever is committed meanwhile lies behind it and is left for the next page.
    const head = this.#headSequence();
    const ofRareType = types?.length === 1 ? this.#logOfRareType.get(types[0] ?? '') : undefined;
    const scans = types !== undefined && !ofRareType;
    const end = scans ? Math.min(head, start + MOST_SCANNED) : head;
    const rows = scans
      ? this.#logOfTypes.all(start, end, JSON.stringify(types), most)
      : (ofRareType ?? this.#log).all(start, end, most);
    const events = eventsOf(rows);
    const last = events.at(-1);
    const next = last && events.length === most ? last.position : positionOf(Math.max(start, end));
    return { events, next, head: positionOf(head) };
  }

  /** The last events of the log, the latest first. */
  latest(limit: number): RecordedEvent[] {
    return eventsOf(this.#latest.all(pageSize(limit)));
  }

  readStream(stream: string, { from, limit, direction = 'forwards' }: ReadStreamOptions): StreamPage {
    if (from !== undefined && !(Number.isSafeInteger(from) && from >= 0)) {
      throw new InvalidInput('A stream is read from a revision, 0 or more.', { field: 'from' });
    }
    const most = pageSize(limit);
    if (direction === 'forwards') return this.#readForwards(stream, from ?? 0, most);
    const lastRevision = this.#lastRevisionOf(stream);
    const events = eventsOf(this.#backwards.all(stream, from ?? lastRevision, most));
    const end = events.at(-1)?.revision ?? 0;
    return { events, lastRevision, next: end > 0 ? end - 1 : undefined };
  }

  /** One statement for what is asked most: a short stream from its beginning, and whether a known one has grown. */
  #readForwards(stream: string, from: number, most: number): StreamPage {
    const known = from > 0 ? this.#lastRevisionOf(stream) : undefined;
    if (known !== undefined && known < from) return { events: [], lastRevision: known, next: undefined };
    const events = eventsOf(this.#forwards.all(stream, from, most));
    const end = events.at(-1)?.revision ?? -1;
    const lastRevision = known ?? (events.length < most ? end : this.#lastRevisionOf(stream));
    return { events, lastRevision, next: end < lastRevision ? end + 1 : undefined };
  }

  #lastRevisionOf(stream: string): number {
    return Number(this.#lastRevision.get(stream)?.['revision'] ?? -1);
  }

  #headSequence(): number {
    return Number(this.#head.get()?.['position']);
  }
}

function asArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

function pageSize(limit: number | undefined): number {
  if (limit === undefined) return MOST_EVENTS;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidInput('A page holds one event or more.', { field: 'limit' });
  }
  return Math.min(limit, MOST_EVENTS);
}

function eventsOf(rows: unknown): RecordedEvent[] {
  return (rows as readonly EventRow[]).map(([position, stream, revision, type, id, storedAt, metadata, data]) => ({
    id,
    type,
    data: JSON.parse(data) as JsonObject,
    metadata: JSON.parse(metadata) as EventMetadata,
    stream,
    revision,
    position: positionOf(position),
    storedAt: storedAt as Instant,
  }));
}
