// What the store does when the server cannot serve, when others write into its streams, and at the end: one sentence for
// every trouble, nothing skipped, nothing left open.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { EventStoreDBClient, binaryEvent, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import clientDebug from '@eventstore/db-client/dist/utils/debug.js';
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js';
import streamsMessages from '@eventstore/db-client/generated/streams_pb.js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EventIdReused, UnreadableEvent, WrongExpectedRevision, defineCodec } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { InvalidInput, START_OF_LOG, Unavailable } from '#libs/kernel';
import { z } from 'zod';
import type { SimulatorOptions } from '../../../test/support/eventstoredb-simulator/index.ts';
import { EventStoreSimulator, failures } from '../../../test/support/eventstoredb-simulator/index.ts';
import type { EventStoreDBStoreOptions } from './index.ts';
import { EventStoreDBStore } from './index.ts';

const LIMITS = {
  appendAnswerMs: 800,
  appendMs: 1_200,
  readAnswerMs: 800,
  readMs: 1_200,
  pageAnswerMs: 800,
  pollMs: 50,
};
const PASSWORD = 'changeit';
/** What servers answer for a position they do not have. */
const NONE = '18446744073709551615';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: SimulatorOptions = {}): Promise<EventStoreSimulator> {
  const simulator = await EventStoreSimulator.start(options);
  closing.push(() => simulator.stop());
  return simulator;
}

function open(url: string, options: Partial<EventStoreDBStoreOptions> = {}): EventStoreDBStore {
  const store = EventStoreDBStore.open({ url, categories: ['request', 'area'], limits: LIMITS, ...options });
  closing.push(() => store.close());
  return store;
}

async function failureOf(call: Promise<unknown>): Promise<Unavailable> {
  const failure = await call.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Unavailable);
  return failure as Unavailable;
}

describe('a server that cannot serve', () => {
  it('is opened all the same, is said to be out of reach, and is used once it is there', async () => {
    const simulator = await start();
    await simulator.shutDown();
    const store = open(simulator.connectionString, { limits: { ...LIMITS, appendAnswerMs: 5_000 } });
    const failure = await failureOf(store.verify());
    expect(failure.message).toBe(`EventStoreDB at ${store.name} cannot be used now: it cannot be reached.`);
    expect(failure.details).toEqual({});
    const append = store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    expect((await failureOf(append)).message).not.toContain('may or may not');
    await simulator.startUp();
    await store.verify();
    await expect(store.append(newStream(), newEvents(1), { expected: 'any' })).resolves.toMatchObject({ revision: 0 });
  });

  it.each([
    ['it is not ready', (simulator: EventStoreSimulator) => simulator.setReady(false)],
    [
      'it did not answer in time',
      (simulator: EventStoreSimulator) => simulator.faults.inject({ method: 'any', behaviour: 'silence' }),
    ],
    [
      'it failed',
      (simulator: EventStoreSimulator) =>
        simulator.faults.inject({ method: 'any', behaviour: 'fail', failure: failures.unknown() }),
    ],
  ] as const)('says why: %s', async (reason, trouble) => {
    const simulator = await start();
    const store = open(simulator.connectionString);
    trouble(simulator);
    const calls = [store.verify(), store.append(newStream(), newEvents(1), { expected: 'no-stream' })];
    for (const failure of await Promise.all(calls.map(failureOf))) expect(failure.message).toContain(reason);
    simulator.setReady(true);
    simulator.faults.releaseAll();
    await store.verify();
  });

  it('says that too few nodes confirm, and loses nothing', async () => {
    const simulator = await start({ nodes: 3, commitTimeoutMs: 50 });
    const store = open(simulator.connectionString);
    await store.verify();
    simulator.loseQuorum();
    const [stream, events] = [newStream(), newEvents(2)];
    const failure = await failureOf(store.append(stream, events, { expected: 'no-stream' }));
    expect(failure.message).toContain(
      'perhaps too few of them are running. The command may or may not have been stored',
    );
    simulator.regainQuorum();
    await store.append(stream, events, { expected: 'no-stream' });
    expect(idsOf((await store.readStream(stream)).events)).toEqual(idsOf(events));
  });

  it('says that there is no leader, and follows the next one', async () => {
    const simulator = await start({ nodes: 3 });
    const store = open(simulator.connectionString);
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    simulator.loseLeader();
    expect((await failureOf(store.append(stream, newEvents(1), { expected: 0 }))).message).toMatch(
      /not ready|no leader/,
    );
    for (const leader of [0, 1, 2, 0]) {
      simulator.changeLeader(leader);
      const { lastRevision } = await store.readStream(stream);
      await store.append(stream, newEvents(1), { expected: lastRevision });
    }
    expect((await readLog(store)).length).toBeGreaterThanOrEqual(5);
  });
});

describe('who may not', () => {
  it('is told that waiting does not help, without the password', async () => {
    const simulator = await start({ tls: true });
    const store = open(simulator.connectionString.replace(PASSWORD, `${PASSWORD}-not`));
    const calls = [store.verify(), store.append(newStream(), newEvents(1), { expected: 'any' })];
    for (const failure of await Promise.all(calls.map(failureOf))) {
      expect(failure.message).toContain('cannot be used: the user or the password is wrong.');
      expect(failure.details).toEqual({ lasting: true });
      expect(JSON.stringify([failure.message, failure.stack, failure])).not.toContain(PASSWORD);
    }
  });

  it('is told so for rights, certificates and TLS', async () => {
    const secure = await start({
      tls: true,
      credentials: [{ name: 'guest', password: PASSWORD, administrator: false }],
    });
    const guest = await failureOf(open(secure.connectionString).verify());
    expect(guest).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('the user may not do this'),
    });
    const untrusted = await failureOf(open(secure.connectionString.replace(/&tlsCAFile.*/, '')).verify());
    expect(untrusted).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('its certificate is not trusted'),
    });
    const plain = await start();
    const spoken = await failureOf(open(`esdb://admin:${PASSWORD}@localhost:${String(plain.ports[0])}`).verify());
    expect(spoken).toMatchObject({
      details: { lasting: true },
      message: expect.stringContaining('it does not speak TLS, which EVENTSTORE_URL asks for'),
    });
    const unspoken = await failureOf(open(`esdb://localhost:${String(secure.ports[0])}?tls=false`).verify());
    expect(unspoken.message).toContain('if it wants TLS, EVENTSTORE_URL has to ask for it.');
  });

  it('serves over TLS with credentials, and prints nothing of either for DEBUG', async () => {
    const simulator = await start({ tls: true });
    const store = open(simulator.connectionString);
    await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    expect(await readLog(store)).toHaveLength(1);
    expect(Object.values(clientDebug.debug).filter((channel) => channel.enabled)).toEqual([]);
  });
});

describe('what the server refuses', () => {
  it('is too large: said as such, with nothing stored', async () => {
    const store = open((await start({ maximumAppendSize: 10_000 })).connectionString);
    const large = newEvents(20).map((event) => ({ ...event, data: { note: 'x'.repeat(1_000) } }));
    await expect(store.append(newStream(), large, { expected: 'no-stream' })).rejects.toBeInstanceOf(InvalidInput);
    expect(await readLog(store)).toEqual([]);
  });

  it('is a deleted stream: said as such, for reading and appending', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString);
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
    const store = open((await start()).connectionString);
    const twice = newEvent();
    await expect(store.append(newStream(), [twice, twice], { expected: 'any' })).rejects.toBeInstanceOf(EventIdReused);
    for (const stream of ['', 'requests', 'volunteer-1', '$ce-request', 'request-ü']) {
      await expect(store.append(stream, newEvents(1), { expected: 'any' })).rejects.toBeInstanceOf(InvalidInput);
    }
    await expect(store.readStream('volunteer-1')).rejects.toBeInstanceOf(InvalidInput);
  });
});

describe('what others wrote', () => {
  it('into our streams is handed on without content, and is unreadable only to those who decode it', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString);
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
    const simulator = await start();
    const store = open(simulator.connectionString);
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
    const { connectionString } = await start();
    const [one, other] = ['one.', 'other.'].map((prefix) => open(connectionString, { prefix }));
    await one!.append('request-1', newEvents(2), { expected: 'no-stream' });
    await other!.append('request-1', newEvents(1), { expected: 'no-stream' });
    expect((await readLog(one!)).map(({ stream }) => stream)).toEqual(['request-1', 'request-1']);
    expect(await readLog(other!)).toHaveLength(1);
  });
});

describe('the end of a page', () => {
  it('is never the head of a node that knows more than the one that was read', async () => {
    const simulator = await start({ nodes: 3 });
    const [writer, reader] = [open(simulator.connectionString), open(simulator.connectionString)];
    await writer.append(newStream(), newEvents(5), { expected: 'no-stream' });
    const full = await reader.head();
    simulator.lag(1, 3);
    const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', times: 1 });
    const page = reader.readAll({ after: START_OF_LOG, types: ['RequestRaised'] });
    await held.reached();
    simulator.changeLeader(1);
    await reader.readStream(newStream());
    held.release();
    const { events, next } = await page;
    expect(next).toBe(events.at(-1)?.position);
    expect(next < full).toBe(true);
  });

  it('is never an event that was appended while the page was read', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString, { limits: {} });
    await store.append(newStream(), newEvents(3), { expected: 'no-stream' });
    const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', afterEvents: 2, times: 2 });
    const page = store.readAll({ after: START_OF_LOG, types: ['RequestRaised'] });
    await held.reached(2);
    await simulator.journal.until((journal) => journal.of('readAll').events === 3);
    const { position } = await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    held.release();
    const { events, next } = await page;
    expect(next >= position).toBe(events.length === 4);
  });

  it('is not believed when the call ended early', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString);
    const { position } = await store.append(newStream(), newEvents(5), { expected: 'no-stream' });
    // The first of the two meets the question for the head, which is answered with one event.
    const cut = simulator.faults.inject({ method: 'readAll', behaviour: 'end', afterEvents: 2, times: 2 });
    const page = await store.readAll({ after: START_OF_LOG });
    expect(cut.hits).toBe(2);
    expect(page).toMatchObject({ next: position, head: position });
    expect(page.events).toHaveLength(5);
    simulator.faults.inject({ method: 'readAll', behaviour: 'end', times: 1 });
    expect(await store.head()).toBe(position);
    const [{ stream } = { stream: '' }] = page.events;
    for (const options of [{}, { direction: 'backwards' }, { from: 9 }] as const) {
      simulator.faults.inject({ method: 'readStream', behaviour: 'end', times: 1 });
      expect((await store.readStream(stream, options)).lastRevision).toBe(4);
    }
  });
});

describe('ids on the server', () => {
  it('tell the same events of the same call from anything else', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString);
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
    const store = open((await start()).connectionString);
    const { position: before } = await store.append(newStream(), newEvents(1), { expected: 'any' });
    const answer = jest.spyOn(streamsMessages.BatchAppendResp.Success.prototype, 'getPosition');
    answer.mockReturnValue(answered);
    closing.push(async () => answer.mockRestore());
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

describe('closing', () => {
  it('waits for appends on their way, leaves no call open and no process alive', async () => {
    const simulator = await start();
    const script = `
      const { EventStoreDBStore } = await import('#libs/event-store/eventstoredb');
      const store = EventStoreDBStore.open({ url: process.argv[1], categories: ['request'] });
      const leaving = store.wakeups(new AbortController().signal)[Symbol.asyncIterator]();
      await leaving.next();
      const metadata = { version: 1, commandId: '' };
      const event = { id: crypto.randomUUID(), type: 'RequestRaised', data: {}, metadata };
      const append = store.append('request-1', [event], { expected: 'no-stream' });
      await store.close();
      console.log((await append).revision);`;
    const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, [...args, simulator.connectionString], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(printed).toBe('0\n');
    const open = Object.values(simulator.journal.figures()).map((figures) => figures.open);
    expect(Math.max(...open)).toBe(0);
  });

  it('is bounded when the server is silent', async () => {
    const simulator = await start();
    const store = open(simulator.connectionString);
    await store.verify();
    simulator.faults.inject({ method: 'any', behaviour: 'silence' });
    const append = failureOf(store.append(newStream(), newEvents(1), { expected: 'no-stream' }));
    const read = failureOf(store.readAll({ after: START_OF_LOG }));
    await store.close();
    expect((await append).message).toContain('may or may not');
    expect((await read).message).toMatch(/closed|did not answer/);
  });
});

function bareClient(simulator: EventStoreSimulator): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(simulator.connectionString);
  closing.push(() => client.dispose());
  return client;
}
