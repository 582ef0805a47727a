// The simulator in a process of its own: told what to do, killed, frozen, and started again on its file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_STREAM } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatorProcess } from './index.ts';
import { clientOf, closeAll, collect, errorOf, ordered, reconnected, revisions } from './specs.harness.ts';

const NEW = { expectedRevision: NO_STREAM } as const;

let directory: string;
let running: SimulatorProcess[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulator-'));
  running = [];
});

afterEach(async () => {
  await closeAll();
  for (const simulator of running) await simulator.stop();
  rmSync(directory, { recursive: true });
});

async function start(options: Parameters<typeof SimulatorProcess.start>[0]): Promise<SimulatorProcess> {
  const simulator = await SimulatorProcess.start(options);
  running.push(simulator);
  return simulator;
}

describe('A simulator process', () => {
  it('has every acknowledged event after it was killed', async () => {
    const file = join(directory, 'log');
    const first = await start({ file });
    const client = clientOf(first.connectionString);
    const acknowledged: string[] = [];
    const appending = (async () => {
      for (let number = 0; ; number += 1) {
        const event = ordered(number);
        await client.appendToStream(`request-${number}`, event, NEW);
        acknowledged.push(event.id);
      }
    })();
    const stopped = errorOf(appending);
    await first.ask('figuresReach', 'batchAppend', 'answered', 100);
    await first.kill();
    await stopped;
    const second = await start({ file, port: first.ports[0]! });
    const ids = (await second.ask('events')).map(({ id }) => id);
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(ids.filter((id) => acknowledged.includes(id))).toEqual(acknowledged);
    const again = await reconnected(second);
    const read = await collect(again.readAll());
    expect(read.map(({ event }) => event?.id)).toEqual(ids);
    expect(await again.appendToStream('request-0', ordered(), { expectedRevision: 0n })).toMatchObject({
      nextExpectedRevision: 1n,
    });
  });

  it('lets things go wrong, and says how often they did', async () => {
    const simulator = await start({});
    const client = clientOf(simulator.connectionString);
    const fault = await simulator.inject({ method: 'batchAppend', behaviour: 'hold', moment: 'after' });
    const late = client.appendToStream('request-1', ordered(), NEW);
    await fault.reached();
    expect(await fault.hits()).toBe(1);
    await fault.release();
    expect(await late).toMatchObject({ success: true });
    expect((await simulator.ask('figures')).batchAppend).toMatchObject({ received: 1, answered: 1 });
    await expect(simulator.ask('dropConnections', 7)).rejects.toThrow('There is no node 7.');
  });

  it('is silent while it is frozen', async () => {
    const simulator = await start({});
    const client = clientOf(simulator.connectionString);
    await client.appendToStream('request-1', ordered(), NEW);
    simulator.freeze();
    const unanswered = client.deleteStream('request-2', { deadline: 50 });
    expect(await errorOf(unanswered)).toMatchObject({ type: 'deadline-exceeded' });
    simulator.thaw();
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([0]);
  });
});
