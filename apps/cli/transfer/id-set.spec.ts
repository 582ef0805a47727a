// A set that never forgets an id nor takes one for another, however large it grows.
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { IdSet } from './id-set.ts';

describe('a set of ids', () => {
  it('knows every id it holds, and no other, however large it has grown', () => {
    const ids = Array.from({ length: 20_000 }, () => randomUUID());
    const set = new IdSet();
    expect(ids.filter((id) => set.add(id))).toHaveLength(ids.length);
    expect(ids.filter((id) => set.add(id))).toEqual([]);
    expect(set.add(randomUUID())).toBe(true);
  });

  it('tells ids apart that differ in a single digit, wherever it is', () => {
    const id = '00000000-0000-1000-8000-000000000000';
    const set = new IdSet();
    expect(set.add(id)).toBe(true);
    for (let at = 0; at < id.length; at += 1) {
      if (id[at] !== '0') continue;
      const neighbour = `${id.slice(0, at)}f${id.slice(at + 1)}`;
      expect([set.add(neighbour), set.add(neighbour)]).toEqual([true, false]);
    }
    expect(set.add(id)).toBe(false);
  });
});
