// The log's tables. Streams are numbered in order of appearance and event ids are indexed by 48 of their bits: both
// keep the indexes small and their hot pages together, which is what an append costs.
import type { DatabaseSync } from 'node:sqlite';
import { InvalidInput, Unavailable } from '#libs/kernel';
import { migrate } from '#libs/platform';

const STEPS = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta (name, value) VALUES ('storeId', lower(hex(randomblob(16))));

  CREATE TABLE streams (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    idBits INTEGER NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    storedAt TEXT NOT NULL,
    metadata TEXT NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX eventsByIdBits ON events (idBits);

  CREATE TRIGGER eventsAreNotChanged BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are immutable'); END;
  CREATE TRIGGER eventsAreNotDeleted BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are immutable'); END;
  `,
];

/**
 * Creates the tables in an empty file and brings those of an older version up to date.
 *
 * @returns the store's id, made once with the file
 * @throws Unavailable when the file was written by a newer version or is no event store
 */
export function prepareSchema(database: DatabaseSync): string {
  const hasTable = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?');
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isEmpty && !(hasTable.get('meta') && hasTable.get('events'))) {
    throw new Unavailable('This file is a database, but not an event store.');
  }
  migrate(database, { name: 'event store', steps: STEPS });
  return String(database.prepare(`SELECT value FROM meta WHERE name = 'storeId'`).get()?.['value']);
}

const TYPE_NAME = /^\w{1,64}$/;

/**
 * Indexes the events of one type, and of no other: the others cost nothing more to append. Made once; with a long log
 * that takes a second.
 */
export function indexType(database: DatabaseSync, type: string): void {
  if (!TYPE_NAME.test(type)) throw new InvalidInput('This is no type of events.', { field: 'rareTypes' });
  database.exec(`CREATE INDEX IF NOT EXISTS ${indexOfType(type)} ON events (position) WHERE type = '${type}'`);
}

export function indexOfType(type: string): string {
  return `eventsOfType${type}`;
}

/** 48 of a UUID's bits, from both ends because some versions keep time or machine in one of them. */
export function idBitsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) * 0x1_0000 + Number.parseInt(id.slice(32), 16);
}
