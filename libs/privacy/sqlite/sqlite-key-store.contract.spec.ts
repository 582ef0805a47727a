// Keys in a SQLite file keep the contract, and the vault on them keeps its promises.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyStore } from '#libs/privacy';
import type { KeyHouse } from '#libs/privacy/contract';
import { erasureContract, keyStoreContract, vaultContract } from '#libs/privacy/contract';
import { openKeyDatabase } from './index.ts';

keyStoreContract('SqliteKeyStore', openHouse);
vaultContract('SqliteKeyStore', openHouse);
erasureContract('SqliteKeyStore', openHouse);

function openHouse(): Promise<KeyHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'keys-'));
  const file = join(directory, 'keys.db');
  const stores: KeyStore[] = [];
  const run = (sql: string): Promise<void> => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return Promise.resolve();
  };
  return Promise.resolve({
    run,
    async open() {
      const store = await openKeyDatabase(file);
      stores.push(store);
      return store;
    },
    content() {
      if (!readdirSync(directory).some((name) => statSync(join(directory, name)).size > 0)) {
        return Promise.resolve(undefined);
      }
      const database = new DatabaseSync(file);
      const found = ['PRAGMA user_version', 'SELECT * FROM vault', 'SELECT * FROM personKeys ORDER BY person'].map(
        (sql) => database.prepare(sql).all(),
      );
      database.close();
      return Promise.resolve(found);
    },
    markAsNewer: () => run('PRAGMA user_version = 99'),
    async discard() {
      for (const store of stores) await store.close();
      rmSync(directory, { recursive: true });
    },
  });
}
