// Appends where the client that the adapter is built on loses, mixes up or doubles them by itself: here each ends, by what its
// own connection meets, and repeats are recognised. What the client does in the same trouble shows that the trouble is real.
import { NO_STREAM } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WrongExpectedRevision } from '#libs/event-store';
import { idsOf, newEvents, newStream } from '#libs/event-store/contract';
import { Unavailable } from '#libs/kernel';
import { bareClient, closeAll, startSimulator } from '../../support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../support/eventstoredb-simulator/index.ts';
import { bareEvent, endOfBareProcess, LIMITS, NOT_READY, openStore } from './defects.harness.ts';

let simulator: EventStoreSimulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(closeAll);

describe('1. the table of appends that all clients of a process share', () => {
  it('lets one connection’s error reject the append of another, with the client by itself', async () => {
    const [one, other] = [bareClient(simulator), bareClient(simulator)];
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
    const [one, other] = [openStore(simulator), openStore(simulator, { limits: { appendAnswerMs: 10_000 } })];
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
    const store = openStore(simulator, { limits: { ...LIMITS, appendAnswerMs: 10_000 } });
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
    const store = openStore(simulator);
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
    const bare = bareClient(simulator).appendToStream(newStream(), bareEvent(), {
      expectedRevision: NO_STREAM,
      deadline: 100,
    });
    bare.catch(() => undefined);
    const ours = openStore(simulator).append(newStream(), newEvents(1), { expected: 'no-stream' });
    const first = await Promise.race([bare, ours]).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(Unavailable);
    expect((first as Error).message).toContain('The command may or may not have been stored');
    expect(simulator.events.filter(({ stream }) => stream.startsWith('request-'))).toEqual([]);
  });

  it.each(['silence', 'end', 'drop'] as const)(
    'are made again after %s, before and after the effect',
    async (behaviour) => {
      const store = openStore(simulator);
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

describe('4. throwOnAppendFailure', () => {
  it('makes the client by itself report another revision, and means nothing here', async () => {
    const url = `${simulator.connectionString}&throwOnAppendFailure=false`;
    const store = openStore(simulator, { url });
    const stream = newStream();
    await store.append(stream, newEvents(3), { expected: 'no-stream' });
    const bare = await bareClient({ connectionString: url }).appendToStream(stream, bareEvent(), {
      expectedRevision: NO_STREAM,
    });
    expect(bare).toMatchObject({ success: false, nextExpectedRevision: 1n });
    const ours = store.append(stream, newEvents(1), { expected: 'no-stream' });
    await expect(ours).rejects.toBeInstanceOf(WrongExpectedRevision);
    await expect(ours).rejects.toMatchObject({ actual: 2, expected: 'no-stream' });
  });
});

describe('9. repeats that only a cache recognises', () => {
  it('are doubled with “any” once the server has started again, and recognised here at their revision', async () => {
    const store = openStore(simulator);
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
    const store = openStore(simulator);
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    simulator.faults.inject({ method: 'batchAppend', behaviour: 'drop', moment: 'after', times: 1 });
    await expect(store.append(stream, newEvents(1), { expected })).rejects.toThrow('may or may not have been stored');
    expect(simulator.journal.of('batchAppend').received).toBe(2);
  });
});
