// Files of an operator are read or refused with a sentence, and written for their owner's eyes, whole or not at all.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInput } from '#libs/kernel';
import { writePrivateFile } from './operator-file.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'files-'));
  file = join(directory, 'list.csv');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('writePrivateFile', () => {
  it('writes piece by piece what only its owner can read', async () => {
    const answer = await writePrivateFile(file, async (append) => {
      await append('一,');
      await append('二\n');
      return 2;
    });
    expect([answer, readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([2, '一,二\n', 0o600]);
  });

  it('leaves no half a file when the work fails', async () => {
    const failing = writePrivateFile(file, async (append) => {
      await append('half');
      throw new InvalidInput('Stopped.');
    });
    await expect(failing).rejects.toThrow('Stopped.');
    expect(existsSync(file)).toBe(false);
  });

  it('never writes over a file, nor removes it', async () => {
    writeFileSync(file, 'mine');
    await expect(writePrivateFile(file, (append) => append('x'))).rejects.toThrow(
      new InvalidInput(`${file} cannot be written: it exists already.`),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
