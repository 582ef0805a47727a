// What is counted in buckets is read back as exactly as the description of the figures promises.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, secondsOf, SPAN } from './duration-buckets.ts';

const seconds = fc.oneof(
  fc.nat(200),
  fc.nat(2 ** 30 - 1),
  fc.nat(29).chain((power) => fc.integer({ min: -1, max: 1 }).map((by) => Math.max(0, 2 ** power + by))),
);

it('a duration is read back exactly below 128 s, and within 0.8 % above', () => {
  fc.assert(
    fc.property(seconds, (duration) => {
      const read = secondsOf(bucketOf(duration));
      if (duration < 128) expect(read).toBe(duration);
      else expect(Math.abs(read - duration) / duration).toBeLessThanOrEqual(0.008);
    }),
    { numRuns: 5_000 },
  );
});

it('longer durations lie in later buckets, and every bucket is within the rows that keep them', () => {
  fc.assert(
    fc.property(seconds, seconds, (a, b) => {
      const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
      expect(bucketOf(shorter)).toBeLessThanOrEqual(bucketOf(longer));
      expect(bucketOf(longer)).toBeLessThan(SPAN * SPAN);
    }),
    { numRuns: 5_000 },
  );
});

it('what is read back lies in the bucket it stands for, and no bucket is left out', () => {
  for (let bucket = 0; bucket < SPAN * SPAN; bucket += 1) expect(bucketOf(secondsOf(bucket))).toBe(bucket);
});

it('what no clock could have measured is counted as the nearest that could', () => {
  expect([bucketOf(-1), bucketOf(2 ** 40)]).toEqual([0, SPAN * SPAN - 1]);
});
