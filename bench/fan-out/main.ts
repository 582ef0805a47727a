// One event to ten thousand subscribers on one machine: CPU of the server, time until all have it, heap of each, and how
// long the event loop is held, against a loop over raw `ws` sockets sending the same text.
// Usage: npm run bench:fan-out [-- --subscribers 10000 --events 20]
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ServerProcess } from '../http/server-process.ts';
import { startServer } from '../http/server-process.ts';
import { interleaved, median, percentile, report } from '../measure.ts';
import type { Measured } from '../measure.ts';
import type { Order, ServerUsage } from './answers.ts';
import type { Reached } from './subscribers.ts';

const { values } = parseArgs({
  options: { subscribers: { type: 'string', default: '10000' }, events: { type: 'string', default: '20' } },
});
const count = Number(values.subscribers);

interface Side {
  readonly name: string;
  readonly server: ServerProcess;
  readonly clients: ChildProcess;
  readonly heapBytesEach: number;
  readonly cpu: number[];
  readonly p99: number[];
  readonly stall: number[];
}

const usageOf = (child: ChildProcess): Promise<ServerUsage> => ask(child, { kind: 'usage' });

async function ask<Answer>(child: ChildProcess, order: Order): Promise<Answer> {
  const answer = once(child, 'message');
  child.send(order);
  const [message] = (await answer) as [Answer];
  return message;
}

async function open(name: string, module: string): Promise<Side> {
  const server = await startServer(module);
  const before = await ask<number>(server.child, { kind: 'heap' });
  const { url, token, communityId } = server.ready;
  const file = fileURLToPath(new URL('subscribers.ts', import.meta.url));
  const clients = fork(file, [url, String(count), ...(token && communityId ? [token, communityId] : [])]);
  await once(clients, 'message');
  const after = await ask<number>(server.child, { kind: 'heap' });
  const heapBytesEach = (after - before) / count;
  return { name, server, clients, heapBytesEach, cpu: [], p99: [], stall: [] };
}

async function publish(side: Side, text: string): Promise<string> {
  const before = await usageOf(side.server.child);
  const reached = once(side.clients, 'message');
  const started = performance.timeOrigin + performance.now();
  side.server.child.send({ kind: 'publish', text } satisfies Order);
  const [{ at, text: sent }] = (await reached) as [Reached];
  const after = await usageOf(side.server.child);
  side.cpu.push((after.cpuMicroseconds - before.cpuMicroseconds) / 1_000);
  side.p99.push(percentile(at, 99) - started);
  side.stall.push(after.stallMs);
  return sent;
}

const ours = await open('ours', 'fan-out/ours.ts');
const raw = await open('raw ws', 'fan-out/raw.ts');
const sides = [ours, raw];
let text = await publish(ours, '');
await interleaved(
  sides.map((side) => ({
    name: side.name,
    measure: async () => {
      const sent = await publish(side, text);
      if (side === ours) text = sent;
      return 0;
    },
  })),
  { rounds: Number(values.events) },
);

const measured = (side: Side, samples: readonly number[]): Measured => ({
  name: side.name,
  samples,
  median: median(samples),
});
const pair = (of: (side: Side) => readonly number[]) => ({
  ours: measured(ours, of(ours)),
  against: measured(raw, of(raw)),
});
const target = { atMost: 1.5 };
report(`One event to ${count.toLocaleString('en')} subscribers, ${String(text.length)} B`, 'ms', [
  { what: 'CPU of the server', ...pair(({ cpu }) => cpu.slice(2)), target },
  { what: 'until 99 % have it', ...pair(({ p99 }) => p99.slice(2)), target },
  { what: 'event loop held', ...pair(({ stall }) => stall.slice(2)) },
]);
report('Heap of each subscriber, the socket included', 'B', [
  { what: 'connected, subscribed', ...pair(({ heapBytesEach }) => [heapBytesEach]) },
]);
console.log('\nTargets of our own figures: event loop held ≤ 25 ms, heap ≤ 10,240 B a subscriber.');
for (const { clients, server } of sides) {
  clients.kill();
  await server.stop();
}
