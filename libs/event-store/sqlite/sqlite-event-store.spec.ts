// What the embedded store promises beyond the port: durable settings, no half batch when the database fails, and no
// trust in a damaged file.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidInput, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Instant } from '#libs/kernel';
import { WrongExpectedRevision } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { openSqlite } from '#libs/platform';
import { SqliteEventStore } from './index.ts';

describe('the embedded event store', () => {
  let directory: string;
  let file: string;
  const open: { close(): unknown; isOpen?: boolean }[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'events-'));
    file = join(directory, 'events.db');
  });
  afterEach(async () => {
    for (const resource of open.splice(0)) if (resource.isOpen !== false) await resource.close();
    rmSync(directory, { recursive: true });
  });

  function kept<Resource extends { close(): unknown }>(resource: Resource): Resource {
    open.push(resource);
    return resource;
  }

  function openStore(): SqliteEventStore {
    return kept(SqliteEventStore.open({ file }));
  }

  function openOnConnection(): { store: SqliteEventStore; database: DatabaseSync } {
    const database = openSqlite(file, { synchronous: 'FULL' });
    return { database, store: kept(new SqliteEventStore(database)) };
  }

  it('flushes at every commit and writes ahead, on a file opened again', async () => {
    await openStore().close();
    const { store, database } = openOnConnection();
    await store.append(newStream(), newEvents(1), { expected: 'any' });
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('wal_autocheckpoint')]).toEqual(['wal', 2, 4000]);
    await store.close();
    const writeAheadLogging = 2;
    expect([...readFileSync(file).subarray(18, 20)]).toEqual([writeAheadLogging, writeAheadLogging]);
  });

  it('says so when what it writes would no longer survive a loss of power', () => {
    const { store, database } = openOnConnection();
    expect(() => store.verify()).not.toThrow();
    database.exec('PRAGMA synchronous=OFF');
    expect(() => store.verify()).toThrow('SQLite did not accept synchronous=2 (it is 0)');
  });

  it('keeps its id over restarts, and takes the time from the clock it was given', async () => {
    const first = openStore();
    await first.close();
    const now = '2026-05-01T10:00:00.000Z' as Instant;
    const second = kept(SqliteEventStore.open({ file, clock: { now: () => now } }));
    expect(second.id).toBe(first.id);
    await second.append(newStream(), newEvents(1), { expected: 'any' });
    expect((await readLog(second))[0]?.storedAt).toBe(now);
  });

  it('stores the canonical bytes', async () => {
    const { store, database } = openOnConnection();
    await store.append(newStream(), [newEvent('A', { z: 1, a: { '10': 1, '9': '点' } })], { expected: 'any' });
    expect(database.prepare('SELECT data FROM events').get()).toMatchObject({ data: '{"a":{"10":1,"9":"点"},"z":1}' });
  });

  it('refuses a file of a newer version, another database, and a file that is none', async () => {
    const { store, database } = openOnConnection();
    database.exec('PRAGMA user_version = 99');
    await store.close();
    expect(openStore).toThrow(/newer version/);
    rmSync(file);
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    expect(openStore).toThrow('This file is a database, but not an event store.');
    writeFileSync(file, 'not a database, but long enough to have a header of some hundred bytes'.repeat(20));
    expect(openStore).toThrow(Unavailable);
    expect(openStore).toThrow(/not a database/);
  });

  describe('a type that is said to be rare', () => {
    const others = async (store: SqliteEventStore, count: number) => {
      for (let n = 0; n < count; n += 1_000) {
        await store.append(newStream(), newEvents(1_000, 'RequestRaised'), { expected: 'no-stream' });
      }
    };

    it('is found at once, however many others there are, and by a store that did not know before', async () => {
      const before = openStore();
      await before.append('area-1', newEvents(2, 'AreaAdded'), { expected: 'no-stream' });
      await others(before, 11_000);
      await before.append('area-2', newEvents(3, 'AreaAdded'), { expected: 'no-stream' });
      const wanted = { after: START_OF_LOG, types: ['AreaAdded'] };
      expect((await before.readAll(wanted)).events).toHaveLength(2);
      await before.close();
      const store = kept(SqliteEventStore.open({ file, rareTypes: ['AreaAdded'] }));
      const { events, next, head } = await store.readAll(wanted);
      expect(events.map(({ stream, revision }) => `${stream} ${revision}`)).toEqual([
        ...['area-1 0', 'area-1 1'],
        ...['area-2 0', 'area-2 1', 'area-2 2'],
      ]);
      expect(next).toBe(head);
      const page = await store.readAll({ ...wanted, limit: 3 });
      expect(idsOf(page.events)).toEqual(idsOf(events.slice(0, 3)));
      expect(idsOf((await store.readAll({ ...wanted, after: page.next })).events)).toEqual(idsOf(events.slice(3)));
      expect((await store.readAll({ ...wanted, after: next })).events).toEqual([]);
    });

    it('is read with others as any type is', async () => {
      const store = kept(SqliteEventStore.open({ file, rareTypes: ['AreaAdded'] }));
      await store.append('area-1', newEvents(2, 'AreaAdded'), { expected: 'no-stream' });
      await store.append('area-1', newEvents(1, 'AreaRenamed'), { expected: 1 });
      expect(await readLog(store, 1, ['AreaAdded', 'AreaRenamed'])).toHaveLength(3);
    });

    it('has a name that can stand in a statement', () => {
      expect(() => SqliteEventStore.open({ file, rareTypes: ["A'; --"] })).toThrow(InvalidInput);
    });
  });

  it('never changes or deletes an event', async () => {
    const { store, database } = openOnConnection();
    await store.append(newStream(), newEvents(1), { expected: 'any' });
    expect(() => database.exec(`UPDATE events SET data = '{}'`)).toThrow('events are immutable');
    expect(() => database.exec('DELETE FROM events')).toThrow('events are immutable');
  });

  it('notices what another process appended, though it remembers the stream', async () => {
    const [one, two] = [openStore(), openStore()];
    const stream = newStream();
    await one.append(stream, newEvents(1), { expected: 'no-stream' });
    await two.append(stream, newEvents(1), { expected: 0 });
    await expect(one.append(stream, newEvents(1), { expected: 0 })).rejects.toMatchObject({ actual: 1 });
    await one.append(stream, newEvents(1), { expected: 1 });
    await expect(two.append(stream, newEvents(1), { expected: 1 })).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect((await readLog(two)).map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  it('keeps nothing of a batch when the disk is full, still answers reads, and recovers by itself', async () => {
    const { store, database } = openOnConnection();
    const stream = newStream();
    const kept = newEvents(2);
    await store.append(stream, kept, { expected: 'no-stream' });
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${String(pages + 8)}`);
    const large = { text: 'x'.repeat(20_000) };
    const small = store.append(stream, newEvents(1), { expected: 1 });
    const burst = Array.from({ length: 5 }, () =>
      store.append(newStream(), [newEvent('A', large)], { expected: 'any' }),
    );
    for (const outcome of await Promise.allSettled([small, ...burst])) {
      expect(outcome).toMatchObject({ status: 'rejected' });
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(Unavailable);
    }
    expect(idsOf(await readLog(store))).toEqual(idsOf(kept));
    database.exec('PRAGMA max_page_count = 1000000');
    const after = newEvents(2);
    await expect(store.append(stream, after, { expected: 1 })).resolves.toMatchObject({ revision: 3 });
    expect((await readLog(store)).map(({ position }) => Number(position))).toEqual([1, 2, 3, 4]);
  });

  it('rejects the batch when another process holds the file, and serves once it lets go', async () => {
    const database = openSqlite(file, { synchronous: 'FULL', busyTimeoutMs: 0 });
    const store = kept(new SqliteEventStore(database));
    const other = kept(new DatabaseSync(file));
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append(newStream(), newEvents(1), { expected: 'any' })).rejects.toThrow(/locked/);
    expect(await store.head()).toBe(START_OF_LOG);
    other.exec('ROLLBACK');
    await store.append(newStream(), newEvents(1), { expected: 'any' });
  });

  it('stops serving, and says so once, when the file is damaged', async () => {
    const store = openStore();
    for (let index = 0; index < 50; index += 1) await store.append(newStream(), newEvents(20), { expected: 'any' });
    await store.close();
    const damaged = openSync(file, 'r+');
    const garbage = Buffer.alloc(40 * 4_096, 0xa5);
    writeSync(damaged, garbage, 0, garbage.length, 20 * 4_096);
    closeSync(damaged);
    const reports: Unavailable[] = [];
    const broken = kept(SqliteEventStore.open({ file, onBroken: (failure) => reports.push(failure) }));
    await expect(readLog(broken)).rejects.toThrow('The event store file is damaged.');
    await expect(broken.head()).rejects.toBeInstanceOf(Unavailable);
    await expect(broken.append(newStream(), newEvents(1), { expected: 'any' })).rejects.toThrow(/damaged/);
    expect(reports).toHaveLength(1);
  });
});
