// PostgreSQL as we open it: pooled, limited in time, failures as sentences, migrations that only go forward.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import type { TestPostgres } from '../../testing/index.ts';
import { openTestPostgres } from '../../testing/index.ts';
import { isLasting, migratePostgres, openPostgres } from './index.ts';

describe('openPostgres', () => {
  let test: TestPostgres;
  beforeEach(async () => void (test = await openTestPostgres()));
  afterEach(() => test.discard());

  it('works in a schema of its own, in UTC, and answers whole numbers as numbers', async () => {
    const postgres = await test.postgres();
    await postgres.query('CREATE TABLE t (id text, n bigint)');
    expect((await postgres.query('INSERT INTO t VALUES ($1, $2), ($3, 2)', ['a', 2 ** 50, 'b'])).changed).toBe(2);
    const { rows } = await postgres.query(
      `SELECT sum(n) AS sum, count(*) AS n, current_schema() AS schema, current_setting('timezone') AS zone, 1.5 AS share FROM t`,
    );
    expect(rows).toEqual([{ sum: 2 ** 50 + 2, n: 2, schema: test.options.schema, zone: 'UTC', share: 1.5 }]);
    await expect(postgres.query('SELECT 9007199254740993')).rejects.toThrow('too large to be exact');
  });

  it('commits what resolves and rolls back what rejects, and goes on with the next', async () => {
    const postgres = await test.postgres({ connections: 1 });
    await postgres.query('CREATE TABLE t (id integer PRIMARY KEY)');
    const failing = postgres.transaction(async (session) => {
      await session.query('INSERT INTO t VALUES (1)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const swallowing = postgres.transaction(async (session) => {
      await session.query('INSERT INTO t VALUES (2)');
      await session.query('SELECT nowhere').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('passed over');
    await postgres.transaction((session) => session.query('INSERT INTO t VALUES (3)'));
    expect((await postgres.query('SELECT id FROM t')).rows).toEqual([{ id: 3 }]);
  });

  it('says what is wrong without repeating the URL, statements or values', async () => {
    const postgres = await test.postgres();
    await postgres.query('CREATE TABLE t (id text PRIMARY KEY)');
    await postgres.query(`INSERT INTO t VALUES ('secret')`);
    const failure = await postgres.query(`INSERT INTO t VALUES ('secret')`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'PostgresDefect', code: '23505' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
    for (const url of ['nonsense', 'mysql://u:secret@h/d', 'postgres://u:secret@h']) {
      const refused = await openPostgres({ url, schema: 's', applicationName: 't' }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Unavailable);
      expect(isLasting(refused)).toBe(true);
      expect(String(refused)).not.toContain('secret');
    }
    const nobody = await openPostgres({
      url: 'postgres://u:secret@127.0.0.1:1/d',
      schema: 's',
      applicationName: 't',
    }).catch((error: unknown) => error);
    expect(String(nobody)).toBe(
      'ServerUnavailable: PostgreSQL at 127.0.0.1:1 cannot be used now: it cannot be reached.',
    );
    expect(isLasting(nobody)).toBe(false);
  });

  it('lets nothing be written through a read-only pool', async () => {
    const postgres = await test.postgres();
    await postgres.query('CREATE TABLE t (id text)');
    const reading = await test.postgres({ readOnly: true });
    await expect(reading.query(`INSERT INTO t VALUES ('a')`)).rejects.toThrow('read-only');
    expect((await reading.query('SELECT * FROM t')).rows).toEqual([]);
  });

  it('tells a dedicated connection what is notified', async () => {
    const postgres = await test.postgres();
    const session = await postgres.dedicated();
    const told = Promise.withResolvers<string>();
    await session.onNotification('Channel', told.resolve);
    await session.query('SELECT 1');
    await postgres.query(`NOTIFY "Channel", 'payload'`);
    expect(await told.promise).toBe('payload');
    await session.release();
  });
});

describe('migrations in PostgreSQL', () => {
  const steps = ['CREATE TABLE a (x integer)', 'CREATE TABLE b (x integer); INSERT INTO b VALUES (1)'];
  let test: TestPostgres;
  beforeEach(async () => void (test = await openTestPostgres()));
  afterEach(() => test.discard());

  it('run each step once, in order, also when several processes start at once', async () => {
    const postgres = await test.postgres();
    await migratePostgres(postgres, { name: 'person keys', steps: steps.slice(0, 1) });
    await Promise.all([1, 2, 3].map(() => migratePostgres(postgres, { name: 'person keys', steps })));
    expect((await postgres.query('SELECT * FROM b')).rows).toEqual([{ x: 1 }]);
  });

  it('leave a failing step undone as a whole', async () => {
    const postgres = await test.postgres();
    const failing = { name: 'person keys', steps: ['CREATE TABLE a (x integer); INSERT INTO nowhere VALUES (1)'] };
    await expect(migratePostgres(postgres, failing)).rejects.toThrow('42P01');
    await migratePostgres(postgres, { name: 'person keys', steps });
  });

  it('refuse what a newer version wrote', async () => {
    const postgres = await test.postgres();
    await migratePostgres(postgres, { name: 'person keys', steps });
    const refused = await migratePostgres(postgres, { name: 'person keys', steps: [] }).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).toContain(
      'A newer version of Bangbangwo wrote the person keys (schema 2, this version knows 0).',
    );
    expect(isLasting(refused)).toBe(true);
  });
});
