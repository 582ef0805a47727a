// The embedded store keeps the contract of the port.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '#libs/event-store/contract';
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
