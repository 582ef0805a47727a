import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import { bytesOf, csvOf, gbkOf, utf16Of } from '../testing/ledger-files.ts';
import { decodeLedger } from './decode-ledger.ts';

const TEXT = csvOf([{}, { matter: '水管漏水，急' }]);

describe('decodeLedger', () => {
  it.each([
    ['UTF-8', bytesOf(TEXT), 'UTF-8'],
    ['UTF-8 with a byte order mark', bytesOf(`\uFEFF${TEXT}`), 'UTF-8'],
    ['GBK', gbkOf(TEXT), 'GB18030'],
    ['UTF-16, little end first', utf16Of(TEXT, 'little'), 'UTF-16'],
    ['UTF-16, big end first', utf16Of(TEXT, 'big'), 'UTF-16'],
  ] as const)('reads %s', (_, bytes, encoding) => {
    expect(decodeLedger(bytes)).toEqual({ text: TEXT, encoding });
  });

  it('says that a file without bytes is empty', () => {
    expect(() => decodeLedger(new Uint8Array())).toThrow(new InvalidInput('The file is empty.'));
  });

  it.each([
    ['a spreadsheet’s own format', Uint8Array.of(0x50, 0x4b, 0x03, 0x04, 0, 0, 8, 0, 0xff, 0xff)],
    ['zeros', new Uint8Array(100)],
    ['UTF-16 without a byte order mark', utf16Of(TEXT, 'little').slice(2)],
    ['half a UTF-16 character', Uint8Array.of(0xff, 0xfe, 0x00)],
    ['bytes of no encoding', Uint8Array.of(0xe5, 0xba, 0x8f, 0xff, 0xff, 0x80)],
  ])('refuses %s with a sentence', (_, bytes) => {
    expect(() => decodeLedger(bytes)).toThrow(/^The file is not text in UTF-8, GBK\/GB18030 or UTF-16\b.*\.$/);
  });
});
