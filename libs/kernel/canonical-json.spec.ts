// Equal values have equal canonical bytes, and parsing them gives the value back.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './json.ts';

describe('canonical JSON', () => {
  it('sorts names by code units at every depth, also names that look like numbers', () => {
    expect(canonicalJson({ b: [{ z: 1, y: 2 }], a: null, '10': true, '9': false })).toBe(
      '{"10":true,"9":false,"a":null,"b":[{"y":2,"z":1}]}',
    );
  });

  it('writes the numbers of RFC 8785 as it prescribes', () => {
    const numbers = [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0];
    expect(canonicalJson(numbers)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
  });

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('\u20ac$\u000f\u000aA\'\u0042"\\\u2028🏠')).toBe('"€$\\u000f\\nA\'B\\"\\\\\u2028🏠"');
  });

  it('leaves out absent members', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new Date(0), 1n, () => 1, [undefined]])(
    'refuses what JSON cannot hold: %p',
    (value) => {
      expect(() => canonicalJson(value as unknown as JsonValue)).toThrow(TypeError);
    },
  );

  it('is read back as it was, and does not depend on the order of names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
