// Whoever looks for rare types in a long log gets to the end of it, however long the server needs to look through it.
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newEvents, newStream } from '#libs/event-store/contract';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import { EventStoreDBStore } from './index.ts';

const PAGE_ANSWER_MS = 400;
const RARE = ['AreaAdded'];

let simulator: EventStoreSimulator;
let store: EventStoreDBStore;
beforeEach(async () => {
  simulator = await EventStoreSimulator.start();
  const limits = { readMs: 0, pageAnswerMs: PAGE_ANSWER_MS };
  store = EventStoreDBStore.open({ url: simulator.connectionString, categories: ['request'], limits });
  await store.append(newStream(), newEvents(1), { expected: 'no-stream' });
});
afterEach(async () => {
  simulator.faults.releaseAll();
  await store.close();
  await simulator.stop();
});

/** Lets the look at the head pass, the call and the event it answers, and has the page that follows it take long. */
const searchFor = async (milliseconds: number, types: readonly string[]) => {
  const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', skip: 2, times: 1 });
  const searching = store.readAll({ after: START_OF_LOG, types });
  const [outcome] = await Promise.allSettled([
    searching,
    held.reached().then(async () => {
      await setTimeout(milliseconds);
      held.release();
    }),
  ]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
};

it('is given twice as long each time it was too short, and no longer than before once it was enough', async () => {
  await expect(searchFor(1.5 * PAGE_ANSWER_MS, RARE)).rejects.toThrow(Unavailable);
  await expect(searchFor(1.5 * PAGE_ANSWER_MS, ['RequestRaised'])).rejects.toThrow(Unavailable);
  const { events, next, head } = await searchFor(1.5 * PAGE_ANSWER_MS, RARE);
  expect({ events, next }).toEqual({ events: [], next: head });
  await expect(searchFor(1.5 * PAGE_ANSWER_MS, RARE)).rejects.toThrow(Unavailable);
});
