// Reads and subscriptions, as a client of the protocol sees them.
import {
  BACKWARDS,
  END,
  eventTypeFilter,
  FORWARDS,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  closeAll,
  collect,
  connect,
  type Connection,
  delivered,
  errorOf,
  ordered,
  revisions,
  told,
} from './specs.harness.ts';

afterEach(closeAll);

const FIVE = [1, 2, 3, 4, 5].map((number) => ordered(number));

async function withFive(): Promise<Connection> {
  const connection = await connect();
  await connection.client.appendToStream('request-1', FIVE);
  return connection;
}

describe('A stream', () => {
  it('is read in both directions, from anywhere, as far as is asked', async () => {
    const { client } = await withFive();
    const read = async (options: Parameters<typeof client.readStream>[1]) =>
      revisions(await collect(client.readStream('request-1', options)));
    expect(await read({})).toEqual([0, 1, 2, 3, 4]);
    expect(await read({ fromRevision: 3n })).toEqual([3, 4]);
    expect(await read({ fromRevision: 9n })).toEqual([]);
    expect(await read({ maxCount: 2 })).toEqual([0, 1]);
    expect(await read({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([4, 3]);
    expect(await read({ direction: BACKWARDS, fromRevision: 1n })).toEqual([1, 0]);
  });

  it('that does not exist is missing', async () => {
    const { client } = await connect();
    expect(await errorOf(collect(client.readStream('request-0')))).toMatchObject({
      type: 'stream-not-found',
      streamName: 'request-0',
    });
  });

  it('shows what its metadata leaves to be seen', async () => {
    const { client } = await withFive();
    await client.setStreamMetadata('request-1', { maxCount: 3 });
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([2, 3, 4]);
    await client.setStreamMetadata('request-1', { truncateBefore: 4 });
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([4]);
    expect((await client.getStreamMetadata('request-1')).metadata).toMatchObject({ truncateBefore: 4 });
  });
});

describe('The whole log', () => {
  it('has positions that grow by the size of what is stored, and is read from them inclusively', async () => {
    const { simulator, client } = await withFive();
    const all = await collect(client.readAll());
    const positions = all.map(({ event }) => event!.position!);
    expect(all).toHaveLength(simulator.events.length);
    for (const [index, { commit, prepare }] of positions.entries()) {
      expect(prepare).toBe(commit);
      if (index > 0) expect(commit).toBeGreaterThan(positions[index - 1]!.commit + 1n);
    }
    const [next] = await collect(client.readAll({ fromPosition: positions[3]!, maxCount: 1 }));
    expect(next?.event?.position).toEqual(positions[3]);
    const [previous] = await collect(
      client.readAll({ direction: BACKWARDS, fromPosition: positions[3]!, maxCount: 1 }),
    );
    expect(previous?.event?.position).toEqual(positions[2]);
  });

  it('has events of the server among those of its users', async () => {
    const { simulator, client } = await withFive();
    simulator.writeStatistics();
    const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last?.event?.type).toBe('$statsCollected');
    expect(
      (await collect(client.readAll({ direction: FORWARDS, fromPosition: START, maxCount: 1 })))[0]?.event?.type,
    ).toBe('$metadata');
  });

  it('knows no position between two events', async () => {
    const { client } = await withFive();
    const between = collect(client.readAll({ fromPosition: { commit: 3n, prepare: 3n } }));
    expect(await errorOf(between)).toMatchObject({ code: 3 });
  });

  it('is read until those who stop say so', async () => {
    const { simulator, client } = await withFive();
    simulator.faults.inject({ method: 'readAll', behaviour: 'hold', afterEvents: 1 });
    const reading = client.readAll({ maxCount: 5 });
    await new Promise((resolve) => reading.once('data', resolve));
    expect(simulator.journal.of('readAll')).toMatchObject({ received: 1, open: 1, largestLimit: 5 });
    await reading.cancel();
    await simulator.journal.until((journal) => journal.of('readAll').cancelled === 1);
  });
});

describe('A subscription', () => {
  it('catches up, says so, and goes on live', async () => {
    const { client } = await withFive();
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['request-'] }) });
    const events = delivered(subscription, 6);
    await told(subscription, 'caughtUp');
    await client.appendToStream('request-2', ordered(6));
    expect((await events).map(({ event }) => event?.data)).toEqual([1, 2, 3, 4, 5, 6].map((number) => ({ number })));
  });

  it('starts behind the position that it is given', async () => {
    const { client } = await withFive();
    const [, second, third] = await collect(client.readStream('request-1'));
    const subscription = client.subscribeToAll({ fromPosition: second!.event!.position! });
    expect((await delivered(subscription, 1))[0]?.event?.id).toBe(third?.event?.id);
  });

  it('from the end is live at once', async () => {
    const { client } = await withFive();
    const subscription = client.subscribeToAll({ fromPosition: END });
    const events = delivered(subscription, 1);
    await told(subscription, 'caughtUp');
    const event = ordered(6);
    await client.appendToStream('request-1', event);
    expect((await events)[0]?.event?.id).toBe(event.id);
  });

  it.each([
    ['stream names by prefix', streamNameFilter({ prefixes: ['volunteer-', 'area-'] }), ['area-1', 'volunteer-1']],
    ['stream names by expression', streamNameFilter({ regex: '^(area|request)-' }), ['request-1', 'area-1']],
    ['event types by prefix', eventTypeFilter({ prefixes: ['Ord'] }), ['request-1', 'area-1', 'volunteer-1']],
    ['event types by expression', eventTypeFilter({ regex: '^[^$].*' }), ['request-1', 'area-1', 'volunteer-1']],
  ])('filters %s', async (_, filter, streams) => {
    const { client } = await connect();
    for (const stream of ['request-1', 'area-1', 'volunteer-1']) await client.appendToStream(stream, ordered());
    const events = await delivered(client.subscribeToAll({ filter }), streams.length);
    expect(events.map(({ event }) => event?.streamId)).toEqual(streams);
  });

  it('is told how far the server has looked, though nothing matches', async () => {
    const { simulator, client } = await connect({ statisticsEvery: 0 });
    await client.appendToStream(
      'request-1',
      Array.from({ length: 25 }, (_, number) => ordered(number)),
    );
    const checkpoints: Position[] = [];
    const checkpointReached = async (_: unknown, position: Position) => void checkpoints.push(position);
    const filter = streamNameFilter({
      prefixes: ['area-'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached,
    });
    await told(client.subscribeToAll({ filter }), 'caughtUp');
    const positions = simulator.events.map(({ position }) => BigInt(position));
    expect(checkpoints.map(({ commit }) => commit)).toEqual([positions[9], positions[19], positions.at(-1)]);
  });

  it('to one stream waits for it to exist', async () => {
    const { client } = await connect();
    const subscription = client.subscribeToStream('request-1');
    const events = new Promise((resolve) => subscription.once('data', resolve));
    await new Promise((resolve) => subscription.once('confirmation', () => resolve(undefined)));
    await client.appendToStream('request-1', ordered(1));
    expect(await events).toMatchObject({ event: { data: { number: 1 } } });
  });
});
