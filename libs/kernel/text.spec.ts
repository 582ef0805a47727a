import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from './failures.ts';
import { cleanText } from './text.ts';

const rule = { field: 'name', max: 5 };

describe('cleanText', () => {
  it('keeps one form of every text', () => {
    expect(cleanText('  e\u0301 ', rule)).toBe('\u00e9');
    expect(cleanText('a\r\nb', { ...rule, lines: true })).toBe('a\nb');
  });

  it.each([
    ['nothing', '  '],
    ['a Hangul filler', '\u3164'],
    ['Hangul jamo fillers', '\u115f\u1160\uffa0'],
    ['blank Braille', '\u2800 \u2800'],
    ['tags', '\u{e0001}\u{e0041}'],
    ['a joiner and a selector', '\u200d\ufe0f'],
    ['half a character', '\ud800'],
    ['a line break', 'a\nb'],
    ['a control character', 'a\u0000b'],
    ['a direction override', 'a\u202eb'],
    ['too much', '123456'],
  ])('refuses %s, naming the field and not the text', (_, text) => {
    expect(() => cleanText(text, rule)).toThrow(InvalidInput);
    expect(() => cleanText(text, rule)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: 'name' }) }),
    );
  });

  it('keeps what is invisible beside what is seen', () => {
    expect(cleanText('a\u3164', rule)).toBe('a\u3164');
  });

  it('refuses control characters between lines too', () => {
    expect(() => cleanText('a\u0007', { ...rule, lines: true })).toThrow(InvalidInput);
    expect(() => cleanText('a\u2066', { ...rule, lines: true })).toThrow(InvalidInput);
  });

  it('counts characters, not code units', () => {
    expect(cleanText('𠮷𠮷𠮷𠮷𠮷', rule)).toBe('𠮷𠮷𠮷𠮷𠮷');
  });
});
