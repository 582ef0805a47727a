import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import { readLedgerFile } from './ledger-file.ts';

describe('readLedgerFile', () => {
  it.each([
    ['/dev/zero', '/dev/zero is not a file.'],
    ['/dev/null/x', '/dev/null/x cannot be read: there is no such file or directory.'],
  ])('refuses %s with a sentence', async (name, sentence) => {
    await expect(readLedgerFile(name)).rejects.toThrow(new InvalidInput(sentence));
  });
});
