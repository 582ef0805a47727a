// SQLite as we open it: settings that hold, migrations that only go forward, writes that are whole or not at all.
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import type { SqlTable } from '../read-database.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './open-sqlite.ts';
import { openReadDatabase } from './sqlite-read-database.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'sqlite-')), 'test.db');
const pragma = (database: ReturnType<typeof openSqlite>, name: string) =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

describe('openSqlite', () => {
  it('sets WAL, durability, lock wait and foreign keys, and they hold when the file is opened again', () => {
    const file = newFile();
    for (const level of ['FULL', 'NORMAL', 'FULL'] as const) {
      const database = openSqlite(file, { synchronous: level });
      expect([
        pragma(database, 'journal_mode'),
        pragma(database, 'synchronous'),
        pragma(database, 'foreign_keys'),
      ]).toEqual(['wal', level === 'FULL' ? 2 : 1, 1]);
      database.close();
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('stops the start when a setting does not take effect', () => {
    expect(() => openSqlite(':memory:', { synchronous: 'FULL' })).toThrow(Unavailable);
  });

  it('writes nothing through a read-only handle', () => {
    const file = newFile();
    openSqlite(file, { synchronous: 'FULL' }).close();
    const database = openSqlite(file, { synchronous: 'FULL', readOnly: true });
    expect(() => database.exec('CREATE TABLE t (x)')).toThrow('readonly');
    database.close();
  });

  it('refuses what is no database with a sentence', () => {
    const file = newFile();
    writeFileSync(file, 'not a database, but long enough to be looked at'.repeat(40));
    expect(() => openSqlite(file, { synchronous: 'FULL' })).toThrow('is not a database');
  });
});

describe('migrations', () => {
  const steps = ['CREATE TABLE a (x INTEGER)', 'CREATE TABLE b (x INTEGER); INSERT INTO b VALUES (1)'];

  it('runs each step once, in order, and resumes after the last one done', () => {
    const database = openSqlite(newFile(), { synchronous: 'NORMAL' });
    migrate(database, { name: 'event log', steps: steps.slice(0, 1) });
    migrate(database, { name: 'event log', steps });
    migrate(database, { name: 'event log', steps });
    expect(database.prepare('SELECT count(*) AS n FROM b').get()).toMatchObject({ n: 1 });
  });

  it('leaves a failing step undone as a whole', () => {
    const database = openSqlite(newFile(), { synchronous: 'NORMAL' });
    expect(() =>
      migrate(database, { name: 'event log', steps: ['CREATE TABLE a (x); INSERT INTO nowhere VALUES (1)'] }),
    ).toThrow();
    migrate(database, { name: 'event log', steps });
  });

  it('refuses a file written by a newer version', () => {
    const database = openSqlite(newFile(), { synchronous: 'NORMAL' });
    migrate(database, { name: 'event log', steps });
    expect(() => migrate(database, { name: 'event log', steps: steps.slice(0, 1) })).toThrow(
      'The event log was written by a newer version of Bangbangwo (schema 2, this version knows 1).',
    );
  });
});

describe('the read database', () => {
  const text = { type: 'text', nullable: false } as const;
  const sum = { type: 'integer', nullable: false } as const;
  const people: SqlTable = {
    name: 'people_v1_g1',
    columns: [
      { name: 'id', ...text },
      { name: 'note', type: 'text', nullable: true },
    ],
    key: ['id'],
    indexes: [['note']],
  };
  const counts: SqlTable = {
    name: 'counts_v1_g1',
    columns: [
      { name: 'day', ...text },
      { name: 'kind', ...text },
      { name: 'n', ...sum },
    ],
    key: ['day', 'kind'],
    indexes: [],
  };

  async function opened() {
    const database = openReadDatabase({ file: newFile() });
    await database.write(async (transaction) => {
      await transaction.createTable(people);
      await transaction.createTable(counts);
      await transaction.pointView('people', people);
    });
    return database;
  }

  it('replaces rows, adds to sums, removes, and loads by single and composite keys', async () => {
    const database = await opened();
    await database.write(async (transaction) => {
      await transaction.upsert(people, [
        { id: 'a', note: null },
        { id: 'b', note: 'x' },
        { id: 'c', note: null },
      ]);
      await transaction.upsert(people, [{ id: 'a', note: '"quoted" 引号' }]);
      await transaction.remove(people, [['c']]);
      await transaction.add(counts, [{ day: 'd1', kind: 'k', n: 2 }]);
      await transaction.add(counts, [
        { day: 'd1', kind: 'k', n: -5 },
        { day: 'd2', kind: 'k', n: 1 },
      ]);
    });
    expect(await database.load(people, [['a'], ['c'], ['zz']])).toEqual([{ id: 'a', note: '"quoted" 引号' }]);
    expect(
      await database.load(counts, [
        ['d1', 'k'],
        ['d2', 'other'],
      ]),
    ).toEqual([{ day: 'd1', kind: 'k', n: -3 }]);
    expect(await database.query.selectFrom('people').select('id').where('note', 'is', null).execute()).toEqual([]);
    await database.close();
  });

  it('writes of a changed row what differs', async () => {
    const database = await opened();
    const before = { id: 'a', note: 'x' };
    await database.write(async (transaction) => {
      await transaction.upsert(people, [before, { id: 'b', note: 'y' }]);
      await transaction.update(people, [
        { before, row: { id: 'a', note: null } },
        { before, row: before },
      ]);
      await transaction.add(counts, [{ day: 'd1', kind: 'k', n: 2 }]);
      const sum = { day: 'd1', kind: 'k', n: 2 };
      await transaction.update(counts, [{ before: sum, row: { ...sum, n: 9 } }]);
    });
    expect(await database.load(people, [['a'], ['b']])).toEqual([
      { id: 'a', note: null },
      { id: 'b', note: 'y' },
    ]);
    expect(await database.load(counts, [['d1', 'k']])).toEqual([{ day: 'd1', kind: 'k', n: 9 }]);
    await database.close();
  });

  it('leaves nothing of a transaction that fails, and goes on with the next', async () => {
    const database = await opened();
    const failing = database.write(async (transaction) => {
      await transaction.upsert(people, [{ id: 'a', note: null }]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await database.write((transaction) => transaction.upsert(people, [{ id: 'b', note: null }]));
    expect(await database.query.selectFrom('people').selectAll().execute()).toEqual([{ id: 'b', note: null }]);
    await database.close();
  });

  it('shows queries whole transactions only, and lets them write nothing', async () => {
    const database = await opened();
    await database.write(async (transaction) => {
      await transaction.upsert(people, [{ id: 'a', note: null }]);
      expect(await database.query.selectFrom('people').selectAll().execute()).toEqual([]);
    });
    await expect(database.query.insertInto('people_v1_g1').values({ id: 'q', note: null }).execute()).rejects.toThrow();
    await database.close();
  });

  it('points a view elsewhere while statements on it are cached', async () => {
    const database = await opened();
    const next: SqlTable = { ...people, name: 'people_v1_g2' };
    const ids = () => database.query.selectFrom('people').select('id').where('id', '=', 'n').execute();
    expect(await ids()).toEqual([]);
    await database.write(async (transaction) => {
      await transaction.createTable(next);
      await transaction.upsert(next, [{ id: 'n', note: null }]);
      await transaction.pointView('people', next);
      await transaction.dropTable(people.name);
    });
    expect(await ids()).toEqual([{ id: 'n' }]);
    await database.close();
  });

  it('refuses a transaction after closing with Unavailable', async () => {
    const database = await opened();
    await database.close();
    await expect(database.write(() => Promise.resolve())).rejects.toThrow(Unavailable);
  });
});
