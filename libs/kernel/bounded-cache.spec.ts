import { describe, expect, it } from '@jest/globals';
import { BoundedCache } from './bounded-cache.ts';

describe('BoundedCache', () => {
  it('forgets what was not used for longest once it is full', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([1, undefined, 3, 2]);
  });

  it('replaces a value without growing', () => {
    const cache = new BoundedCache<string, number>(2);
    for (let round = 0; round < 5; round += 1) cache.set('a', round);
    expect([cache.get('a'), cache.size]).toEqual([4, 1]);
  });
});
