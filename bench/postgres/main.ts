// Events per second a projection catches up with in PostgreSQL, against `unnest` batches by hand in the same run.
// Usage: TEST_DATABASE_URL=postgres://… npm run bench:postgres [-- --rounds 5 --requests 10000]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { openPostgres, openPostgresReadDatabase } from '#libs/platform';
import { catchUpWithEngine } from '../catch-up/ours.ts';
import { fillLog } from '../catch-up/workload.ts';
import { interleaved, perSecond, report } from '../measure.ts';
import { catchUpByHand } from './raw.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string', default: '10000' } },
});
const url = process.env['TEST_DATABASE_URL'];
if (!url) throw new Error('TEST_DATABASE_URL names no PostgreSQL server to measure on.');
const directory = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
const logFile = join(directory, 'events.db');
const store = SqliteEventStore.open({ file: logFile });
const applicationName = 'bench';
const postgres = await openPostgres({ url, schema: 'public', applicationName });

/** In a schema that is gone afterwards, so that every sample finds the same server. */
async function inSchema(work: (schema: string) => Promise<unknown>): Promise<number> {
  const schema = 'bench_catch_up';
  const figure = await perSecond(events, () => work(schema));
  await postgres.query(`DROP SCHEMA ${schema} CASCADE`);
  return figure;
}

const events = await fillLog(store, Number(values.requests));
try {
  const ours = (schema: string) =>
    openPostgresReadDatabase({ url, schema, applicationName }).then((database) => catchUpWithEngine(store, database));
  const [engine, raw] = await interleaved(
    [
      { name: 'ours', measure: () => inSchema(ours) },
      { name: 'raw unnest', measure: () => inSchema((schema) => catchUpByHand(logFile, url, schema)) },
    ],
    { rounds: Number(values.rounds) },
  );
  if (!engine || !raw) throw new Error('A contender was not measured.');
  report(`Catch-up in PostgreSQL with ${events.toLocaleString('en')} events`, 'events/s', [
    { what: 'projection', ours: engine, against: raw, target: { atLeast: 0.8 } },
  ]);
} finally {
  await postgres.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}
