// The store on a server keeps the contract of the port: through the simulator in every run, and on a real server when
// TEST_EVENTSTORE_URL names one, which may be shared, since every test has a prefix of its own.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { eventStoreContract } from '#libs/event-store/contract';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { EventStoreDBStore } from './index.ts';

const SERVER = process.env['TEST_EVENTSTORE_URL'];
/** What a mebibyte of text and its envelope need; the server's EVENTSTORE_MAX_APPEND_SIZE. */
const MAXIMUM_APPEND_SIZE = 4 * 1024 * 1024;

let simulator: EventStoreSimulator;
beforeAll(async () => {
  simulator = await EventStoreSimulator.start({ maximumAppendSize: MAXIMUM_APPEND_SIZE });
});
afterAll(() => simulator.stop());

eventStoreContract('EventStoreDBStore on the simulator', () => openOn(simulator.connectionString));

if (SERVER !== undefined) {
  eventStoreContract('EventStoreDBStore on the server of TEST_EVENTSTORE_URL', () => openOn(SERVER));
}

function openOn(url: string) {
  const prefix = `test${randomBytes(6).toString('hex')}.`;
  const open = () => EventStoreDBStore.open({ url, categories: ['request'], prefix });
  let store = open();
  return Promise.resolve({
    store,
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    discard: () => store.close(),
  });
}
