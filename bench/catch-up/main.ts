// Events per second a projection catches up with, against upserts by hand in the same run.
// Usage: npm run bench:catch-up [-- --rounds 5 --requests 10000]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { openReadDatabase } from '#libs/platform';
import { interleaved, perSecond, report } from '../measure.ts';
import { catchUpWithEngine } from './ours.ts';
import { catchUpByHand } from './raw.ts';
import { fillLog } from './workload.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string', default: '10000' } },
});
const directory = mkdtempSync(join(tmpdir(), 'bench-catch-up-'));
const logFile = join(directory, 'events.db');
const store = SqliteEventStore.open({ file: logFile });

try {
  const events = await fillLog(store, Number(values.requests));
  let [longestStallMs, files] = [0, 0];
  const nextFile = () => join(directory, `read-models-${String((files += 1))}.db`);
  const [ours, raw] = await interleaved(
    [
      {
        name: 'ours',
        measure: () =>
          perSecond(events, async () => {
            const run = await catchUpWithEngine(store, openReadDatabase({ file: nextFile() }));
            longestStallMs = Math.max(longestStallMs, run.longestStallMs);
          }),
      },
      {
        name: 'raw upserts',
        measure: () => perSecond(events, async () => void catchUpByHand(logFile, nextFile())),
      },
    ],
    { rounds: Number(values.rounds) },
  );
  if (!ours || !raw) throw new Error('A contender was not measured.');
  report(`Catch-up with ${events.toLocaleString('en')} events, 1,000 in a transaction`, 'events/s', [
    { what: 'projection', ours, against: raw, target: { atLeast: 1 } },
  ]);
  console.log(`Longest stall of the event loop: ${longestStallMs.toFixed(1)} ms`);
} finally {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}
