// A code leads to its request however it was typed, tells nothing about others, and cannot be made without the keys.
import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { TrackingCodes } from './tracking-codes.ts';

const house = (secret: string) => (purpose: string) => createHash('sha256').update(`${secret} ${purpose}`).digest();
const codes = new TrackingCodes(house('ours'));
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a tracking code', () => {
  it('has sixteen characters and one to check them, in groups, none of them mistaken for another', () => {
    for (let n = 0; n < 200; n += 1) {
      expect(codes.of(randomUUID())).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/);
    }
  });

  it('is the same for the same command in every process of a house, and another in another house', () => {
    const commandId = randomUUID();
    const code = codes.of(commandId);
    const sameHouse = new TrackingCodes(house('ours'));
    expect([sameHouse.of(commandId), sameHouse.requestIdOf(code)]).toEqual([code, codes.requestIdOf(code)]);
    const elsewhere = new TrackingCodes(house('theirs'));
    expect(elsewhere.of(commandId)).not.toBe(code);
    expect(elsewhere.requestIdOf(code)).not.toBe(codes.requestIdOf(code));
  });

  it('leads to the same request however it was typed', () => {
    const code = codes.of('a command whose code holds 0 and 1');
    const requestId = codes.requestIdOf(code);
    const typed = [code.toLowerCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `];
    const misread = [code.replaceAll('0', 'o'), code.replaceAll('1', 'l'), code.replaceAll('1', 'I')];
    const wide = code.replaceAll(/[0-9A-Z]/g, (of) => String.fromCodePoint((of.codePointAt(0) ?? 0) + 0xfee0));
    for (const way of [...typed, ...misread, wide]) expect(codes.requestIdOf(way)).toBe(requestId);
  });

  it('is told from every code with one character wrong, and that leads to no request', () => {
    const code = codes.of(randomUUID()).replaceAll('-', '');
    const requestId = codes.requestIdOf(code);
    const seen = new Set([requestId]);
    for (let place = 0; place < code.length; place += 1) {
      for (const other of ALPHABET) {
        const wrong = code.slice(0, place) + other + code.slice(place + 1);
        if (wrong !== code) seen.add(codes.requestIdOf(wrong));
      }
    }
    expect(seen.size).toBe(1 + 17 * 31);
    expect(codes.requestIdOf('not a code')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is known again for a request it was given to, and for no other', () => {
    const commandId = randomUUID();
    const code = codes.of(commandId);
    expect(codes.codeOf(codes.requestIdOf(code), commandId)).toBe(code);
    expect(codes.codeOf(randomUUID(), commandId)).toBeUndefined();
  });
});
