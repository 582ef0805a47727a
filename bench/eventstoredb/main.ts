// Appends and catch-up through the EventStoreDB adapter, against the client by itself, in the same run. The server is the
// simulator in a process of its own, or the one that TEST_EVENTSTORE_URL names.
// Usage: npm run bench:eventstoredb [-- --rounds 5 --appends 16000 --events 30000]
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import { SimulatorProcess } from '../../test/support/eventstoredb-simulator/index.ts';
import type { Append } from '../append/workload.ts';
import { appendAll, workload } from '../append/workload.ts';
import type { Contender } from '../measure.ts';
import { interleaved, perSecond, report } from '../measure.ts';
import { BareClient } from './bare.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    appends: { type: 'string', default: '16000' },
    events: { type: 'string', default: '30000' },
  },
});
const rounds = Number(values.rounds);
const appends = Number(values.appends);
const server = process.env['TEST_EVENTSTORE_URL'];
const simulator = server === undefined ? await SimulatorProcess.start() : undefined;
const url = server ?? simulator?.connectionString ?? '';
const prefix = `bench${randomBytes(6).toString('hex')}.`;
const open = (under = prefix) => EventStoreDBStore.open({ url, categories: ['request'], prefix: under });

try {
  for (const callers of [1, 64]) await compareAppends(callers, callers === 1 ? appends / 16 : appends);
  await compareCatchUp(Number(values.events));
} finally {
  await simulator?.stop();
}

async function compareAppends(callers: number, count: number): Promise<void> {
  const appending = (name: string, open: () => Appending): Contender => ({
    name,
    measure: async () => {
      const client = open();
      await appendAll(workload(1, 10), (one) => client.append(one));
      const work = workload(callers, count);
      const figure = await perSecond(count, () => appendAll(work, (one) => client.append(one)));
      await client.close();
      return figure;
    },
  });
  const [ours, bare] = await interleaved(
    [appending('ours', openOurs), appending('bare client', () => new BareClient(url))],
    { rounds },
  );
  if (!ours || !bare) throw new Error('A contender was not measured.');
  report(`Append of 400 B events, ${String(callers)} caller${callers > 1 ? 's' : ''}`, 'events/s', [
    { what: 'adapter', ours, against: bare, ...(callers > 1 && { target: { atLeast: 0.9 } }) },
  ]);
}

async function compareCatchUp(atLeast: number): Promise<void> {
  const under = `${prefix}log.`;
  const store = open(under);
  const work = workload(64, atLeast);
  const events = work.flat().length;
  await appendAll(work, (one) => append(store, one));
  const bare = new BareClient(url);
  const [ours, theirs] = await interleaved(
    [
      { name: 'ours', measure: () => perSecond(events, () => readToEnd(store, events)) },
      { name: 'bare subscription', measure: () => perSecond(events, () => bare.catchUp(`${under}request-`, events)) },
    ],
    { rounds },
  );
  await bare.close();
  await store.close();
  if (!ours || !theirs) throw new Error('A contender was not measured.');
  report(`Catch-up with ${events.toLocaleString('en')} events`, 'events/s', [
    { what: 'pages of 1,000', ours, against: theirs, target: { atLeast: 0.8 } },
  ]);
}

interface Appending {
  append(one: Append): Promise<unknown>;
  close(): Promise<void>;
}

function openOurs(): Appending {
  const store = open();
  return { append: (one) => append(store, one), close: () => store.close() };
}

function append(store: EventStoreDBStore, { stream, revision, event }: Append): Promise<unknown> {
  return store.append(stream, [event], { expected: revision === 0 ? 'no-stream' : revision - 1 });
}

async function readToEnd(store: EventStoreDBStore, events: number): Promise<void> {
  let seen = 0;
  for (let after: Position = START_OF_LOG; ;) {
    const { events: page, next, head } = await store.readAll({ after });
    seen += page.length;
    if (next >= head) break;
    after = next;
  }
  if (seen !== events) throw new Error(`${String(seen)} of ${String(events)} events were read.`);
}
