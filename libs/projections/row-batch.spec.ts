// The rows of a batch against a real table: loaded, changed, written once, kept as a cache and let go.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadDatabase, SqlRow } from '#libs/platform';
import { dialects } from '#libs/platform/testing';
import { physicalTable, shapeOf } from './physical-table.ts';
import { RowBatch } from './row-batch.ts';
import { counterTable, rowTable } from './table.ts';
import { ProjectionHouse } from './testing/index.ts';

type Pair = { readonly a: string; readonly b: string; readonly note: string | null };
type Sum = { readonly a: string; readonly b: number; readonly n: number };

const pairs = rowTable<Pair>({
  name: 'pairs',
  columns: { a: { type: 'text' }, b: { type: 'text' }, note: { type: 'text', nullable: true } },
  key: ['a', 'b'],
});
// A number in the key is no sum.
const sums = counterTable<Sum>({
  name: 'sums',
  columns: { a: { type: 'text' }, b: { type: 'integer' }, n: { type: 'integer' } },
  key: ['a', 'b'],
});
const tables = [pairs, sums].map((table) => [table, physicalTable(shapeOf(table), 1, 1)] as const);

let house: ProjectionHouse;
let database: ReadDatabase;

describe.each(dialects)('a batch of rows in $name', (dialect) => {
  beforeEach(async () => {
    house = await ProjectionHouse.open(dialect);
    database = house.database;
    await database.write(async (transaction) => {
      for (const [, table] of tables) await transaction.createTable(table);
    });
  });
  afterEach(() => house.close());

  const all = (table: string): Promise<SqlRow[]> => database.all(`SELECT * FROM "${table}_v1_g1" ORDER BY 1, 2`);

  async function written(rows: RowBatch, act: () => void): Promise<void> {
    await rows.load(database);
    act();
    await database.write((transaction) => rows.write(transaction));
    rows.settle();
  }

  it('writes the last state of a row and the sum of a counter, once', async () => {
    const rows = new RowBatch(tables);
    rows.want(pairs, 'x', 'y');
    await written(rows, () => {
      expect(rows.get(pairs, 'x', 'y')).toBeUndefined();
      rows.put(pairs, { a: 'x', b: 'y', note: 'first' });
      rows.put(pairs, { a: 'x', b: 'y', note: 'last' });
      for (const n of [5, -2]) rows.add(sums, { a: 'x', b: 1, n });
      expect(rows.changes).toBe(2);
    });
    expect(await all('pairs')).toEqual([{ a: 'x', b: 'y', note: 'last' }]);
    expect(await all('sums')).toEqual([{ a: 'x', b: 1, n: 3 }]);
    expect(rows.changes).toBe(0);
  });

  it('goes on from what it wrote, also after a removal', async () => {
    const row = { a: 'x', b: 'y', note: null };
    const earlier = new RowBatch(tables);
    await written(earlier, () => earlier.put(pairs, row));
    const rows = new RowBatch(tables);
    rows.want(pairs, 'x', 'y');
    await written(rows, () => rows.remove(pairs, 'x', 'y'));
    expect(await all('pairs')).toEqual([]);
    rows.want(pairs, 'x', 'y');
    await written(rows, () => {
      expect(rows.get(pairs, 'x', 'y')).toBeUndefined();
      rows.put(pairs, { ...row, note: 'again' });
      rows.add(sums, { a: 'x', b: 1, n: 1 });
    });
    await written(rows, () => rows.add(sums, { a: 'x', b: 1, n: 1 }));
    expect(await all('pairs')).toEqual([{ a: 'x', b: 'y', note: 'again' }]);
    expect(await all('sums')).toEqual([{ a: 'x', b: 1, n: 2 }]);
  });

  it('takes no two keys for the same, whatever is in them', async () => {
    const rows = new RowBatch(tables);
    const keys = [
      ['a', 'b1:c'],
      ['a1:b', 'c'],
      ['1:a', 'b'],
      ['', '1:ab'],
      ['1:', 'ab'],
      ['a:', 'b'],
      ['a', ':b'],
    ];
    await written(rows, () => {
      for (const [a = '', b = ''] of keys) rows.put(pairs, { a, b, note: null });
    });
    expect(await all('pairs')).toHaveLength(keys.length);
  });

  it('lets the oldest rows go and loads them again when they are wanted', async () => {
    const rows = new RowBatch(tables);
    await written(rows, () => {
      for (let n = 0; n < 5_000; n += 1) rows.put(pairs, { a: 'k', b: String(n), note: null });
    });
    expect(() => rows.get(pairs, 'k', '0')).toThrow('without being announced');
    rows.want(pairs, 'k', '0');
    await rows.load(database);
    expect(rows.get(pairs, 'k', '0')).toEqual({ a: 'k', b: '0', note: null });
    expect(rows.get(pairs, 'k', '4999')).toEqual({ a: 'k', b: '4999', note: null });
  });

  it("refuses a table that is not the projection's", () => {
    const other = rowTable<Pair>({ ...pairs, name: 'others' });
    expect(() => new RowBatch(tables).put(other, { a: '', b: '', note: null })).toThrow('others');
  });
});
