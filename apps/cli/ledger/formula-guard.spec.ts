import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guarded, unguarded } from './formula-guard.ts';

describe('the guard against formulas', () => {
  it.each(['=1+1', '+86 22', '-1', '@SUM(A1)', '\tx', '\r=1', "'=1"])('covers %j', (cell) => {
    expect(guarded(cell)).toBe(`'${cell}`);
  });

  it.each(['', '022-0000', "'s", '居民', '流霞里=11'])('leaves %j as it is', (cell) => {
    expect(guarded(cell)).toBe(cell);
    expect(unguarded(cell)).toBe(cell);
  });

  it('comes off as it went on', () => {
    const cell = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', 'a', '号') });
    fc.assert(fc.property(cell, (text) => expect(unguarded(guarded(text))).toBe(text)));
    fc.assert(fc.property(cell, (text) => expect(guarded(text)).not.toMatch(/^[=+\-@\t\r]/)));
  });
});
