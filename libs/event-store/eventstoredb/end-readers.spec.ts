// Whoever waits at the log's end is told everything of its types that was appended before it asked, however many are
// served by one answer of the server.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { NewEvent } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream } from '#libs/event-store/contract';
import type { Position } from '#libs/kernel';
import { InvalidInput, START_OF_LOG } from '#libs/kernel';
import { closeAll, failureOf, openStore, startSimulator } from '../../../test/support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../../test/support/eventstoredb-simulator/index.ts';
import type { EventStoreDBStore } from './index.ts';

const TYPES = ['RequestRaised', 'TaskOffered', 'TaskAccepted', 'TaskCompleted'];

let simulator: EventStoreSimulator;
let store: EventStoreDBStore;
let end: Position;
beforeEach(async () => {
  simulator = await startSimulator();
  store = openStore(simulator.connectionString);
  end = await append(newEvents(3));
  await store.readAll({ after: end });
  simulator.journal.clear();
});
afterEach(closeAll);

const append = async (events: readonly NewEvent[]) =>
  (await store.append(newStream(), events, { expected: 'no-stream' })).position;
const ofTypes = (...types: string[]) => types.map((type) => newEvent(type));
const received = () => simulator.journal.of('readAll').received;

it('is served by one look at the end and one page, each with its own types', async () => {
  const events = ofTypes(...TYPES);
  const last = await append(events);
  const pages = await Promise.all(TYPES.map((type) => store.readAll({ after: end, types: [type] })));
  expect(pages.map((page) => idsOf(page.events))).toEqual(events.map(({ id }) => [id]));
  for (const { next, head } of pages) expect({ next, head }).toEqual({ next: last, head: last });
  expect(received()).toBe(2);
});

it('goes on after the last event of a page that is shorter than the answer', async () => {
  const events = ofTypes('TaskOffered', 'RequestRaised', 'RequestRaised', 'TaskOffered');
  const last = await append(events);
  const page = { types: ['RequestRaised'], limit: 1 };
  const [first, all] = await Promise.all([
    store.readAll({ after: end, ...page }),
    store.readAll({ after: end, types: page.types }),
  ]);
  expect(idsOf(all.events)).toEqual(idsOf(events.slice(1, 3)));
  expect(idsOf(first.events)).toEqual(idsOf(events.slice(1, 2)));
  expect(first.next < first.head).toBe(true);
  const rest = await store.readAll({ after: first.next, types: page.types });
  expect(idsOf(rest.events)).toEqual(idsOf(events.slice(2, 3)));
  expect(rest.next).toBe(last);
});

it('does not join those who asked earlier and are still waiting', async () => {
  // The call passes, and its answer is held: it tells the end as it was.
  const held = simulator.faults.inject({ method: 'readAll', behaviour: 'hold', skip: 1, times: 1 });
  const earlier = store.readAll({ after: end, types: TYPES });
  await held.reached();
  const events = ofTypes('TaskAccepted');
  await append(events);
  const asked = store.readAll({ after: end, types: TYPES });
  await setImmediate();
  held.release();
  expect((await earlier).events).toEqual([]);
  expect(idsOf((await asked).events)).toEqual(idsOf(events));
});

it('shares an answer whatever is asked for, and refuses a page that is none', async () => {
  const events = ofTypes(...TYPES);
  await append(events);
  const [all, none, some] = await Promise.all([
    store.readAll({ after: end }),
    store.readAll({ after: end, types: [] }),
    store.readAll({ after: end, types: ['TaskOffered'] }),
  ]);
  expect([all, none, some].map((page) => page.events.length)).toEqual([TYPES.length, 0, 1]);
  expect(received()).toBe(2);
  await expect(store.readAll({ after: end, limit: 0 })).rejects.toThrow(InvalidInput);
});

it('is told, like all the others, that the server cannot be reached', async () => {
  await simulator.shutDown();
  const failures = await Promise.all(TYPES.map((type) => failureOf(store.readAll({ after: end, types: [type] }))));
  expect(new Set(failures.map(({ message }) => message)).size).toBe(1);
});

it('is told that the store is closed, should that happen first', async () => {
  const asked = TYPES.map((type) => failureOf(store.readAll({ after: end, types: [type] })));
  await store.close();
  for (const { message } of await Promise.all(asked)) expect(message).toBe('The event store is closed.');
});

it('costs nothing once all have left', async () => {
  const leaving = new AbortController();
  const left = store.readAll({ after: end, types: TYPES, signal: leaving.signal });
  leaving.abort(new Error('no longer wanted'));
  await expect(left).rejects.toThrow('no longer wanted');
  await store.head();
  expect(received()).toBe(1);
});

it('is served though all who asked before have just left', async () => {
  const leaving = new AbortController();
  const left = store.readAll({ after: end, types: TYPES, signal: leaving.signal });
  leaving.abort(new Error('no longer wanted'));
  await expect(left).rejects.toThrow('no longer wanted');
  await expect(store.readAll({ after: end, types: TYPES })).resolves.toEqual({ events: [], next: end, head: end });
});

it('is served though another leaves', async () => {
  const events = ofTypes('TaskAccepted');
  await append(events);
  const leaving = new AbortController();
  const left = store.readAll({ after: end, types: TYPES, signal: leaving.signal });
  const stays = store.readAll({ after: end, types: TYPES });
  leaving.abort(new Error('no longer wanted'));
  await expect(left).rejects.toThrow('no longer wanted');
  expect(idsOf((await stays).events)).toEqual(idsOf(events));
});

it('has the server look for its types alone while it is behind', async () => {
  await append(ofTypes(...TYPES));
  simulator.journal.clear();
  const { events } = await store.readAll({ after: START_OF_LOG, types: ['TaskAccepted'] });
  expect(events).toHaveLength(1);
  // The head, and the one event.
  expect(simulator.journal.of('readAll').events).toBe(2);
});
