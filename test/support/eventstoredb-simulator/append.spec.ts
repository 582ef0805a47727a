// Appends, as a client of the protocol sees them.
import { randomUUID } from 'node:crypto';
import { ANY, binaryEvent, END, BACKWARDS, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, collect, connect, errorOf, ordered, reconnected, revisions } from './specs.harness.ts';

afterEach(closeAll);

/** Credentials make the client append one by one instead of in batches. */
const ONE_BY_ONE = { credentials: { username: 'admin', password: 'changeit' } };
const WAYS = [
  ['in batches', {}],
  ['one by one', ONE_BY_ONE],
] as const;

describe.each(WAYS)('An append %s', (_, way) => {
  it('is read back as it was, with its revision and position', async () => {
    const { client } = await connect();
    const bytes = binaryEvent({ type: 'Scanned', data: Buffer.from([1, 2, 3]), metadata: { by: 'office' } });
    const result = await client.appendToStream('request-1', [ordered(7), bytes], {
      expectedRevision: NO_STREAM,
      ...way,
    });
    const [first, second] = await collect(client.readStream('request-1'));
    expect(first?.event).toMatchObject({ type: 'Ordered', data: { number: 7 }, isJson: true, revision: 0n });
    expect(second?.event).toMatchObject({ id: bytes.id, metadata: { by: 'office' }, isJson: false, revision: 1n });
    expect(Buffer.from(second!.event!.data as Uint8Array)).toEqual(Buffer.from([1, 2, 3]));
    expect(result).toEqual({ success: true, nextExpectedRevision: 1n, position: second?.event?.position });
  });

  it('is refused with both revisions when the stream is elsewhere', async () => {
    const { client } = await connect();
    const append = (expectedRevision: bigint | typeof NO_STREAM | typeof STREAM_EXISTS) =>
      client.appendToStream('request-1', ordered(), { expectedRevision, ...way });
    expect(await errorOf(append(4n))).toMatchObject({ expectedVersion: 4n, actualVersion: 'no_stream' });
    expect(await errorOf(append(STREAM_EXISTS))).toMatchObject({ expectedVersion: 'stream_exists' });
    await append(NO_STREAM);
    expect(await errorOf(append(NO_STREAM))).toMatchObject({
      type: 'wrong-expected-version',
      streamName: 'request-1',
      expectedVersion: 'no_stream',
      actualVersion: 0n,
    });
    expect(await append(STREAM_EXISTS)).toMatchObject({ nextExpectedRevision: 1n });
  });

  it('is recognised by its ids at an exact revision, also when others have appended since', async () => {
    const { simulator, client } = await connect();
    const events = [ordered(1), ordered(2)];
    const first = await client.appendToStream('request-1', events, { expectedRevision: NO_STREAM, ...way });
    await client.appendToStream('request-1', ordered(3), { expectedRevision: 1n, ...way });
    await simulator.restart();
    const again = await reconnected(simulator);
    expect(await again.appendToStream('request-1', events, { expectedRevision: NO_STREAM, ...way })).toEqual(first);
    const half = again.appendToStream('request-1', [events[0]!, ordered()], { expectedRevision: NO_STREAM, ...way });
    expect(await errorOf(half)).toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
    const longer = again.appendToStream('request-1', [...events, ordered()], { expectedRevision: NO_STREAM, ...way });
    expect(await errorOf(longer)).toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
    expect(await collect(again.readStream('request-1'))).toHaveLength(3);
  });

  it('larger than the server takes is refused', async () => {
    const { client } = await connect({ maximumAppendSize: 200 });
    const large = binaryEvent({ type: 'Scanned', data: Buffer.alloc(300) });
    const error = await errorOf(client.appendToStream('request-1', large, way));
    expect(error).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 200 });
  });
});

describe('An append', () => {
  it('of an id that another stream has is taken', async () => {
    const { client } = await connect();
    const event = ordered(1, randomUUID());
    await client.appendToStream('request-1', event, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream('request-2', event, { expectedRevision: NO_STREAM })).toMatchObject({
      success: true,
    });
  });

  it('that expects nothing is recognised only while its ids are remembered', async () => {
    const { client } = await connect({ recentIds: 2 });
    const event = ordered();
    await client.appendToStream('request-1', event, { expectedRevision: ANY });
    expect(await client.appendToStream('request-1', event, { expectedRevision: ANY })).toMatchObject({
      nextExpectedRevision: 0n,
    });
    await client.appendToStream('request-2', [ordered(), ordered()]);
    expect(await client.appendToStream('request-1', event, { expectedRevision: ANY })).toMatchObject({
      nextExpectedRevision: 1n,
    });
  });

  it('is taken whole when it comes in fragments', async () => {
    const { client } = await connect();
    const events = Array.from({ length: 40 }, (_, number) => ordered(number));
    await client.appendToStream('request-1', events, { expectedRevision: NO_STREAM, batchAppendSize: 200 });
    const read = await collect(client.readStream('request-1'));
    expect(read.map(({ event }) => event?.data)).toEqual(events.map(({ data }) => data));
  });

  it('whose time has run out is not taken', async () => {
    const { client } = await connect();
    const late = client.appendToStream('request-1', ordered(), { deadline: -1 });
    expect(await errorOf(late)).toMatchObject({ type: 'deadline-exceeded' });
    expect(await errorOf(collect(client.readStream('request-1')))).toMatchObject({ type: 'stream-not-found' });
  });
});

describe('A deleted stream', () => {
  it('is missing, and goes on behind its old events when it is written to again', async () => {
    const { client } = await connect();
    await client.appendToStream('request-1', [ordered(1), ordered(2)]);
    expect(await client.deleteStream('request-1', { expectedRevision: 1n })).toHaveProperty('position');
    expect(await errorOf(collect(client.readStream('request-1')))).toMatchObject({ type: 'stream-not-found' });
    expect(
      await errorOf(client.appendToStream('request-1', ordered(), { expectedRevision: STREAM_EXISTS })),
    ).toMatchObject({
      type: 'stream-deleted',
    });
    await client.appendToStream('request-1', ordered(3), { expectedRevision: NO_STREAM });
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([2]);
  });

  it('is refused at another revision', async () => {
    const { client } = await connect();
    await client.appendToStream('request-1', ordered());
    expect(await errorOf(client.deleteStream('request-1', { expectedRevision: 5n }))).toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: 5n,
      actualVersion: 0n,
    });
  });

  it('is gone for good when it was tombstoned', async () => {
    const { client } = await connect();
    await client.appendToStream('request-1', ordered());
    await client.tombstoneStream('request-1');
    const gone = { type: 'stream-deleted', streamName: 'request-1' };
    expect(await errorOf(collect(client.readStream('request-1')))).toMatchObject(gone);
    expect(await errorOf(client.appendToStream('request-1', ordered()))).toMatchObject(gone);
    expect(await errorOf(client.appendToStream('request-1', ordered(), ONE_BY_ONE))).toMatchObject(gone);
    const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last?.event).toMatchObject({ streamId: 'request-1', type: '$streamDeleted' });
  });
});
