// A call that begins too late is begun for nobody, and is not left open.
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { Unanswered } from './call-failure.ts';
import { serverAddress } from './connection-string.ts';
import { Connection } from './connection.ts';
import { subscriptionRequest } from './read-request.ts';

const SUBSCRIPTION = subscriptionRequest({ streamPrefixes: ['request-'] }, undefined);
const LONG_MS = 600_000;

let simulator: EventStoreSimulator;
let connection: Connection;
beforeEach(async () => {
  simulator = await EventStoreSimulator.start({ nodes: 3 });
  connection = new Connection(serverAddress(simulator.connectionString));
});
afterEach(async () => {
  simulator.faults.releaseAll();
  await connection.close();
  await simulator.stop();
});

it('is cancelled when the nodes were slow to be found', async () => {
  const slow = simulator.faults.inject({ method: 'gossip', behaviour: 'hold' });
  await expect(connection.read(SUBSCRIPTION, 50)).rejects.toBeInstanceOf(Unanswered);
  slow.release();
  const { call } = await connection.read(SUBSCRIPTION, LONG_MS);
  call.on('error', () => undefined);
  // Over one connection the server has met the late one before this.
  await once(call, 'data');
  await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 1);
  call.cancel();
  await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 0);
});

it('is not begun once the connection is closed', async () => {
  const slow = simulator.faults.inject({ method: 'gossip', behaviour: 'hold' });
  const late = connection.read(SUBSCRIPTION, LONG_MS).catch((error: unknown) => error);
  await slow.reached();
  await connection.close();
  slow.release();
  expect(await late).toMatchObject({ message: 'The event store is closed.' });
  expect(simulator.journal.of('subscribeToAll').received).toBe(0);
});
