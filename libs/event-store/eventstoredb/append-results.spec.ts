// What an append answers is what the log says: repeats are known by their ids and content, and the position is that of the last
// event, though the server answers another.
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { WrongExpectedRevision } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream } from '#libs/event-store/contract';
import { afterwards, closeAll, openStore, startSimulator } from '../../../test/support/eventstoredb-house/index.ts';

/** What servers answer for a position they do not have. */
const NONE = '18446744073709551615';

afterEach(closeAll);

describe('ids on the server', () => {
  it('tell the same events of the same call from anything else', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const stream = newStream();
    const [a, b] = [newEvent(), newEvent()];
    const first = await store.append(stream, [a, b], { expected: 'no-stream' });
    expect(await store.append(stream, [a, b], { expected: 'no-stream' })).toEqual({ ...first, duplicate: true });
    for (const events of [[a], [b, a], [{ ...a, type: 'RequestResolved' }, b], [{ ...a, data: { note: '1' } }, b]]) {
      await expect(store.append(stream, events, { expected: 'no-stream' })).rejects.toBeInstanceOf(
        WrongExpectedRevision,
      );
    }
    const stored = simulator.events.filter((event) => event.stream === stream);
    expect(stored.map(({ id }) => id)).not.toEqual(expect.arrayContaining([a.id]));
    expect(idsOf((await store.readStream(stream)).events)).toEqual([a.id, b.id]);
  });
});

describe('positions', () => {
  it.each([
    ['another event', new sharedMessages.AllStreamPosition().setCommitPosition('1').setPreparePosition('1')],
    ['none', undefined],
    [
      'a number no log reaches',
      new sharedMessages.AllStreamPosition().setCommitPosition(NONE).setPreparePosition(NONE),
    ],
  ])('are those of the last event appended, though the server answers that of %s', async (_name, answered) => {
    const store = openStore((await startSimulator()).connectionString);
    const { position: before } = await store.append(newStream(), newEvents(1), { expected: 'any' });
    const answer = jest.spyOn(streamsMessages.BatchAppendResp.Success.prototype, 'getPosition');
    answer.mockReturnValue(answered);
    afterwards(async () => answer.mockRestore());
    const stream = newStream();
    const results = [
      await store.append(stream, newEvents(3), { expected: 'no-stream' }),
      await store.append(stream, newEvents(1), { expected: 2 }),
    ];
    const { events } = await store.readStream(stream);
    expect(results.map(({ position }) => position)).toEqual([events[2]?.position, events[3]?.position]);
    expect(results.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    expect(results[0]!.position > before).toBe(true);
  });
});
