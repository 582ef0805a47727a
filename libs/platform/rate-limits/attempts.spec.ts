// However many attempts come at once, no more wrong ones are heard than may be, and no right one is refused for the others.
import { describe, expect, it } from '@jest/globals';
import { RateLimited, Unauthenticated, Unavailable } from '#libs/kernel';
import { Attempts, rateLimitsInMemory } from './index.ts';

const LIMIT = { name: 'attempts', attempts: 3, seconds: 60 };
const isWrong = (error: unknown) => error instanceof Unauthenticated;
const RIGHT = () => Promise.resolve('in');
const WRONG = () => Promise.reject(new Unauthenticated('Wrong.'));
const NOT_NOW = () => Promise.reject(new Unavailable('Not now.'));

/** Of two processes that count in one place. */
function attempts(over: { atOnce?: number; startsAnew?: boolean } = {}): [Attempts, Attempts] {
  const limiter = rateLimitsInMemory((key) => key).limiter(LIMIT);
  const options = { atOnce: 2, isWrong, ...over };
  return [new Attempts(limiter, options), new Attempts(limiter, options)];
}

/** How each of them ended. */
async function outcomes(tried: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(tried);
  return settled.map((of) => (of.status === 'fulfilled' ? of.value : (of.reason as Error).name));
}

async function wrongOnes(of: Attempts, count: number): Promise<unknown[]> {
  return outcomes(Array.from({ length: count }, () => of.run('li', WRONG)));
}

describe('attempts', () => {
  it('that are wrong are heard so many times, also at the same moment and in several processes', async () => {
    const [one, other] = attempts();
    let heard = 0;
    const wrong = () => {
      heard += 1;
      return WRONG();
    };
    const tried = [one, other].flatMap((of) => Array.from({ length: 10 }, () => of.run('li', wrong)));
    const names = await outcomes(tried);
    expect(heard).toBe(3);
    expect(names.filter((name) => name === 'Unauthenticated')).toHaveLength(3);
    expect(names.filter((name) => name === 'RateLimited')).toHaveLength(17);
    await expect(one.run('li', RIGHT)).rejects.toThrow(RateLimited);
    await expect(one.run('hua', RIGHT)).resolves.toBe('in');
  });

  it('that are right are not refused for each other, and use nothing up', async () => {
    const [one] = attempts();
    expect(new Set(await outcomes(Array.from({ length: 20 }, () => one.run('li', RIGHT))))).toEqual(new Set(['in']));
    expect(await wrongOnes(one, 4)).toEqual([...Array<string>(3).fill('Unauthenticated'), 'RateLimited']);
  });

  it('that could not be judged, or were refused, use nothing up', async () => {
    const [one, other] = attempts({ atOnce: 3 });
    const held = Promise.withResolvers<string>();
    const slow = [1, 2, 3].map(() => one.run('li', () => held.promise));
    expect(await wrongOnes(other, 5)).toEqual(Array(5).fill('RateLimited'));
    held.resolve('in');
    await Promise.all(slow);
    await outcomes([1, 2, 3, 4].map(() => one.run('li', NOT_NOW)));
    expect(await wrongOnes(one, 3)).toEqual(Array(3).fill('Unauthenticated'));
  });

  it('that are right give back only themselves, or all, as it is asked for', async () => {
    for (const [startsAnew, last] of [
      [false, 'RateLimited'],
      [true, 'Unauthenticated'],
    ] as const) {
      const [one] = attempts({ startsAnew });
      await wrongOnes(one, 2);
      await one.run('li', RIGHT);
      expect(await wrongOnes(one, 2)).toEqual(['Unauthenticated', last]);
    }
  });

  it('with one key are carried out so many at a time, those with another beside them', async () => {
    const [one] = attempts();
    const [running, most] = [
      { a: 0, b: 0 },
      { a: 0, b: 0, both: 0 },
    ];
    const look = (key: 'a' | 'b') =>
      one.run(key, async () => {
        running[key] += 1;
        most[key] = Math.max(most[key], running[key]);
        most.both = Math.max(most.both, running.a + running.b);
        await new Promise(setImmediate);
        running[key] -= 1;
      });
    await Promise.all((['a', 'a', 'a', 'a', 'b', 'b', 'b'] as const).map(look));
    expect(most).toEqual({ a: 2, b: 2, both: 4 });
  });

  it('with one key wait sixty-four at a time; the next are turned away, and use nothing up', async () => {
    const [one, other] = attempts({ atOnce: 1 });
    const held = Promise.withResolvers<string>();
    const tried = Array.from({ length: 70 }, () => one.run('li', () => held.promise));
    const away = await outcomes(tried.slice(65));
    expect(away).toEqual(Array(5).fill('Unavailable'));
    await expect(one.run('hua', RIGHT)).resolves.toBe('in');
    held.resolve('in');
    expect(await outcomes(tried.slice(0, 65))).toEqual(Array(65).fill('in'));
    await expect(one.run('li', RIGHT)).resolves.toBe('in');
    expect(await wrongOnes(other, 3)).toEqual(Array(3).fill('Unauthenticated'));
  });
});
