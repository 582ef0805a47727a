// The same number is the same however it was typed, and different numbers stay different.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { phoneEnding, phoneForm } from './phone.ts';

describe('a telephone number', () => {
  it.each([
    ...[
      '13800001234',
      '138 0000 1234',
      '138-0000-1234',
      '+86 138 0000 1234',
      '+8613800001234',
      '８６１３８００００１２３４',
    ],
    ...['0086 13800001234', '１３８００００１２３４', '(+86) 138 0000 1234', ' 138.0000.1234 '],
  ])('is the same as %s', (typed) => {
    expect(phoneForm(typed)).toBe('13800001234');
    expect(phoneEnding(typed)).toBe('1234');
  });

  it('has its area code with and without the country’s', () => {
    for (const typed of ['0571-88886666', '+86 571 8888 6666', '0086-0571-88886666']) {
      expect(phoneForm(typed)).toBe('057188886666');
    }
  });

  it('of another country is none of this one', () => {
    expect(phoneForm('+49 138 0000 1234')).toBe('004913800001234');
    expect(phoneForm('0049 138 0000 1234')).toBe('004913800001234');
  });

  it('has digits enough', () => {
    expect(['', 'none', '1234', 'ask 12'].map(phoneForm)).toEqual([undefined, undefined, undefined, undefined]);
    expect(phoneForm('12345')).toBe('12345');
  });

  it('keeps its form, and differs wherever two mobile numbers do', () => {
    const mobile = fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }).map(String);
    fc.assert(
      fc.property(mobile, mobile, (one, other) => {
        expect(phoneForm(one)).toBe(one);
        expect(phoneForm(`+86 ${one}`) === phoneForm(other)).toBe(one === other);
      }),
    );
  });
});
