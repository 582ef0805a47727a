// Connections where the client that the adapter is built on waits for ever or rejects where nobody listens: here they begin in
// time and fail to whoever asked.
import { readFileSync } from 'node:fs';
import { NO_STREAM } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newEvents, newStream } from '#libs/event-store/contract';
import { bareClient, closeAll, startSimulator } from '../../support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../support/eventstoredb-simulator/index.ts';
import { failures } from '../../support/eventstoredb-simulator/index.ts';
import { bareEvent, openStore } from './defects.harness.ts';

let simulator: EventStoreSimulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(closeAll);

describe('3. the question for the server’s features, which has no time limit', () => {
  it('holds up the client by itself, and is not asked here', async () => {
    const silent = simulator.faults.inject({ method: 'features', behaviour: 'silence' });
    const bare = bareClient(simulator).appendToStream(newStream(), bareEvent(), {
      expectedRevision: NO_STREAM,
      deadline: 100,
    });
    await silent.reached();
    const store = openStore(simulator);
    await store.verify();
    const ours = store.append(newStream(), newEvents(1), { expected: 'no-stream' });
    expect(await Promise.race([bare, ours])).toMatchObject({ revision: 0 });
    expect(silent.hits).toBe(1);
  });

  it('has a successor here that is limited: a silent server is told of in time', async () => {
    simulator.faults.inject({ method: 'any', behaviour: 'silence' });
    const limits = { readAnswerMs: 100, readMs: 300 };
    await expect(openStore(simulator, { limits }).verify()).rejects.toThrow('did not answer in time');
  });
});

describe('beyond the list: what the client does when a connection fails', () => {
  it('rejects where nobody listens, which is caught here: a node that names no leader', async () => {
    const store = openStore(simulator);
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
    const lock = readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8');
    expect(lock).toContain('"node_modules/@eventstore/db-client"');
    expect(lock).not.toContain('@kurrent/');
  });
});
