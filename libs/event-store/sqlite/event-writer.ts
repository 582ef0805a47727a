// Decides and writes one batch of appends in one transaction. Every append is decided against what the ones before it
// in the batch wrote, before any of its own rows is inserted, so a refused one leaves nothing behind.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type { AppendResult, ExpectedRevision } from '#libs/event-store';
import { EventIdReused, WrongExpectedRevision } from '#libs/event-store';
import type { Outcome } from './group-commit.ts';
import { positionOf } from './position.ts';
import { idBitsOf } from './schema.ts';

/** An append as it will be stored: checked, and its JSON already written. */
export interface PreparedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly PreparedEvent[];
}

export interface PreparedEvent {
  readonly id: string;
  readonly type: string;
  readonly metadata: string;
  readonly data: string;
}

interface KnownStream {
  /** The stream's number in the `streams` table. */
  readonly key: number;
  readonly revision: number;
}

interface StoredPlace {
  readonly stream: number;
  readonly revision: number;
  readonly position: number;
}

const RECENT_STREAMS = 20_000;

export class EventWriter {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  /** Last revisions, so that they need not be looked up; empty whenever they might not be true. */
  readonly #recent = new BoundedCache<string, KnownStream>(RECENT_STREAMS);
  readonly #statements: ReturnType<typeof prepareStatements>;
  #dataVersion: unknown;
  #last = 0;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#statements = prepareStatements(database);
  }

  /**
   * Durable when it returns.
   *
   * @throws the database's error, after everything in the batch was rolled back
   */
  write(batch: readonly PreparedAppend[]): Outcome<AppendResult>[] {
    try {
      this.#statements.begin.run();
      this.#last = Number(this.#statements.last.get()?.['position']);
      this.#forgetIfAnotherConnectionWrote();
      const storedAt = this.#clock.now();
      const outcomes = batch.map((append) => this.#append(append, storedAt));
      this.#statements.commit.run();
      return outcomes;
    } catch (error) {
      this.#recent.clear();
      if (this.#database.isTransaction) this.#statements.rollback.run();
      throw error;
    }
  }

  #append({ stream, expected, events }: PreparedAppend, storedAt: string): Outcome<AppendResult> {
    const known = this.#recent.get(stream) ?? this.#find(stream);
    const revision = known?.revision ?? -1;
    const places = events.map(({ id }) => this.#placeOf(id));
    if (places.some((place) => place !== undefined)) return repeated(stream, expected, known, places);
    if (hasRepeatedId(events)) return { error: new EventIdReused() };
    if (!matches(expected, revision)) return { error: new WrongExpectedRevision(stream, expected, revision) };

    const key = known?.key ?? Number(this.#statements.addStream.run(stream).lastInsertRowid);
    let position = this.#last;
    let next = revision;
    for (const { id, type, metadata, data } of events) {
      position += 1;
      next += 1;
      this.#statements.addEvent.run(position, key, next, idBitsOf(id), type, id, storedAt, metadata, data);
    }
    this.#last = position;
    this.#recent.set(stream, { key, revision: next });
    return { value: { revision: next, position: positionOf(position), duplicate: false } };
  }

  #find(name: string): KnownStream | undefined {
    const row = this.#statements.findStream.get(name);
    return row && { key: Number(row['key']), revision: Number(row['revision']) };
  }

  #placeOf(id: string): StoredPlace | undefined {
    return this.#statements.findEvent.get(idBitsOf(id), id) as unknown as StoredPlace | undefined;
  }

  /** SQLite changes this number when, and only when, another connection committed. */
  #forgetIfAnotherConnectionWrote(): void {
    const version = this.#statements.dataVersion.get()?.['data_version'];
    if (version !== this.#dataVersion) this.#recent.clear();
    this.#dataVersion = version;
  }
}

function prepareStatements(database: DatabaseSync): Record<StatementName, StatementSync> {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    dataVersion: database.prepare('PRAGMA data_version'),
    last: database.prepare('SELECT coalesce(max(position), 0) AS position FROM events'),
    findStream: database.prepare(`
      SELECT key, (SELECT max(revision) FROM events WHERE stream = key) AS revision FROM streams WHERE name = ?`),
    findEvent: database.prepare('SELECT stream, revision, position FROM events WHERE idBits = ? AND id = ?'),
    addStream: database.prepare('INSERT INTO streams (name) VALUES (?)'),
    addEvent: database.prepare(`
      INSERT INTO events (position, stream, revision, idBits, type, id, storedAt, metadata, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  };
}

type StatementName =
  'begin' | 'commit' | 'rollback' | 'dataVersion' | 'last' | 'findStream' | 'findEvent' | 'addStream' | 'addEvent';

/** Some of the ids are stored. All of them, in this stream and order, is a repeat; anything else is a misuse. */
function repeated(
  stream: string,
  expected: ExpectedRevision,
  known: KnownStream | undefined,
  places: readonly (StoredPlace | undefined)[],
): Outcome<AppendResult> {
  const first = places[0];
  const last = places.at(-1);
  const isRepeat = places.every(
    (place, index) =>
      place !== undefined && place.stream === known?.key && place.revision === (first?.revision ?? 0) + index,
  );
  if (!isRepeat || !first || !last) return { error: new EventIdReused() };
  const offeredAt = expected === 'no-stream' ? -1 : expected;
  if (typeof offeredAt === 'number' && offeredAt < first.revision - 1) {
    return { error: new WrongExpectedRevision(stream, expected, known?.revision ?? -1) };
  }
  return { value: { revision: last.revision, position: positionOf(last.position), duplicate: true } };
}

function matches(expected: ExpectedRevision, revision: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'exists') return revision >= 0;
  return revision === (expected === 'no-stream' ? -1 : expected);
}

function hasRepeatedId(events: readonly PreparedEvent[]): boolean {
  return events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length;
}
