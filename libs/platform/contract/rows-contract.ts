// What is written is what is read, cell by cell, in every dialect.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadDatabase } from '../sql/read-database.ts';
import type { OpenHouse, ReadDatabaseHouse } from './house.ts';
import { counts, everybody, people, person, TEXTS, withTables } from './samples.ts';

export function rowsContract(openHouse: OpenHouse): void {
  describe('rows', () => {
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

    it('are inserted, and replaced whole where their key exists', async () => {
      await database.write(async (transaction) => {
        await transaction.upsert(people, [person('a', { note: 'x', visits: 1, share: 0.5 }), person('b')]);
        await transaction.upsert(people, [person('a', { visits: 2 }), person('c')]);
        await transaction.upsert(people, []);
      });
      expect(await everybody(database)).toEqual([person('a', { visits: 2 }), person('b'), person('c')]);
    });

    it('are updated where they differ, each in its own way', async () => {
      const before = ['a', 'b', 'c', 'd'].map((id) => person(id, { note: id, visits: 1, share: 1.5 }));
      const after = [
        person('a', { note: null, visits: 1, share: 1.5 }),
        person('b', { note: 'b', visits: -7, share: 1.5 }),
        person('c', { note: 'c', visits: 1, share: null }),
        before[3]!,
      ];
      await database.write(async (transaction) => {
        await transaction.upsert(people, before);
        await transaction.update(
          people,
          before.map((row, n) => ({ before: row, row: after[n]! })),
        );
        await transaction.update(people, []);
        await transaction.update(people, [{ before: after[3]!, row: after[3]! }]);
        await transaction.upsert(counts, [
          { day: 'd', kind: 'k', n: 1, weight: 1 },
          { day: 'd', kind: 'l', n: 1, weight: 1 },
        ]);
        const count = { day: 'd', kind: 'k', n: 1, weight: 1 };
        await transaction.update(counts, [{ before: count, row: { ...count, n: 9 } }]);
      });
      expect(await everybody(database)).toEqual(after);
      expect(await database.all('SELECT n, weight FROM "counts_v1_g1" ORDER BY "kind"')).toEqual([
        { n: 9, weight: 1 },
        { n: 1, weight: 1 },
      ]);
    });

    it('of sums are added to, from zero', async () => {
      await database.write(async (transaction) => {
        await transaction.add(counts, [{ day: 'd1', kind: 'k', n: 2, weight: -3 }]);
        await transaction.add(counts, [
          { day: 'd1', kind: 'k', n: -5, weight: 1 },
          { day: 'd2', kind: 'k', n: 1, weight: 0 },
        ]);
        await transaction.add(counts, []);
      });
      expect(await database.all('SELECT * FROM "counts_v1_g1" ORDER BY "day"')).toEqual([
        { day: 'd1', kind: 'k', n: -3, weight: -2 },
        { day: 'd2', kind: 'k', n: 1, weight: 0 },
      ]);
    });

    it('are loaded and removed by single and composite keys, also inside the transaction that writes them', async () => {
      const sum = (day: string, kind: string) => ({ day, kind, n: 1, weight: 1 });
      await database.write(async (transaction) => {
        await transaction.upsert(people, [person('a'), person('b'), person('c')]);
        await transaction.upsert(counts, [sum('d1', 'k'), sum('d1', 'l'), sum('d2', 'k')]);
        await transaction.remove(people, [['c'], ['unknown']]);
        await transaction.remove(counts, [
          ['d1', 'l'],
          ['d2', 'l'],
        ]);
        await transaction.remove(counts, []);
        expect(await transaction.load(people, [['b']])).toEqual([person('b')]);
      });
      const found = await database.load(people, [['a'], ['c'], ['b'], ['zz']]);
      expect(found.toSorted((x, y) => (String(x['personId']) < String(y['personId']) ? -1 : 1))).toEqual([
        person('a'),
        person('b'),
      ]);
      expect(
        await database.load(counts, [
          ['d1', 'l'],
          ['d2', 'k'],
          ['d1', 'other'],
        ]),
      ).toEqual([sum('d2', 'k')]);
      expect(await database.load(counts, [])).toEqual([]);
    });

    it('come by the thousands in one go', async () => {
      const rows = Array.from({ length: 3_000 }, (_, n) =>
        person(`p${String(n).padStart(5, '0')}`, { note: `note ${n}`, visits: n }),
      );
      await database.write((transaction) => transaction.upsert(people, rows));
      const changes = rows.map((before) => ({ before, row: { ...before, visits: -1 - before.visits! } }));
      await database.write((transaction) => transaction.update(people, changes));
      expect(await everybody(database)).toEqual(changes.map(({ row }) => row));
      expect(
        await database.load(
          people,
          rows.map(({ personId }) => [personId]),
        ),
      ).toHaveLength(3_000);
      await database.write((transaction) =>
        transaction.remove(
          people,
          rows.slice(1).map(({ personId }) => [personId]),
        ),
      );
      expect(await everybody(database)).toEqual([changes[0]!.row]);
    });

    it('keep any text but one with a NUL, which is refused', async () => {
      const rows = TEXTS.map((note, n) => person(String.fromCharCode(97 + n), { note }));
      await database.write((transaction) => transaction.upsert(people, rows));
      expect(await everybody(database)).toEqual(rows);
      for (const note of TEXTS) {
        expect(await database.all('SELECT "note" FROM "people" WHERE "note" = ?', [note])).toEqual([{ note }]);
      }
      const key = TEXTS[4]!;
      await database.write((transaction) => transaction.upsert(people, [person(key)]));
      expect(await database.load(people, [[key]])).toEqual([person(key)]);
      const nul = person('nul', { note: 'a\0b' });
      const attempts = [
        database.write((transaction) => transaction.upsert(people, [nul])),
        database.write((transaction) =>
          transaction.update(people, [{ before: rows[0]!, row: { ...rows[0]!, note: '\0' } }]),
        ),
        database.write((transaction) => transaction.run('UPDATE "people_v1_g1" SET "note" = ?', ['\0'])),
      ];
      for (const attempt of attempts) await expect(attempt).rejects.toThrow('A text with a NUL cannot be stored');
      expect(await database.all('SELECT count(*) AS n FROM "people"')).toEqual([{ n: rows.length + 1 }]);
    });

    it('keep numbers exactly, and refuse to read one that cannot be', async () => {
      const numbers = [0, -1, 7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
      const shares = [0.1, -1e-300, 1e21, Number.MAX_VALUE, 2];
      const rows = numbers.map((visits, n) => person(String(n), { visits, share: shares[n]! }));
      await database.write((transaction) => transaction.upsert(people, rows));
      expect(await everybody(database)).toEqual(rows);
      expect(await database.all('SELECT sum("visits") AS s, count(*) AS n, max("share") AS m FROM "people"')).toEqual([
        { s: 6, n: 5, m: Number.MAX_VALUE },
      ]);
      await database.write(async (transaction) => {
        await transaction.run('UPDATE "people_v1_g1" SET "visits" = 9007199254740993 WHERE "personId" = ?', ['0']);
      });
      await expect(everybody(database)).rejects.toThrow();
      await expect(
        database.write((transaction) => transaction.upsert(people, [person('x', { visits: 1.5 })])),
      ).rejects.toThrow();
    });

    it('are ordered and compared by the bytes of their text', async () => {
      const ids = ['B', 'a', 'Z', 'é', 'e', '_', '-', '10', '9', '中', '文', '\u{ffee}', '😀', 'aa', 'a b', 'ａ'];
      await database.write((transaction) =>
        transaction.upsert(
          people,
          ids.map((id) => person(id, { note: id })),
        ),
      );
      const sorted = ids.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      expect((await everybody(database)).map(({ personId }) => personId)).toEqual(sorted);
      const after = database.query
        .selectFrom('people')
        .select('note')
        .where('note', '>', 'a b')
        .orderBy('note', 'desc');
      expect((await after.execute()).map(({ note }) => note as string)).toEqual(
        sorted.slice(sorted.indexOf('a b') + 1).reverse(),
      );
    });
  });
}
