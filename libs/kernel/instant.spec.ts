// Instants are read strictly and kept in one form, so that comparing their texts compares them in time.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Instant } from './instant.ts';
import { DAY, instantOf, isInstant, millisecondsBetween, parseInstant, plus, toEpoch } from './instant.ts';

const LAST = Date.parse('9999-12-31T23:59:59.999Z');

describe('an instant', () => {
  it.each([
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00:00.5+08:00', '2026-03-01T00:00:00.500Z'],
    ['2026-03-01T08:00:00.123456789-00:30', '2026-03-01T08:30:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is read from %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
    expect(isInstant(instant)).toBe(true);
  });

  it.each([
    ['without an offset', '2026-03-01T08:00:00'],
    ['without seconds', '2026-03-01T08:00Z'],
    ['without a time', '2026-03-01'],
    ['in another form', '2026-03-01 08:00:00Z'],
    ['with something after it', '2026-03-01T08:00:00Z '],
    ['on a day that does not exist', '2026-02-30T08:00:00Z'],
    ['on 29 February of another year', '2026-02-29T08:00:00Z'],
    ['in a month that does not exist', '2026-13-01T08:00:00Z'],
    ['on day 0', '2026-03-00T08:00:00Z'],
    ['at 24 o’clock', '2026-03-01T24:00:00Z'],
    ['in minute 60', '2026-03-01T08:60:00Z'],
    ['in second 60', '2026-03-01T08:00:60Z'],
    ['at an offset that does not exist', '2026-03-01T08:00:00+24:00'],
    ['before 1970', '1969-12-31T23:59:59Z'],
    ['before 1970 by its offset', '1970-01-01T00:00:00+01:00'],
    ['after 9999 by its offset', '9999-12-31T23:59:59-01:00'],
  ])('is not read %s', (_what, text) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(isInstant(text)).toBe(false);
  });

  it('is of one form only', () => {
    for (const text of ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.00Z', '2026-03-01T08:00:00.000+00:00', 'x']) {
      expect(isInstant(text)).toBe(false);
    }
  });

  it('compares as a text as it compares in time, and is read back as it was written', () => {
    const epoch = fc.integer({ min: 0, max: LAST });
    fc.assert(
      fc.property(epoch, epoch, (a, b) => {
        const [one, other] = [instantOf(a), instantOf(b)];
        expect([toEpoch(one), parseInstant(one), isInstant(one)]).toEqual([a, one, true]);
        expect(one < other).toBe(a < b);
        expect(millisecondsBetween(one, other)).toBe(b - a);
      }),
    );
  });

  it('moves by milliseconds, whatever the calendar', () => {
    expect(plus('2024-02-28T23:00:00.000Z' as Instant, DAY)).toBe('2024-02-29T23:00:00.000Z');
    expect(plus('2026-01-01T00:00:00.000Z' as Instant, -1)).toBe('2025-12-31T23:59:59.999Z');
  });
});
