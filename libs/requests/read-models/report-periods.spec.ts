// A window of days is covered once by the ranges it is summed from, and a day is summed where the ranges look for it.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { daysWithin, hasDays, monthBounds, monthsWithin, periodsOf, rangesWithin } from './report-periods.ts';

const day = fc
  .integer({ min: Date.UTC(1999, 11, 1), max: Date.UTC(2004, 2, 5) })
  .map((time) => new Date(time).toISOString().slice(0, 10));
const bound = fc.option(
  fc.oneof(day, fc.constantFrom('2000-02-29', '2001-01-01', '2000-12-31', '1970-01-01', '9999-12-02', '9999-12-31')),
  { nil: undefined },
);

describe('the ranges of a window', () => {
  it.each([
    ['of any window', rangesWithin],
    ['of any window by months', monthsWithin],
    ['of any window by days', (from?: string, to?: string) => [daysWithin(from, to)]],
  ])('hold each of its days once and no other: %s', (_, rangesOf) => {
    fc.assert(
      fc.property(bound, bound, day, (from, to, reported) => {
        const ranges = rangesOf(from, to);
        const held = periodsOf(reported).flatMap((period) =>
          ranges.filter(({ first, last }) => first <= period && period <= last),
        );
        const within = (from === undefined || from <= reported) && (to === undefined || reported <= to);
        expect(held).toHaveLength(within ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are months where the window is made of months, and all time where it is open', () => {
    expect(rangesWithin(undefined, undefined)).toEqual([{ first: 'all', last: 'all' }]);
    expect(rangesWithin('2024-02-01', '2024-02-29')).toEqual([{ first: 'month 2024-02', last: 'month 2024-02' }]);
    expect(rangesWithin('2023-12-01', '2024-01-31')).toEqual([{ first: 'month 2023-12', last: 'month 2024-01' }]);
    expect(rangesWithin('2024-02-01', undefined)).toEqual([{ first: 'month 2024-02', last: 'month 9999-99' }]);
    expect(hasDays(rangesWithin('2024-02-01', '2024-02-29'))).toBe(false);
  });

  it('read days only at either end', () => {
    expect(rangesWithin('2023-12-30', '2024-02-02')).toEqual([
      { first: 'day 2023-12-30', last: 'day 2023-12-31' },
      { first: 'month 2024-01', last: 'month 2024-01' },
      { first: 'day 2024-02-01', last: 'day 2024-02-02' },
    ]);
    expect(rangesWithin('2023-12-30', '2024-01-02')).toEqual([
      { first: 'day 2023-12-30', last: 'day 2023-12-31' },
      { first: 'day 2024-01-01', last: 'day 2024-01-02' },
    ]);
    expect(hasDays(rangesWithin(undefined, '2024-02-28'))).toBe(true);
  });

  it('of a month are its days', () => {
    expect(monthBounds('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(monthBounds('2023-12')).toEqual({ from: '2023-12-01', to: '2023-12-31' });
  });
});
