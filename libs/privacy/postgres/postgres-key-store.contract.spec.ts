// Keys in PostgreSQL keep the contract, and the vault on them keeps its promises.
import type { KeyStore } from '#libs/privacy';
import { openTestPostgres } from '#libs/platform/testing';
import type { KeyHouse } from '#libs/privacy/contract';
import { erasureContract, keyStoreContract, vaultContract } from '#libs/privacy/contract';
import { openPostgresKeys } from './index.ts';

keyStoreContract('PostgresKeyStore', openHouse);
vaultContract('PostgresKeyStore', openHouse);
erasureContract('PostgresKeyStore', openHouse);

async function openHouse(): Promise<KeyHouse> {
  const test = await openTestPostgres();
  const { url } = test.options;
  const schema = `${test.options.schema}_k`;
  const stores: KeyStore[] = [];
  const beside = await test.postgres({ connections: 2 });
  const run = async (sql: string) => {
    await beside.transaction(async (session) => {
      await session.query(`SET LOCAL search_path = ${schema}`);
      await session.query(sql);
    });
  };
  const rowsOf = async (table: string) => (await beside.query(`SELECT * FROM ${schema}.${table} ORDER BY 1`)).rows;
  return {
    run,
    async open() {
      const store = await openPostgresKeys({ url, schema, connections: 2, applicationName: 'test' });
      stores.push(store);
      return store;
    },
    async content() {
      const { rows } = await beside.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
      if (rows.length === 0) return undefined;
      return Promise.all(['"schemaVersion"', 'vault', '"personKeys"'].map(rowsOf));
    },
    markAsNewer: () => run('UPDATE "schemaVersion" SET version = 99'),
    async discard() {
      for (const store of stores) await store.close();
      await beside.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await test.discard();
    },
  };
}
