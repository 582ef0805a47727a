// What others write to the server stops nobody: in our streams it has no content and cannot be decoded, elsewhere it is not in
// the log.
import { binaryEvent, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UnreadableEvent, defineCodec } from '#libs/event-store';
import { newEvent, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { z } from 'zod';
import { bareClient, closeAll, openStore, startSimulator } from '../../../test/support/eventstoredb-house/index.ts';

afterEach(closeAll);

describe('what others wrote', () => {
  it('into our streams is handed on without content, and is unreadable only to those who decode it', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const stream = newStream();
    const ours = newEvent('RequestRaised', { note: 'ours' });
    await store.append(stream, [ours], { expected: 'no-stream' });
    const client = bareClient(simulator);
    const metadata = { ...newEvent().metadata };
    await client.appendToStream(stream, [
      jsonEvent({ type: 'RequestRaised', data: { secret: 'theirs' } }),
      jsonEvent({ type: 'RequestRaised', data: { secret: 'theirs' }, metadata }),
      binaryEvent({ type: 'RequestRaised', data: Buffer.from('{"secret":"theirs"}'), metadata: Buffer.from('{') }),
      jsonEvent({ type: 'RequestRaised', data: ['secret'], metadata: { id: ours.id, metadata } }),
    ]);
    await store.append(stream, newEvents(1), { expected: 4 });
    const log = await readLog(store, 2);
    expect(log.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5]);
    const codec = defineCodec({ RequestRaised: { version: 1, schema: z.looseObject({}) } });
    expect(codec.decode(log[0]!)).toMatchObject({ id: ours.id });
    for (const theirs of log.slice(1, 5)) {
      expect(theirs).toMatchObject({ data: {}, metadata: { version: 0 }, type: 'RequestRaised' });
      expect(() => codec.decode(theirs)).toThrow(UnreadableEvent);
      expect(JSON.stringify(theirs)).not.toMatch(/secret|theirs/);
    }
  });

  it('elsewhere is not in the log, whatever its type, and holds up nobody', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const client = bareClient(simulator);
    const foreign = Array.from({ length: 30 }, () => jsonEvent({ type: 'RequestRaised', data: {} }));
    await client.appendToStream('requests-1', foreign, { expectedRevision: NO_STREAM });
    const { position } = await store.append('request-1', [newEvent()], { expected: 'no-stream' });
    await client.appendToStream('requests-2', foreign, { expectedRevision: NO_STREAM });
    expect(await store.head()).toBe(position);
    for (const types of [undefined, ['RequestRaised'], ['RequestRais']]) {
      const log = await readLog(store, 4, types);
      expect(log).toHaveLength(types?.[0] === 'RequestRais' ? 0 : 1);
    }
  });

  it('under another prefix on the same server is another house’s', async () => {
    const { connectionString } = await startSimulator();
    const [one, other] = ['one.', 'other.'].map((prefix) => openStore(connectionString, { prefix }));
    await one!.append('request-1', newEvents(2), { expected: 'no-stream' });
    await other!.append('request-1', newEvents(1), { expected: 'no-stream' });
    expect((await readLog(one!)).map(({ stream }) => stream)).toEqual(['request-1', 'request-1']);
    expect(await readLog(other!)).toHaveLength(1);
  });
});
