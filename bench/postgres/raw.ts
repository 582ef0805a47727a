// The same by hand: pages of the log by SQL, JSON.parse, and for each page of 1,000 events one `unnest` upsert of its
// requests and one of its sums, in a transaction with the checkpoint. No schema versions, no retries, no fencing.
import type { EventMetadata } from '#libs/kernel';
import { openSqlite } from '#libs/platform';
import pg from 'pg';
import type { RequestData } from '../catch-up/workload.ts';

const PAGE = 1_000;

const TABLES = `
  CREATE TABLE requests ("requestId" text PRIMARY KEY, "communityId" text NOT NULL, status text NOT NULL, category text NOT NULL,
    day text NOT NULL, "raisedAt" text NOT NULL, "changedAt" text NOT NULL, matter text NOT NULL, revision bigint NOT NULL);
  CREATE INDEX requests_day ON requests ("communityId", day, "requestId");
  CREATE TABLE counts (day text NOT NULL, category text NOT NULL, status text NOT NULL, events bigint NOT NULL,
    PRIMARY KEY (day, category, status));
  CREATE TABLE checkpoint (position bigint NOT NULL);
  INSERT INTO checkpoint VALUES (0)`;

const UPSERT = `
  INSERT INTO requests
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[])
  ON CONFLICT ("requestId") DO UPDATE SET
    status = excluded.status, "changedAt" = excluded."changedAt", revision = excluded.revision`;

const COUNT = `
  INSERT INTO counts AS c
  SELECT day, category, status, count(*) FROM unnest($1::text[], $2::text[], $3::text[]) AS e (day, category, status)
  GROUP BY day, category, status
  ON CONFLICT (day, category, status) DO UPDATE SET events = c.events + excluded.events`;

interface Event extends RequestData {
  readonly communityId: string;
  readonly at: string;
  readonly revision: number;
}

export async function catchUpByHand(logFile: string, url: string, schema: string): Promise<void> {
  const log = openSqlite(logFile, { synchronous: 'FULL' });
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(TABLES);
  const page = log.prepare(
    'SELECT position, revision, metadata, data FROM events WHERE position > ? ORDER BY position LIMIT ?',
  );
  for (let position = 0; ;) {
    const rows = page.all(position, PAGE);
    if (rows.length === 0) break;
    position = Number(rows.at(-1)?.['position']);
    await writePage(client, rows.map(toEvent), position);
  }
  log.close();
  await client.end();
}

async function writePage(client: pg.Client, events: readonly Event[], position: number): Promise<void> {
  // A row may be written once in a statement: the last event of a request wins, but for when it was raised.
  const latest = new Map<string, Event & { raisedAt: string }>();
  for (const event of events) {
    const raisedAt = latest.get(event.requestId)?.raisedAt ?? event.at;
    latest.set(event.requestId, { ...event, raisedAt });
  }
  const written = [...latest.values()];
  const columns = [
    'requestId',
    'communityId',
    'status',
    'category',
    'day',
    'raisedAt',
    'at',
    'matter',
    'revision',
  ] as const;
  await client.query('BEGIN');
  await client.query(
    UPSERT,
    columns.map((name) => written.map((row) => row[name])),
  );
  await client.query(
    COUNT,
    (['day', 'category', 'status'] as const).map((name) => events.map((event) => event[name])),
  );
  await client.query('UPDATE checkpoint SET position = $1', [position]);
  await client.query('COMMIT');
}

function toEvent(row: Record<string, unknown>): Event {
  const data = JSON.parse(String(row['data'])) as RequestData;
  const { communityId, occurredAt: at } = JSON.parse(String(row['metadata'])) as EventMetadata;
  return { ...data, communityId, at, revision: Number(row['revision']) };
}
