// What only PostgreSQL can go wrong at: commits that may be lost, connections that break, and old row versions that
// outlive an erasure.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instantOf, ServerUnavailable, Unavailable } from '#libs/kernel';
import type { Postgres } from '#libs/platform/sql/postgres';
import { isLasting } from '#libs/platform/sql/postgres';
import type { TestPostgres } from '#libs/platform/testing';
import { openTestPostgres, testServerUrl } from '#libs/platform/testing';
import type { KeyStore, PersonKeyRow } from '#libs/privacy';
import { openPostgresKeys } from './index.ts';

const NOW = instantOf(1_700_000_000_000);
const ROOT = { wrapVersion: 1, wrappedRoot: randomBytes(61) };
const onServer = testServerUrl === undefined ? describe.skip : describe;

describe('Keys in PostgreSQL', () => {
  let test: TestPostgres;
  beforeEach(async () => void (test = await openTestPostgres()));
  afterEach(() => test.discard());

  it('are not entrusted to a server that may lose what it acknowledged', async () => {
    const url = new URL(test.options.url);
    url.searchParams.set('options', '-c synchronous_commit=off');
    const store = await openPostgresKeys({ ...test.options, url: url.toString() });
    await expect(store.prepare(ROOT)).rejects.toThrow(/synchronous_commit is off/);
    expect(await store.root()).toBeUndefined();
    await store.close();
  });

  it('say what is wrong with where they are sought, without its secrets', async () => {
    for (const url of ['nonsense', 'mysql://u:secret@h/d']) {
      const store = await openPostgresKeys({ url, applicationName: 'test' });
      const refused = await store.root().catch((error: unknown) => error);
      expect(isLasting(refused)).toBe(true);
      expect(String(refused)).not.toContain('secret');
    }
  });

  it('that somebody has damaged tell operators what is missing, and clients nothing of it', async () => {
    const store = await openPostgresKeys(test.options);
    await store.prepare(ROOT);
    const beside = await test.postgres();
    await beside.query('ALTER TABLE "personKeys" RENAME COLUMN wrapped TO other');
    const refused = await store.find(['person-1']).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ServerUnavailable);
    expect(String(refused)).toMatch(/cannot be used: .*42703, a column is not there.*"wrapped" does not exist\.$/);
    expect(await store.health()).toMatch(/"wrapped" does not exist\.$/);
    await store.close();
  });
});

onServer('Keys on a PostgreSQL server (TEST_DATABASE_URL)', () => {
  let test: TestPostgres;
  let beside: Postgres;
  let store: KeyStore;
  it('that its user may not use are said to be so, and not to be missing', async () => {
    await store.prepare(ROOT);
    await beside.query('DROP ROLE IF EXISTS visitor_of_keys');
    await beside.query('CREATE ROLE visitor_of_keys');
    const url = new URL(test.options.url);
    url.searchParams.set('options', '-c role=visitor_of_keys');
    const visitor = await openPostgresKeys({ ...test.options, url: url.toString() });
    const refused = await visitor.root().catch((error: unknown) => error);
    expect(String(refused)).toMatch(/This user may not use the PostgreSQL schema \S+, where the person keys are\.$/);
    expect(isLasting(refused)).toBe(true);
    await visitor.close();
    await beside.query('DROP ROLE visitor_of_keys');
  });

  const rows = Array.from({ length: 200 }, (_, index): PersonKeyRow => {
    return {
      person: `person-${String((index * 7919) % 1000)}`,
      keyVersion: 1,
      wrapVersion: 1,
      wrapped: randomBytes(61),
      lookup: randomBytes(32),
    };
  });
  /** How many of these keys lie in the table's file, in part at least. */
  const onDisk = async (of: readonly PersonKeyRow[]) => {
    await beside.query('CHECKPOINT');
    const { rows: found } = await beside.query(
      `SELECT pg_read_binary_file(pg_relation_filepath('"personKeys"'))
         || pg_read_binary_file(pg_relation_filepath('"personKeysLookup"')) AS bytes`,
    );
    const bytes = found[0]?.['bytes'] as Buffer;
    return of.filter(({ wrapped, lookup }) =>
      [wrapped, lookup].some((secret) => secret && bytes.includes(secret.subarray(0, 24))),
    ).length;
  };
  beforeEach(async () => {
    test = await openTestPostgres();
    beside = await test.postgres();
    store = await openPostgresKeys(test.options);
    await store.prepare(ROOT);
  });
  afterEach(async () => {
    await store.close();
    await test.discard();
  });

  it('are written durably though the database is set otherwise', async () => {
    const { rows: found } = await beside.query('SELECT current_database() AS name');
    await beside.query(`ALTER DATABASE ${String(found[0]?.['name'])} SET synchronous_commit = off`);
    const other = await openPostgresKeys(test.options);
    await other.prepare(ROOT);
    expect(await other.health()).toBeUndefined();
    await other.close();
  });

  it('leave the file with their erasure, though a transaction is open that began before', async () => {
    await store.insert(rows);
    const leaving = rows.filter((_, index) => index % 20 === 0);
    const old = await beside.dedicated();
    await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await old.query('SELECT 1 FROM vault');
    expect(await onDisk(leaving)).toBe(10);
    for (const { person } of leaving) await store.erase(person, NOW);
    expect(await onDisk(leaving)).toBe(0);
    expect(await onDisk(rows)).toBe(190);
    await old.release();
  });

  it('are gone, and the caller told of what remains, while somebody else reads the table', async () => {
    await store.insert(rows.slice(0, 1));
    const { person } = rows[0]!;
    const reading = await beside.dedicated();
    await reading.query('BEGIN');
    await reading.query('SELECT count(*) FROM "personKeys"');
    await expect(store.erase(person, NOW)).rejects.toThrow(Unavailable);
    expect(await store.find([person])).toMatchObject([{ person, wrapped: null }]);
    await reading.release();
    await store.erase(person, NOW);
    expect(await onDisk(rows.slice(0, 1))).toBe(0);
  });

  it('can be reached again after every connection was cut', async () => {
    await store.insert(rows);
    for (let round = 0; round < 10; round += 1) {
      await beside.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
      );
      const find = () => store.find(['person-0']);
      const found = await find().catch((error: unknown) => {
        expect(error).toBeInstanceOf(Unavailable);
        return find();
      });
      expect(found).toHaveLength(1);
    }
    expect(await store.health()).toBeUndefined();
  });
});
