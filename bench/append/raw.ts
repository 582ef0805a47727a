// The limit: the least one can write with node:sqlite that commits in groups and flushes at every commit. Nothing is
// decided; only the unique constraints protect the log.
import { DatabaseSync } from 'node:sqlite';
import type { Append } from './workload.ts';

const COLUMNS = 'stream TEXT, revision INTEGER, id TEXT, type TEXT, storedAt TEXT, metadata TEXT, data TEXT';

export interface RawStore {
  append(one: Append): Promise<void>;
  close(): void;
}

export function openRaw(file: string, { uniqueIds }: { readonly uniqueIds: boolean }): RawStore {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000');
  database.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY, ${COLUMNS}, UNIQUE (stream, revision)) STRICT`);
  if (uniqueIds) database.exec('CREATE UNIQUE INDEX eventIds ON events (id)');
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const insert = database.prepare(
    'INSERT INTO events (stream, revision, id, type, storedAt, metadata, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  let queue: { readonly one: Append; readonly done: () => void }[] = [];
  const flush = () => {
    const batch = queue;
    queue = [];
    const storedAt = new Date().toISOString();
    begin.run();
    for (const { one } of batch) {
      const { id, type, metadata, data } = one.event;
      insert.run(one.stream, one.revision, id, type, storedAt, JSON.stringify(metadata), JSON.stringify(data));
    }
    commit.run();
    for (const { done } of batch) done();
  };
  return {
    append: (one) =>
      new Promise((done) => {
        if (queue.push({ one, done }) === 1) setImmediate(flush);
      }),
    close: () => {
      database.close();
    },
  };
}
