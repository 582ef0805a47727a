import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('writes equal values equally, whatever the order of their members', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(canonicalJson({ a: undefined, b: 1 })).toBe(canonicalJson({ b: 1 }));
  });

  it('keeps lists in order and texts apart', () => {
    expect(canonicalJson(['ab', 'c'])).not.toBe(canonicalJson(['a', 'bc']));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});
