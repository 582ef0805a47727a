// What the store does when the server cannot serve, and at the end: one sentence for every trouble, nothing lost, nothing left
// open.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { idsOf, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { START_OF_LOG } from '#libs/kernel';
import {
  closeAll,
  failureOf,
  openStore,
  SHORT_LIMITS,
  startSimulator,
} from '../../../test/support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { failures } from '../../../test/support/eventstoredb-simulator/index.ts';

afterEach(closeAll);

describe('a server that cannot serve', () => {
  it('is opened all the same, is said to be out of reach, and is used once it is there', async () => {
    const simulator = await startSimulator();
    await simulator.shutDown();
    const store = openStore(simulator.connectionString, { limits: { ...SHORT_LIMITS, appendAnswerMs: 5_000 } });
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
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    trouble(simulator);
    const calls = [store.verify(), store.append(newStream(), newEvents(1), { expected: 'no-stream' })];
    for (const failure of await Promise.all(calls.map(failureOf))) expect(failure.message).toContain(reason);
    simulator.setReady(true);
    simulator.faults.releaseAll();
    await store.verify();
  });

  it('says that too few nodes confirm, and loses nothing', async () => {
    const simulator = await startSimulator({ nodes: 3, commitTimeoutMs: 50 });
    const store = openStore(simulator.connectionString);
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
    const simulator = await startSimulator({ nodes: 3 });
    const store = openStore(simulator.connectionString);
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

describe('closing', () => {
  it('waits for appends on their way, leaves no call open and no process alive', async () => {
    const simulator = await startSimulator();
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
    const simulator = await startSimulator();
    const store = openStore(simulator.connectionString);
    await store.verify();
    simulator.faults.inject({ method: 'any', behaviour: 'silence' });
    const append = failureOf(store.append(newStream(), newEvents(1), { expected: 'no-stream' }));
    const read = failureOf(store.readAll({ after: START_OF_LOG }));
    await store.close();
    expect((await append).message).toContain('may or may not');
    expect((await read).message).toMatch(/closed|did not answer/);
  });
});
