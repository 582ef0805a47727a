// Every known defect of the client that the adapter is built on is contained. Beside each stands what the client does by
// itself in the same trouble, which shows that the trouble is real.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, jsonEvent, NO_STREAM, streamNameFilter } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WrongExpectedRevision } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream } from '#libs/event-store/contract';
import type { EventStoreDBStoreOptions } from '#libs/event-store/eventstoredb';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import { EventStoreSimulator, failures } from '../support/eventstoredb-simulator/index.ts';

const BARE = fileURLToPath(new URL('./bare-client.child.ts', import.meta.url));

/** Short, so that silence is soon noticed. */
const LIMITS = { appendAnswerMs: 500, appendMs: 4_000, readAnswerMs: 2_000, readMs: 4_000, pollMs: 50 };

const NOT_READY = failures.notReady();

let simulator: EventStoreSimulator;
let opened: (() => Promise<void>)[];
beforeEach(async () => {
  simulator = await EventStoreSimulator.start();
  opened = [];
});
afterEach(async () => {
  simulator.faults.releaseAll();
  for (const close of opened) await close();
  await simulator.stop();
});

function openStore(options: Partial<EventStoreDBStoreOptions> = {}): EventStoreDBStore {
  const url = simulator.connectionString;
  const store = EventStoreDBStore.open({ url, categories: ['request'], limits: LIMITS, ...options });
  opened.push(() => store.close());
  return store;
}

function bareClient(url = simulator.connectionString): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url);
  opened.push(() => client.dispose());
  return client;
}

const bareEvent = () => jsonEvent({ type: 'RequestRaised', data: {} });

/** How a process ends in which the client by itself meets the named trouble. */
async function endOfBareProcess(trouble: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', BARE, trouble],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

describe('1. the table of appends that all clients of a process share', () => {
  it('lets one connection’s error reject the append of another, with the client by itself', async () => {
    const [one, other] = [bareClient(), bareClient()];
    await one.appendToStream(newStream(), bareEvent(), { expectedRevision: NO_STREAM });
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', stream: 'request-held' });
    const waiting = other.appendToStream('request-held', bareEvent(), { expectedRevision: NO_STREAM });
    const outcome = waiting.catch((error: unknown) => error);
    await held.reached();
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'fail', failure: NOT_READY, times: 1 });
    await one.appendToStream(newStream(), bareEvent(), { expectedRevision: NO_STREAM }).catch(() => undefined);
    expect(await outcome).toMatchObject({ type: 'unavailable' });
  });

  it('does not exist here: each is settled by its own connection alone', async () => {
    const [one, other] = [openStore(), openStore({ limits: { appendAnswerMs: 10_000 } })];
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', stream: 'request-held' });
    const waiting = other.append('request-held', newEvents(1), { expected: 'no-stream' });
    await held.reached();
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'fail', failure: NOT_READY, times: 1 });
    await one.append(newStream(), newEvents(1), { expected: 'no-stream' });
    held.release();
    expect(await waiting).toMatchObject({ revision: 0 });
    expect(held.hits).toBe(1);
  });

  it('does not exist here: appends on the old channel and on the new one coexist', async () => {
    const store = openStore({ limits: { ...LIMITS, appendAnswerMs: 10_000 } });
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', stream: 'request-held' });
    const waiting = store.append('request-held', newEvents(1), { expected: 'no-stream' });
    await held.reached();
    simulator.faults.inject({ method: 'readStream', behaviour: 'fail', failure: NOT_READY, times: 1 });
    await store.readStream(newStream());
    await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'end', times: 1 });
    await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    held.release();
    expect(await waiting).toMatchObject({ revision: 0 });
    expect(held.hits).toBe(1);
  });

  it('lets a late reply end the process, with the client by itself', async () => {
    const { code, said } = await endOfBareProcess('late-reply');
    expect(code).not.toBe(0);
    expect(said).toContain('is not iterable');
  });

  it('is not missed when a reply is late: it is dropped, and what it answered was recognised meanwhile', async () => {
    const store = openStore();
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', moment: 'after', times: 1 });
    const [stream, events] = [newStream(), newEvents(1)];
    const result = await store.append(stream, events, { expected: 'no-stream' });
    held.release();
    await store.append(stream, newEvents(1), { expected: 0 });
    expect(result).toMatchObject({ revision: 0, position: (await store.readStream(stream)).events[0]?.position });
    expect((await store.readStream(stream)).lastRevision).toBe(1);
  });
});

describe('2. appends without a time limit', () => {
  it('never settle with the client by itself, and are given up here', async () => {
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'silence' });
    const bare = bareClient().appendToStream(newStream(), bareEvent(), { expectedRevision: NO_STREAM, deadline: 100 });
    bare.catch(() => undefined);
    const ours = openStore().append(newStream(), newEvents(1), { expected: 'no-stream' });
    const first = await Promise.race([bare, ours]).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(Unavailable);
    expect((first as Error).message).toContain('The command may or may not have been stored');
    expect(simulator.events.filter(({ stream }) => stream.startsWith('request-'))).toEqual([]);
  });

  it.each(['silence', 'end', 'drop'] as const)(
    'are made again after %s, before and after the effect',
    async (behaviour) => {
      const store = openStore();
      for (const moment of ['before', 'after'] as const) {
        simulator.faults.inject({ method: 'batchAppend', behaviour, moment, times: 1 });
        const stream = newStream();
        const events = newEvents(2);
        const result = await store.append(stream, events, { expected: 'no-stream' });
        const read = await store.readStream(stream);
        expect(idsOf(read.events)).toEqual(idsOf(events));
        expect(result).toMatchObject({ revision: 1, position: read.events[1]?.position });
      }
    },
  );
});

describe('3. the question for the server’s features, which has no time limit', () => {
  it('holds up the client by itself, and is not asked here', async () => {
    const silent = simulator.faults.inject({ method: 'features', behaviour: 'silence' });
    const bare = bareClient().appendToStream(newStream(), bareEvent(), { expectedRevision: NO_STREAM, deadline: 100 });
    await silent.reached();
    const store = openStore();
    await store.verify();
    const ours = store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    expect(await Promise.race([bare, ours])).toMatchObject({ revision: 0 });
    expect(silent.hits).toBe(1);
  });

  it('has a successor here that is limited: a silent server is told of in time', async () => {
    simulator.faults.inject({ method: 'any', behaviour: 'silence' });
    const limits = { readAnswerMs: 100, readMs: 300 };
    await expect(openStore({ limits }).verify()).rejects.toThrow('did not answer in time');
  });
});

describe('4. throwOnAppendFailure', () => {
  it('makes the client by itself report another revision, and means nothing here', async () => {
    const url = `${simulator.connectionString}&throwOnAppendFailure=false`;
    const store = openStore({ url });
    const stream = newStream();
    await store.append(stream, newEvents(3), { expected: 'no-stream' });
    const bare = await bareClient(url).appendToStream(stream, bareEvent(), { expectedRevision: NO_STREAM });
    expect(bare).toMatchObject({ success: false, nextExpectedRevision: 1n });
    const ours = store.append(stream, newEvents(1), { expected: 'no-stream' });
    await expect(ours).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(ours).rejects.toMatchObject({ actual: 2, expected: 'no-stream' });
  });
});

describe('5. reads that are broken off', () => {
  it('stay open with the client by itself', async () => {
    await openStore().append(newStream(), newEvents(500), { expected: 'no-stream' });
    for await (const _ of bareClient().readAll()) break;
    expect(simulator.journal.of('readAll')).toMatchObject({ open: 1 });
  });

  it('are bounded and cancelled here, however they end', async () => {
    const store = openStore({ limits: { readAnswerMs: 600_000, pageAnswerMs: 600_000 } });
    const stream = newStream();
    await store.append(stream, newEvents(500), { expected: 'no-stream' });
    simulator.journal.clear();
    await store.readAll({ after: START_OF_LOG, limit: 10 });
    await store.readStream(stream, { limit: 10 });
    for (const method of ['readAll', 'readStream'] as const) {
      const held = simulator.faults.inject({ method, behaviour: 'silence', afterEvents: 5, times: 1 });
      const leaving = new AbortController();
      const { signal } = leaving;
      const read =
        method === 'readAll' ? store.readAll({ after: START_OF_LOG, signal }) : store.readStream(stream, { signal });
      read.catch(() => undefined);
      await held.reached();
      leaving.abort(new Error('the caller left'));
      await expect(read).rejects.toThrow('the caller left');
      await simulator.journal.until((journal) => journal.of(method).open === 0);
      expect(simulator.journal.of(method).largestLimit).toBeLessThanOrEqual(1_001);
    }
  });

  it('leave the connection to the others', async () => {
    const store = openStore({ limits: {} });
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    const connections = simulator.faults.inject({ method: 'connect', behaviour: 'duplicate' });
    const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', times: 1 });
    const waiting = store.append(stream, newEvents(1), { expected: 0 });
    await held.reached();
    for (let read = 0; read < 20; read += 1) await store.readAll({ after: START_OF_LOG, limit: 1 });
    const leaving = new AbortController();
    const left = store.readStream(stream, { signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toThrow();
    held.release();
    expect(await waiting).toMatchObject({ revision: 1 });
    await store.append(stream, newEvents(1), { expected: 1 });
    expect(simulator.journal.of('batchAppend')).toMatchObject({ received: 3, answered: 3, cancelled: 0 });
    expect(connections.hits).toBe(0);
  });
});

describe('6. listeners that throw', () => {
  it('end a process that uses the client by itself', async () => {
    const { code, said } = await endOfBareProcess('throwing-checkpoint');
    expect(code).not.toBe(0);
    expect(said).toContain('thrown in checkpointReached');
  });
});

describe('7. subscriptions that end, and 8. checkpoints that are wrong', () => {
  it('end for good with the client by itself', async () => {
    const subscription = bareClient().subscribeToAll({ filter: streamNameFilter({ prefixes: ['request-'] }) });
    const ended = once(subscription, 'error');
    subscription.resume();
    await once(subscription, 'confirmation');
    simulator.dropConnections();
    expect(await ended).toMatchObject([{ type: 'unavailable' }]);
  });

  it.each(['drop', 'end', 'silence', 'duplicate'] as const)('wake here again after %s', async (behaviour) => {
    const [writer, reader] = [openStore(), openStore()];
    const fault = simulator.faults.inject({ method: 'subscribeToAll', behaviour, afterEvents: 1, times: 1 });
    await seesEverything(writer, reader, 6);
    expect(fault.hits).toBe(1);
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 1);
  });

  it.each(['end-of-log', 'maximum', 'stuck'] as const)('are not listened to: %s', async (checkpoint) => {
    const [writer, reader] = [openStore(), openStore()];
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'checkpoints', checkpoint });
    simulator.writeStatistics(1_500);
    await seesEverything(writer, reader, 3);
  });

  it('are one for all readers, from the first to the last', async () => {
    const store = openStore();
    const leaving = [new AbortController(), new AbortController(), new AbortController()];
    const readers = leaving.map(({ signal }) => store.wakeups(signal)[Symbol.asyncIterator]());
    await Promise.all(readers.map((reader) => reader.next()));
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 1);
    expect(simulator.journal.of('subscribeToAll').received).toBe(1);
    for (const left of leaving) left.abort();
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 0);
  });
});

/** Reads on at every wake-up, and between them not at all. */
async function seesEverything(writer: EventStoreDBStore, reader: EventStoreDBStore, count: number): Promise<void> {
  const leave = new AbortController();
  const seen: string[] = [];
  let after = START_OF_LOG;
  const appended: string[] = [];
  for await (const _ of reader.wakeups(leave.signal)) {
    for (;;) {
      const page = await reader.readAll({ after });
      seen.push(...idsOf(page.events));
      after = page.next;
      if (page.next >= page.head) break;
    }
    expect(seen).toEqual(appended.slice(0, seen.length));
    if (seen.length < appended.length) continue;
    if (appended.length === count) break;
    const event = newEvent();
    appended.push(event.id);
    await writer.append(newStream(), [event], { expected: 'no-stream' });
  }
  expect(seen).toEqual(appended);
  leave.abort();
}

describe('9. repeats that only a cache recognises', () => {
  it('are doubled with “any” once the server has started again, and recognised here at their revision', async () => {
    const store = openStore();
    const [careless, exact, events] = [newStream(), newStream(), newEvents(2)];
    await store.append(careless, events, { expected: 'any' });
    const first = await store.append(exact, events, { expected: 'no-stream' });
    await simulator.restart();
    await store.head();
    await store.append(careless, events, { expected: 'any' });
    const again = await store.append(exact, events, { expected: 'no-stream' });
    expect(again).toEqual({ ...first, duplicate: true });
    const lastRevisions = [await store.readStream(careless), await store.readStream(exact)].map(
      (page) => page.lastRevision,
    );
    expect(lastRevisions).toEqual([3, 1]);
  });

  it.each(['any', 'exists'] as const)('are not risked with “%s”: an unknown outcome is told', async (expected) => {
    const store = openStore();
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'drop', moment: 'after', times: 1 });
    await expect(store.append(stream, newEvents(1), { expected })).rejects.toThrow('may or may not have been stored');
    expect(simulator.journal.of('batchAppend').received).toBe(2);
  });
});

describe('beyond the list: what the client does when a connection fails', () => {
  it('rejects where nobody listens, which is caught here: a node that names no leader', async () => {
    const store = openStore();
    const stream = newStream();
    const trailers = { exception: 'not-leader' };
    const failure = { ...failures.notLeader({ address: '', port: 0 }), trailers };
    for (const method of ['readStream', 'batchAppend'] as const) {
      const fault = simulator.faults.inject({ method, behaviour: 'fail', failure, times: 1 });
      const { lastRevision } = await store.readStream(stream);
      await store.append(stream, newEvents(1), { expected: lastRevision < 0 ? 'no-stream' : lastRevision });
      expect(fault.hits).toBe(1);
    }
    expect((await store.readStream(stream)).lastRevision).toBe(1);
  });
});

describe('10. the client’s successor in the same process', () => {
  it('is not installed', () => {
    const lock = readFileSync(fileURLToPath(new URL('../../package-lock.json', import.meta.url)), 'utf8');
    expect(lock).toContain('"node_modules/@eventstore/db-client"');
    expect(lock).not.toContain('@kurrent/');
  });
});
