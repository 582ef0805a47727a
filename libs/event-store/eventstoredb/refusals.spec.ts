// What is refused, by the server or before it is asked, is said as such, without a secret: who may not, what is too large, and
// streams that are gone or that nobody would follow.
import clientDebug from '@eventstore/db-client/dist/utils/debug.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventIdReused } from '#libs/event-store';
import { newEvent, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { InvalidInput } from '#libs/kernel';
import {
  bareClient,
  closeAll,
  failureOf,
  openStore,
  startSimulator,
} from '../../../test/support/eventstoredb-house/index.ts';

const PASSWORD = 'changeit';

afterEach(closeAll);

describe('who may not', () => {
  it('is told that waiting does not help, without the password', async () => {
    const simulator = await startSimulator({ tls: true });
    const store = openStore(simulator.connectionString.replace(PASSWORD, `${PASSWORD}-not`));
    const calls = [store.verify(), store.append(newStream(), newEvents(1), { expected: 'any' })];
    for (const failure of await Promise.all(calls.map(failureOf))) {
      expect(failure.message).toContain('cannot be used: the user or the password is wrong.');
      expect(failure.details).toEqual({ lasting: true });
      expect(JSON.stringify([failure.message, failure.stack, failure])).not.toContain(PASSWORD);
    }
  });

  it('is told so for rights, certificates and TLS', async () => {
    const secure = await startSimulator({
      tls: true,
      credentials: [{ name: 'guest', password: PASSWORD, administrator: false }],
    });
    const guest = await failureOf(openStore(secure.connectionString).verify());
    expect(guest).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('the user may not do this'),
    });
    const untrusted = await failureOf(openStore(secure.connectionString.replace(/&tlsCAFile.*/, '')).verify());
    expect(untrusted).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('its certificate is not trusted'),
    });
    const plain = await startSimulator();
    const spoken = await failureOf(openStore(`esdb://admin:${PASSWORD}@localhost:${String(plain.ports[0])}`).verify());
    expect(spoken).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('it does not speak TLS, which EVENTSTORE_URL asks for'),
    });
    const unspoken = await failureOf(openStore(`esdb://localhost:${String(secure.ports[0])}?tls=false`).verify());
    expect(unspoken.message).toContain('if it wants TLS, EVENTSTORE_URL has to ask for it.');
  });

  it('serves over TLS with credentials, and prints nothing of either for DEBUG', async () => {
    const simulator = await startSimulator({ tls: true });
    const store = openStore(simulator.connectionString);
    await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    expect(await readLog(store)).toHaveLength(1);
    expect(Object.values(clientDebug.debug).filter((channel) => channel.enabled)).toEqual([]);
  });
});

describe('what the server refuses', () => {
  it('is too large: said as such, with nothing stored', async () => {
    const store = openStore((await startSimulator({ maximumAppendSize: 10_000 })).connectionString);
    const large = newEvents(20).map((event) => ({ ...event, data: { note: 'x'.repeat(1_000) } }));
    await expect(store.append(newStream(), large, { expected: 'no-stream' })).rejects.toBeInstanceOf(InvalidInput);
    expect(await readLog(store)).toEqual([]);
  });

  it('is a stream that was deleted, though the server would have it written anew', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const stream = newStream();
    await store.append(stream, newEvents(2), { expected: 'no-stream' });
    await bareClient(simulator).deleteStream(stream);
    for (const direction of ['forwards', 'backwards'] as const) {
      const { message } = await failureOf(store.readStream(stream, { direction }));
      expect(message).toContain('its stream was deleted in the event store; restore it from a backup');
    }
    await expect(store.readStream(newStream())).resolves.toMatchObject({ events: [], lastRevision: -1 });
  });

  it('is a stream deleted for good: said as such, for reading and appending', async () => {
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    const client = bareClient(simulator);
    await client.tombstoneStream(stream);
    const calls = [store.readStream(stream), store.append(stream, newEvents(1), { expected: 0 })];
    for (const { message } of await Promise.all(calls.map(failureOf))) {
      expect(message).toContain('its stream was deleted in the event store; restore it from a backup');
    }
    expect(await readLog(store)).toHaveLength(1);
  });

  it('is refused here already: ids twice, and streams that nobody would follow', async () => {
    const store = openStore((await startSimulator()).connectionString);
    const twice = newEvent();
    await expect(store.append(newStream(), [twice, twice], { expected: 'any' })).rejects.toBeInstanceOf(EventIdReused);
    for (const stream of ['', 'requests', 'volunteer-1', '$ce-request', 'request-ü']) {
      await expect(store.append(stream, newEvents(1), { expected: 'any' })).rejects.toBeInstanceOf(InvalidInput);
    }
    await expect(store.readStream('volunteer-1')).rejects.toBeInstanceOf(InvalidInput);
  });
});
