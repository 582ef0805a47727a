// Reads and subscriptions where the client that the adapter is built on leaves calls open, ends for good or is told wrong
// checkpoints by itself: here reads are bounded, and whoever follows the log sees all of it. What the client does in the same
// trouble shows that the trouble is real.
import { once } from 'node:events';
import { streamNameFilter } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { idsOf, newEvent, newEvents, newStream } from '#libs/event-store/contract';
import type { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import { START_OF_LOG } from '#libs/kernel';
import { bareClient, closeAll, startSimulator } from '../../support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../support/eventstoredb-simulator/index.ts';
import { endOfBareProcess, openStore } from './defects.harness.ts';

let simulator: EventStoreSimulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(closeAll);

describe('5. reads that are broken off', () => {
  it('stay open with the client by itself', async () => {
    await openStore(simulator).append(newStream(), newEvents(500), { expected: 'no-stream' });
    for await (const _ of bareClient(simulator).readAll()) break;
    expect(simulator.journal.of('readAll')).toMatchObject({ open: 1 });
  });

  it('are bounded and cancelled here, however they end', async () => {
    const store = openStore(simulator, { limits: { readAnswerMs: 600_000, pageAnswerMs: 600_000 } });
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
    const store = openStore(simulator, { limits: {} });
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
    const subscription = bareClient(simulator).subscribeToAll({ filter: streamNameFilter({ prefixes: ['request-'] }) });
    const ended = once(subscription, 'error');
    subscription.resume();
    await once(subscription, 'confirmation');
    simulator.dropConnections();
    expect(await ended).toMatchObject([{ type: 'unavailable' }]);
  });

  it.each(['drop', 'end', 'silence', 'duplicate'] as const)('wake here again after %s', async (behaviour) => {
    const [writer, reader] = [openStore(simulator), openStore(simulator)];
    const fault = simulator.faults.inject({ method: 'subscribeToAll', behaviour, afterEvents: 1, times: 1 });
    await seesEverything(writer, reader, 6);
    expect(fault.hits).toBe(1);
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 1);
  });

  it.each(['end-of-log', 'maximum', 'stuck'] as const)('are not listened to: %s', async (checkpoint) => {
    const [writer, reader] = [openStore(simulator), openStore(simulator)];
    simulator.faults.inject({ method: 'subscribeToAll', behaviour: 'checkpoints', checkpoint });
    simulator.writeStatistics(1_500);
    await seesEverything(writer, reader, 3);
  });

  it('are one for all readers, from the first to the last', async () => {
    const store = openStore(simulator);
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
