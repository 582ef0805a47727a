// The embedded store keeps the contract of the port, and knows every event id there is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventIdReused } from '#libs/event-store';
import { eventStoreContract, idsOf, newEvent, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { SqliteEventStore } from './index.ts';

eventStoreContract('SqliteEventStore', () => {
  const directory = mkdtempSync(join(tmpdir(), 'events-'));
  const file = join(directory, 'events.db');
  let store = SqliteEventStore.open({ file });
  return Promise.resolve({
    store,
    reopen: async () => {
      await store.close();
      store = SqliteEventStore.open({ file });
      return store;
    },
    discard: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  });
});

describe('event ids in the embedded store', () => {
  let directory: string;
  let store: SqliteEventStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'events-'));
    store = SqliteEventStore.open({ file: join(directory, 'events.db') });
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it('tell a repeat at the revision it was first offered at, at every later one, and at none in particular', async () => {
    const stream = newStream();
    await store.append(stream, newEvents(1), { expected: 'no-stream' });
    const events = newEvents(2);
    const first = await store.append(stream, events, { expected: 0 });
    await store.append(stream, newEvents(3), { expected: 2 });
    for (const expected of [0, 3, 5, 'exists', 'any'] as const) {
      expect(await store.append(stream, events, { expected })).toEqual({ ...first, duplicate: true });
    }
    expect(await readLog(store)).toHaveLength(6);
  });

  it('tell which of many same offers was the one', async () => {
    const [stream, events] = [newStream(), newEvents(2)];
    const offers = Array.from({ length: 20 }, () => store.append(stream, events, { expected: 'no-stream' }));
    expect((await Promise.all(offers)).filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  });

  it('are refused when they are stored elsewhere, in another order or in part', async () => {
    const stream = newStream();
    const [a, b] = [newEvent(), newEvent()];
    await store.append(stream, [a, b], { expected: 'no-stream' });
    const offers = [
      store.append(newStream(), [a, b], { expected: 'no-stream' }),
      store.append(newStream(), [newEvent(), b], { expected: 'any' }),
      store.append(stream, [b, a], { expected: 1 }),
      store.append(stream, [b, newEvent()], { expected: 1 }),
    ];
    for (const offer of offers) await expect(offer).rejects.toBeInstanceOf(EventIdReused);
    expect(idsOf(await readLog(store))).toEqual(idsOf([a, b]));
  });
});
