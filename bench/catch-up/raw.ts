// The same by hand: pages of the log by SQL with the columns the rows need, JSON.parse, and one prepared upsert per event and table, 1,000 events in
// a transaction with the checkpoint. No schema versions, no retries, no fencing.
import type { EventMetadata } from '#libs/kernel';
import { openSqlite } from '#libs/platform';
import type { RequestData } from './workload.ts';

const PAGE = 1_000;

export function catchUpByHand(logFile: string, file: string): void {
  const log = openSqlite(logFile, { synchronous: 'FULL' });
  const database = openSqlite(file, { synchronous: 'NORMAL' });
  database.exec(`
    PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32768;
    CREATE TABLE requests (requestId TEXT NOT NULL, communityId TEXT NOT NULL, status TEXT NOT NULL, category TEXT NOT NULL, day TEXT NOT NULL,
      raisedAt TEXT NOT NULL, changedAt TEXT NOT NULL, matter TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (requestId)) STRICT;
    CREATE INDEX requests_day ON requests (communityId, day, requestId);
    CREATE TABLE counts (day TEXT NOT NULL, category TEXT NOT NULL, status TEXT NOT NULL, events INTEGER NOT NULL,
      PRIMARY KEY (day, category, status)) STRICT;
    CREATE TABLE checkpoint (position INTEGER NOT NULL);
    INSERT INTO checkpoint VALUES (0)`);
  const page = log.prepare(
    'SELECT position, revision, metadata, data FROM events WHERE position > ? ORDER BY position LIMIT ?',
  );
  const upsert =
    database.prepare(`INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (requestId) DO UPDATE SET
    status = excluded.status, changedAt = excluded.changedAt, revision = excluded.revision`);
  const count = database.prepare(
    `INSERT INTO counts VALUES (?, ?, ?, 1) ON CONFLICT (day, category, status) DO UPDATE SET events = events + 1`,
  );
  const checkpoint = database.prepare('UPDATE checkpoint SET position = ?');
  for (let position = 0; ;) {
    const rows = page.all(position, PAGE);
    if (rows.length === 0) break;
    database.exec('BEGIN IMMEDIATE');
    for (const row of rows) {
      const { requestId, status, category, day, matter } = JSON.parse(String(row['data'])) as RequestData;
      const { communityId, occurredAt: at } = JSON.parse(String(row['metadata'])) as EventMetadata;
      upsert.run(requestId, communityId, status, category, day, at, at, matter, Number(row['revision']));
      count.run(day, category, status);
      position = Number(row['position']);
    }
    checkpoint.run(position);
    database.exec('COMMIT');
  }
  log.close();
  database.close();
}
