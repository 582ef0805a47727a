// Appends per second to the embedded store, against raw node:sqlite and, where installed, its peers.
// Usage: npm run bench:append [-- --rounds 5]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { Contender } from '../measure.ts';
import { interleaved, perSecond, report } from '../measure.ts';
import { availablePeers } from './peers.ts';
import { openRaw } from './raw.ts';
import type { Append } from './workload.ts';
import { appendAll, workload } from './workload.ts';

const RUNS = [
  { callers: 1, appends: 1_500 },
  { callers: 64, appends: 32_000 },
];

interface OpenStore {
  append(one: Append): Promise<unknown>;
  close(): unknown;
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const peers = availablePeers();

for (const { callers, appends } of RUNS) {
  const [ours, raw, rawUnique] = await interleaved(
    [
      contender('ours', callers, appends, openOurs),
      contender('raw node:sqlite', callers, appends, (file) => openRaw(file, { uniqueIds: false })),
      contender('raw, ids unique too', callers, appends, (file) => openRaw(file, { uniqueIds: true })),
    ],
    { rounds },
  );
  if (!ours || !raw || !rawUnique) throw new Error('A contender was not measured.');
  const title = `Append, 400 B events, synchronous=FULL, ${String(callers)} caller${callers > 1 ? 's' : ''}`;
  report(title, 'events/s', [
    { what: 'group commit', ours, against: raw, target: { atLeast: 0.8 } },
    { what: 'same guarantees', ours, against: rawUnique },
  ]);
  for (const { name, open, appends: few, target } of peers.filter((peer) => peer.callers === callers)) {
    const [own, peer] = await interleaved(
      [contender('ours', callers, appends, openOurs), contender(name, callers, few, open)],
      { rounds: 3 },
    );
    if (own && peer) report(`${title}, peer`, 'events/s', [{ what: 'event store', ours: own, against: peer, target }]);
  }
}

function openOurs(file: string): OpenStore {
  const store = SqliteEventStore.open({ file });
  return {
    append: ({ stream, revision, event }) =>
      store.append(stream, [event], { expected: revision === 0 ? 'no-stream' : revision - 1 }),
    close: () => store.close(),
  };
}

/** A fresh file for every sample; only the appends are timed, and one that fails ends the bench. */
function contender(
  name: string,
  callers: number,
  appends: number,
  open: (file: string) => OpenStore | Promise<OpenStore>,
): Contender {
  return {
    name,
    measure: async () => {
      const directory = mkdtempSync(join(tmpdir(), 'bench-append-'));
      const store = await open(join(directory, 'events.db'));
      const work = workload(callers, appends);
      const figure = await perSecond(appends, () => appendAll(work, (one) => store.append(one)));
      await store.close();
      rmSync(directory, { recursive: true });
      return figure;
    },
  };
}
