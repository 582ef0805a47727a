// Writes are whole or not at all, one at a time, and nobody sees one before it ends.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import type { ReadDatabase, SqlTable } from '../sql/read-database.ts';
import type { OpenHouse, ReadDatabaseHouse } from './house.ts';
import { counts, everybody, people, person, withTables } from './samples.ts';

export function transactionsContract(openHouse: OpenHouse): void {
  describe('transactions', () => {
    let house: ReadDatabaseHouse;
    let database: ReadDatabase;
    beforeEach(async () => {
      house = await openHouse();
      database = await house.open();
      await withTables(database);
    });
    afterEach(async () => {
      await database.close();
      await house.discard();
    });

    it('answer with what their work answers', async () => {
      expect(await database.write(async (transaction) => transaction.run('DELETE FROM "people_v1_g1"'))).toBe(0);
      await database.write((transaction) => transaction.upsert(people, [person('a'), person('b')]));
      const sql = 'UPDATE "people_v1_g1" SET "note" = ? WHERE "personId" <> ?';
      expect(await database.write((transaction) => transaction.run(sql, ['?', 'a']))).toBe(1);
      expect(await everybody(database)).toEqual([person('a'), person('b', { note: '?' })]);
    });

    it('leave nothing behind when their work fails, be it tables, rows or views, and the next one goes on', async () => {
      const other: SqlTable = { ...people, name: 'people_v2_g2' };
      const failing = database.write(async (transaction) => {
        await transaction.createTable(other);
        await transaction.upsert(people, [person('a')]);
        await transaction.add(counts, [{ day: 'd', kind: 'k', n: 1, weight: 1 }]);
        await transaction.pointView('people', other);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      const refused = database.write(async (transaction) => {
        await transaction.upsert(people, [person('b')]);
        await transaction.run('INSERT INTO "nowhere" VALUES (1)');
      });
      await expect(refused).rejects.toThrow();
      await database.write(async (transaction) => {
        expect(await transaction.hasTable(other)).toBe(false);
        expect(await transaction.hasTable(people)).toBe(true);
        await transaction.upsert(people, [person('c')]);
      });
      expect(await everybody(database)).toEqual([person('c')]);
      expect(await database.all('SELECT * FROM "counts_v1_g1"')).toEqual([]);
    });

    it('fail where a failed statement was passed over', async () => {
      const swallowing = database.write(async (transaction) => {
        await transaction.upsert(people, [person('a')]);
        await transaction.upsert(people, [person('b', { visits: 0.5 })]).catch(() => undefined);
        await transaction.upsert(people, [person('c')]);
      });
      await swallowing.catch(() => undefined);
      expect((await everybody(database)).map(({ personId }) => personId)).not.toContain('b');
    });

    it('are carried out one at a time, in order', async () => {
      await database.write((transaction) => transaction.upsert(people, [person('a', { visits: 0 })]));
      const increment = () =>
        database.write(async (transaction) => {
          const [row] = await transaction.load(people, [['a']]);
          await transaction.upsert(people, [person('a', { visits: Number(row?.['visits']) + 1 })]);
          return row?.['visits'];
        });
      const before = await Promise.all(Array.from({ length: 20 }, increment));
      expect(before).toEqual(Array.from({ length: 20 }, (_, n) => n));
    });

    it('are seen by nobody before they end', async () => {
      const seen: Promise<number>[] = [];
      const look = async () =>
        (await everybody(database)).length + (await database.load(people, [['a'], ['b']])).length;
      await database.write(async (transaction) => {
        seen.push(look());
        await transaction.upsert(people, [person('a')]);
        seen.push(look());
        if (house.readsDuringWrites) expect(await look()).toBe(0);
        await transaction.upsert(people, [person('b')]);
        seen.push(look());
      });
      seen.push(look());
      for (const found of await Promise.all(seen)) expect([0, 2, 4]).toContain(found);
      expect(await seen.at(-1)).toBe(4);
    });

    it('change views over at once, also to a table of another shape, while statements on them are in use', async () => {
      const next: SqlTable = {
        name: 'people_v2_g2',
        columns: [{ name: 'title', type: 'text', nullable: true }, ...people.columns.slice(0, 2)],
        key: ['personId'],
        indexes: [],
      };
      const notes = () =>
        database.query.selectFrom('people').select(['personId', 'note']).where('personId', '=', 'a').execute();
      await database.write((transaction) => transaction.upsert(people, [person('a', { note: 'old' })]));
      expect(await notes()).toEqual([{ personId: 'a', note: 'old' }]);
      const swapping = database.write(async (transaction) => {
        await transaction.createTable(next);
        await transaction.upsert(next, [{ title: 't', personId: 'a', note: 'new' }]);
        await transaction.pointView('people', next);
        await transaction.dropTable(people.name);
      });
      const during = await Promise.all(Array.from({ length: 10 }, notes));
      for (const [row] of during) expect(['old', 'new']).toContain(row?.['note']);
      await swapping;
      expect(await notes()).toEqual([{ personId: 'a', note: 'new' }]);
      expect(await database.query.selectFrom('people').selectAll().execute()).toEqual([
        { title: 't', personId: 'a', note: 'new' },
      ]);
      await database.write(async (transaction) => {
        await transaction.dropView('people');
        await transaction.dropTable(next.name);
        await transaction.dropTable('never_there');
      });
      await expect(notes()).rejects.toThrow();
    });

    it('are the only way to write', async () => {
      const insert = database.query.insertInto(people.name).values(person('q')).execute();
      await expect(insert).rejects.toThrow();
      await expect(database.all('DELETE FROM "people_v1_g1"')).rejects.toThrow();
      expect(await everybody(database)).toEqual([]);
    });

    it('are waited for by closing; after it there are none', async () => {
      const halfway = Promise.withResolvers<undefined>();
      const writing = database.write(async (transaction) => {
        await transaction.upsert(people, [person('a')]);
        await halfway.promise;
        await transaction.upsert(people, [person('b')]);
      });
      const closing = database.close();
      halfway.resolve(undefined);
      await Promise.all([writing, closing]);
      await expect(database.write(() => Promise.resolve())).rejects.toThrow(Unavailable);
      await database.close();
      database = await house.open();
      expect((await everybody(database)).map(({ personId }) => personId)).toEqual(['a', 'b']);
    });
  });
}
