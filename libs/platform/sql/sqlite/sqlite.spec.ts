// SQLite as we open it: settings that hold, migrations that only go forward, writes that are whole or not at all.
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { counts, people } from '../../contract/samples.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './open-sqlite.ts';
import { createStatements } from './sqlite-statements.ts';

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

describe('a table whose rows lie in the order of their key', () => {
  it('has no row ids, and any other has', () => {
    const database = openSqlite(newFile(), { synchronous: 'NORMAL' });
    for (const sql of [people, counts].flatMap(createStatements)) database.exec(sql);
    const made = database
      .prepare("SELECT name, wr FROM pragma_table_list WHERE name LIKE '%_v1_g1' ORDER BY name")
      .all();
    expect(made.map(({ name, wr }) => [name, wr])).toEqual([
      [counts.name, 1],
      [people.name, 0],
    ]);
    database.close();
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
      'A newer version of Bangbangwo wrote the event log (schema 2, this version knows 1).',
    );
  });
});
