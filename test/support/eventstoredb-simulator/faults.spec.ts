// What can go wrong, each fault once, as a client meets it.
import { EventStoreDBClient, NO_STREAM, type Position, streamNameFilter } from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failures } from './index.ts';
import {
  clientOf,
  closeAll,
  collect,
  connect,
  delivered,
  errorOf,
  ordered,
  reconnected,
  revisions,
  told,
} from './specs.harness.ts';

afterEach(closeAll);

const NEW = { expectedRevision: NO_STREAM } as const;

describe('An append', () => {
  it('may never be answered, whatever deadline it has', async () => {
    const { simulator, client } = await connect();
    const fault = simulator.faults.inject({ method: 'batchAppend', behaviour: 'silence', times: 1 });
    const lost = errorOf(client.appendToStream('request-1', ordered(), { ...NEW, deadline: 10_000 }));
    await fault.reached();
    await client.appendToStream('request-2', ordered(), NEW);
    expect(simulator.journal.of('batchAppend')).toMatchObject({ received: 2, open: 1, answered: 1 });
    expect(simulator.events.some(({ stream }) => stream === 'request-1')).toBe(false);
    simulator.dropConnections();
    expect(await lost).toMatchObject({ type: 'unavailable' });
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('may lose its connection %s its effect', async (moment, stored) => {
    const { simulator, client } = await connect();
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'drop', moment, times: 1 });
    expect(await errorOf(client.appendToStream('request-1', ordered(), NEW))).toMatchObject({ type: 'unavailable' });
    expect(simulator.events.some(({ stream }) => stream === 'request-1')).toBe(stored);
    const again = await reconnected(simulator);
    expect(await again.appendToStream('request-2', ordered(), NEW)).toMatchObject({ success: true });
  });

  it('may be answered late', async () => {
    const { simulator, client } = await connect();
    const fault = simulator.faults.inject({
      method: 'batchAppend',
      behaviour: 'hold',
      moment: 'after',
      stream: 'request-1',
    });
    const late = client.appendToStream('request-1', ordered(), NEW);
    await fault.reached();
    await client.appendToStream('request-2', ordered(), NEW);
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([0]);
    fault.release();
    expect(await late).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('may see its stream of batches end as if all were said, and then nothing is answered', async () => {
    const { simulator } = await connect();
    // Not disposed of: that waits for the stream which has ended.
    const client = EventStoreDBClient.connectionString(simulator.connectionString);
    const fault = simulator.faults.inject({ method: 'batchAppend', behaviour: 'end', moment: 'after', times: 1 });
    let settled = 0;
    const count = () => void (settled += 1);
    void client.appendToStream('request-1', ordered(), NEW).then(count, count);
    await fault.reached();
    void client.appendToStream('request-2', ordered(), NEW).then(count, count);
    await clientOf(simulator.connectionString).appendToStream('request-3', ordered(), NEW);
    expect(settled).toBe(0);
    expect(simulator.events.map(({ stream }) => stream)).toEqual(expect.arrayContaining(['request-1', 'request-3']));
  });

  it.each([
    ['timeout', failures.timeout(), 'timeout'],
    ['not ready', failures.notReady(), 'unavailable'],
    ['access denied', failures.accessDenied(), 'access-denied'],
    ['stream deleted', failures.streamDeleted('request-1'), 'stream-deleted'],
  ])('may fail with: %s', async (_, failure, type) => {
    const { simulator, client } = await connect();
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'fail', failure, times: 1 });
    expect(await errorOf(client.appendToStream('request-1', ordered(), NEW))).toMatchObject({ type });
  });
});

describe('A read', () => {
  it.each(['drop', 'fail', 'end'] as const)('may %s half-way', async (behaviour) => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', [ordered(), ordered(), ordered()], NEW);
    const failure = failures.tooBusy();
    simulator.faults.inject({ method: 'readStream', behaviour, afterEvents: 2, times: 1, failure });
    const read: number[] = [];
    const reading = (async () => {
      for await (const { event } of client.readStream('request-1')) read.push(Number(event?.revision));
    })();
    if (behaviour === 'end') await reading;
    else expect(await errorOf(reading)).toMatchObject({ type: 'unavailable' });
    if (behaviour !== 'drop') expect(read).toEqual([0, 1]);
    expect(revisions(await collect((await reconnected(simulator)).readStream('request-1')))).toEqual([0, 1, 2]);
  });

  it('may never be answered', async () => {
    const { simulator, client } = await connect();
    const fault = simulator.faults.inject({ method: 'readAll', behaviour: 'silence', times: 1 });
    const reading = client.readAll({ maxCount: 1 });
    await fault.reached();
    await reading.cancel();
    await simulator.journal.until((journal) => journal.of('readAll').cancelled === 1);
  });
});

describe('A subscription', () => {
  const requests = (checkpointReached?: (position: Position) => void) => ({
    filter: streamNameFilter({
      prefixes: ['request-'],
      checkpointReached: async (_, position) => checkpointReached?.(position),
    }),
  });

  it('may deliver an event twice', async () => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', [ordered(), ordered(), ordered()], NEW);
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'duplicate', times: 2 });
    expect(revisions(await delivered(client.subscribeToAll(requests()), 5))).toEqual([0, 0, 1, 1, 2]);
  });

  it('may fall silent though it is open', async () => {
    const { simulator, client } = await connect();
    const subscription = client.subscribeToAll(requests());
    const events = delivered(subscription, 1);
    await told(subscription, 'caughtUp');
    const fault = simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'silence', afterEvents: 1 });
    await client.appendToStream('request-1', [ordered(), ordered()], NEW);
    await events;
    await fault.reached();
    await client.appendToStream('request-2', ordered(), NEW);
    expect(simulator.journal.of('subscribeToAll')).toMatchObject({ open: 1, events: 1 });
  });

  it.each(['drop', 'fail'] as const)('may be dropped (%s)', async (behaviour) => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', [ordered(), ordered()], NEW);
    const failure = failures.tooBusy();
    simulator.faults.inject({ method: 'subscribeToAll', behaviour, failure, afterEvents: 1 });
    expect(await told(client.subscribeToAll(requests()), 'error')).toMatchObject({ type: 'unavailable' });
  });

  it('may end as if there were no more', async () => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', [ordered(), ordered()], NEW);
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'end', afterEvents: 1 });
    const subscription = client.subscribeToAll(requests());
    subscription.resume();
    await told(subscription, 'end');
  });

  it('that does not take its events is waited for, and has fallen behind', async () => {
    const { simulator, client } = await connect();
    const subscription = client.subscribeToAll({ ...requests() }, { highWaterMark: 1 });
    await told(subscription, 'caughtUp');
    const behind = told(subscription, 'fellBehind');
    const many = Array.from({ length: 400 }, (_, number) => ordered(number, undefined, 'x'.repeat(2_000)));
    await client.appendToStream('request-1', many, NEW);
    expect(simulator.journal.of('subscribeToAll').events).toBeLessThan(400);
    const events = delivered(subscription, 400);
    await behind;
    expect(revisions(await events)).toEqual(many.map((_, revision) => revision));
  });

  it.each([
    ['end-of-log', (end: number) => ({ commit: BigInt(end), prepare: 0n })],
    ['maximum', () => ({ commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n })],
  ] as const)('may be told a wrong checkpoint: %s', async (checkpoint, wrong) => {
    const { simulator, client } = await connect();
    await client.appendToStream('area-1', ordered(), NEW);
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'checkpoints', checkpoint });
    const last = simulator.events.at(-1)!;
    const told = await new Promise<Position>((resolve) => client.subscribeToAll(requests(resolve)).resume());
    await client.appendToStream('request-1', ordered(), NEW);
    const next = simulator.events.find(({ stream }) => stream === 'request-1')!;
    expect(told).toEqual(wrong(next.position));
    expect(told.commit).toBeGreaterThan(BigInt(last.position));
  });

  it('goes on behind a wrong checkpoint only when it keeps both of its positions', async () => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', ordered(), NEW);
    const commit = BigInt(simulator.events.at(-1)!.position);
    await client.appendToStream('request-1', ordered(), { expectedRevision: 0n });
    const first = async (prepare: bigint) =>
      revisions(await delivered(client.subscribeToAll({ fromPosition: { commit, prepare } }), 1));
    expect(await first(0n)).toEqual([0]);
    expect(await first(commit)).toEqual([1]);
  });

  it('may be told the same checkpoint for ever', async () => {
    const { simulator, client } = await connect();
    await client.appendToStream(
      'request-1',
      Array.from({ length: 100 }, () => ordered()),
      NEW,
    );
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'checkpoints', checkpoint: 'stuck' });
    const positions: Position[] = [];
    const subscription = client.subscribeToAll(requests((position) => positions.push(position)));
    subscription.resume();
    await told(subscription, 'caughtUp');
    expect(positions.length).toBeGreaterThan(2);
    expect(new Set(positions.map(({ commit }) => commit)).size).toBe(1);
  });
});

describe('A connection', () => {
  it('may be taken and never spoken on', async () => {
    const { simulator, client } = await connect();
    const fault = simulator.faults.inject({ method: 'connect', behaviour: 'silence' });
    const lost = errorOf(client.deleteStream('request-1', { deadline: 100 }));
    await fault.reached();
    expect(await lost).toMatchObject({ type: 'deadline-exceeded' });
  });

  it('is gone when the server restarts, and the log is not', async () => {
    const { simulator, client } = await connect();
    await client.appendToStream('request-1', ordered(), NEW);
    const ports = simulator.ports;
    const subscription = client.subscribeToAll();
    await told(subscription, 'confirmation');
    const dropped = told(subscription, 'error');
    await simulator.restart();
    expect(await dropped).toMatchObject({ type: 'unavailable' });
    expect(simulator.ports).toEqual(ports);
    expect(revisions(await collect((await reconnected(simulator)).readStream('request-1')))).toEqual([0]);
  });

  it('is refused while the server is down', async () => {
    const { simulator, client } = await connect();
    await simulator.shutDown();
    expect(await errorOf(collect(client.readAll({ maxCount: 1 })))).toMatchObject({ type: 'unavailable' });
  });
});
