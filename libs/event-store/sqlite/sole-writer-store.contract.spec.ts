// Knowing where streams end changes nothing of what the port promises.
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoleWriterStore } from '#libs/event-store';
import { eventStoreContract } from '#libs/event-store/contract';
import { newEvent } from '../contract/samples.ts';
import { SqliteEventStore } from './index.ts';

function openIn(directory: string) {
  const sqlite = SqliteEventStore.open({ file: join(directory, 'events.db') });
  return { sqlite, store: new SoleWriterStore(sqlite) };
}

eventStoreContract('SoleWriterStore over SQLite', () => {
  const directory = mkdtempSync(join(tmpdir(), 'events-'));
  let { store } = openIn(directory);
  return Promise.resolve({
    store,
    reopen: async () => {
      await store.close();
      ({ store } = openIn(directory));
      return store;
    },
    discard: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  });
});

describe('a sole writer', () => {
  const directory = mkdtempSync(join(tmpdir(), 'events-'));
  const { sqlite, store } = openIn(directory);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('sees what it appends, read while it is on its way or afterwards', async () => {
    await store.append('account-1', [newEvent()], { expected: 'no-stream' });
    for (let revision = 0; revision < 50; revision += 1) {
      await store.readStream('account-1', { from: revision + 1 });
      const appending = store.append('account-1', [newEvent()], { expected: revision });
      const early = store.readStream('account-1', { from: revision + 1 });
      await appending;
      await early;
      const { events, lastRevision } = await store.readStream('account-1', { from: revision + 1 });
      expect({ lastRevision, count: events.length }).toEqual({ lastRevision: revision + 1, count: 1 });
    }
  });

  it('does not ask where a stream it has met ends, until it is closed', async () => {
    const { lastRevision } = await store.readStream('account-1');
    await sqlite.close();
    expect(await store.readStream('account-1', { from: lastRevision + 1 })).toEqual({
      events: [],
      lastRevision,
      next: undefined,
    });
    await expect(store.readStream('account-1')).rejects.toThrow();
    await store.close();
    await expect(store.readStream('account-1', { from: lastRevision + 1 })).rejects.toThrow();
  });
});
