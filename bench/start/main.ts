// How long the house takes to be ready with a log of a million events, against an empty one: foundation and services,
// in a process that has loaded its code. Read models are kept between starts, as they are in an office.
// Usage: npm run bench:start [-- --events 1000000 --rounds 9]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EVENTS_FILE, openFoundation, startServices } from '#apps/foundation';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventMetadata } from '#libs/kernel';
import { instantOf } from '#libs/kernel';
import { createLogger, readSettings } from '#libs/platform';
import { interleaved, milliseconds, report } from '../measure.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '9' } },
});
const EVENTS_EACH = 7;
const logger = createLogger({ level: 'silent' });
const directories: string[] = [];

try {
  const empty = await prepared(0);
  const full = await prepared(Number(values.events));
  const [ours, against] = await interleaved(
    [
      { name: 'a full log', measure: () => milliseconds(() => start(full)) },
      { name: 'an empty log', measure: () => milliseconds(() => start(empty)) },
    ],
    { rounds: Number(values.rounds) },
  );
  if (!ours || !against) throw new Error('A contender was not measured.');
  const events = Number(values.events).toLocaleString('en');
  report(`Start with ${events} events`, 'ms', [{ what: 'ready', ours, against, target: { atMost: 1.2 } }]);
} finally {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}

/** Opens the house until it can serve, and closes it again. What closing takes is part of both. */
async function start(directory: string): Promise<void> {
  const foundation = await openFoundation(readSettings({ DATA_DIR: directory }), { logger });
  await startServices(foundation);
  await foundation.shutdown.run();
}

/** A data directory with a log of so many events, and read models that have taken them in. */
async function prepared(events: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-start-'));
  directories.push(directory);
  await start(directory);
  await fillLog(join(directory, EVENTS_FILE), events);
  const foundation = await openFoundation(readSettings({ DATA_DIR: directory }), { logger });
  await foundation.projections.waitFor(await foundation.store.head(), { timeoutMs: 600_000 });
  await foundation.shutdown.run();
  return directory;
}

/** Of a type that no projection reads, so that they are taken in as soon as they are written. */
async function fillLog(file: string, events: number): Promise<void> {
  const store = SqliteEventStore.open({ file });
  const at = instantOf(Date.UTC(2026, 0, 1));
  const by = { commandHash: 'f'.repeat(22), actorId: 'system', actorRole: 'SYSTEM', communityId: randomUUID() };
  for (let from = 0; from < events; from += 500 * EVENTS_EACH) {
    const streams = Array.from({ length: Math.min(500, Math.ceil((events - from) / EVENTS_EACH)) }, () => {
      const commandId = randomUUID();
      const metadata: EventMetadata = { version: 1, commandId, ...by, occurredAt: at, recordedAt: at };
      const event = () => ({ id: randomUUID(), type: 'Measured', metadata, data: { text: 'x'.repeat(200) } });
      return store.append(`measured-${commandId}`, Array.from({ length: EVENTS_EACH }, event), {
        expected: 'no-stream',
      });
    });
    await Promise.all(streams);
  }
  await store.close();
}
