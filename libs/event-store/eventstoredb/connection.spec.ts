// Nobody waits longer than the limits say, though no node can be found.
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newEvents, newStream } from '#libs/event-store/contract';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { EventStoreDBStore } from './index.ts';

const APPEND_MS = 900;

let simulator: EventStoreSimulator;
let store: EventStoreDBStore;
beforeEach(async () => {
  simulator = await EventStoreSimulator.start({ nodes: 3 });
  const limits = { appendAnswerMs: 300, appendMs: APPEND_MS };
  store = EventStoreDBStore.open({ url: simulator.connectionString, categories: ['request'], limits });
});
afterEach(async () => {
  simulator.faults.releaseAll();
  await store.close();
  await simulator.stop();
});

it('ends an append in time that fails while another one has the cluster searched', async () => {
  const append = () => store.append(newStream(), newEvents(1), { expected: 'no-stream' });
  await append();
  simulator.faults.inject({ method: ['gossip', 'batchAppend'], behaviour: 'silence' });
  const first = expect(append()).rejects.toThrow('did not answer in time');
  // The first one then looks for another node when the second one comes to it.
  await once(AbortSignal.timeout(150), 'abort');
  const began = performance.now();
  await expect(append()).rejects.toThrow('did not answer in time');
  expect(performance.now() - began).toBeLessThan(3 * APPEND_MS);
  await first;
});
