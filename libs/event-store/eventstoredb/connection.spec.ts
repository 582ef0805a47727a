// A call that begins too late is begun for nobody, and is not left open.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { Unanswered } from './call-failure.ts';
import { serverAddress } from './connection-string.ts';
import { Connection } from './connection.ts';
import { subscriptionRequest } from './read-request.ts';

const SUBSCRIPTION = subscriptionRequest({ streamPrefixes: ['request-'] }, undefined);

describe('a connection to a cluster', () => {
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

  it('cancels what begins after its time, when the nodes were slow to be found', async () => {
    const slow = simulator.faults.inject({ method: 'gossip', behaviour: 'hold' });
    await expect(connection.read(SUBSCRIPTION, 50)).rejects.toBeInstanceOf(Unanswered);
    slow.release();
    const { call } = await connection.read(SUBSCRIPTION, 600_000);
    call.on('error', () => undefined);
    await simulator.journal.until((journal) => journal.of('subscribeToAll').received >= 1);
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 1);
    call.cancel();
    await simulator.journal.until((journal) => journal.of('subscribeToAll').open === 0);
  });

  it('begins nothing once it is closed', async () => {
    const slow = simulator.faults.inject({ method: 'gossip', behaviour: 'hold' });
    const late = connection.read(SUBSCRIPTION, 600_000).catch((error: unknown) => error);
    await slow.reached();
    await connection.close();
    slow.release();
    expect(await late).toMatchObject({ message: 'The event store is closed.' });
    expect(simulator.journal.of('subscribeToAll').received).toBe(0);
  });
});
