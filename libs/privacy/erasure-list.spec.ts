// The list survives crashes, and nobody can add to it or take from the middle unnoticed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantOf, InvalidInput, plus, Unavailable } from '#libs/kernel';
import { ErasureList, readErasureList } from './erasure-list.ts';

const SECRET = Buffer.alloc(32, 1);
const at = instantOf(1_700_000_000_000);

describe('the list of erasures', () => {
  let directory: string;
  let files: string[];
  let list: ErasureList;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'list-'));
    files = ['own', 'other'].map((name) => join(directory, name));
    list = new ErasureList(files, SECRET);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('keeps everybody in every file, for its owner only', async () => {
    await list.add('person-1', at);
    await list.add('person-2', at);
    for (const file of files) {
      expect(readErasureList(file, SECRET)).toEqual(['person-1', 'person-2'].map((personId) => ({ personId, at })));
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it('names nobody twice, whichever files know them already', async () => {
    const [own = ''] = files;
    await new ErasureList([own], SECRET).add('person-1', at);
    for (const personId of ['person-1', 'person-11', 'person-1']) await list.add(personId, plus(at, 1));
    for (const file of files)
      expect(readErasureList(file, SECRET).map(({ personId }) => personId)).toEqual(['person-1', 'person-11']);
  });

  it('goes on behind a line that a crash cut off', async () => {
    const [file = ''] = files;
    await list.add('person-1', at);
    appendFileSync(file, 'erased.v1 person-2 2023');
    expect(readErasureList(file, SECRET)).toHaveLength(1);
    await list.add('person-3', at);
    expect(readErasureList(file, SECRET).map(({ personId }) => personId)).toEqual(['person-1', 'person-3']);
  });

  it('is refused where a line was changed or is of another house', async () => {
    const [file = ''] = files;
    await list.add('person-1', at);
    expect(() => readErasureList(file, Buffer.alloc(32, 2))).toThrow(InvalidInput);
    writeFileSync(file, readFileSync(file, 'utf8').replace('person-1', 'person-2'));
    expect(() => readErasureList(file, SECRET)).toThrow(/line 1: it was changed/);
  });

  it('says so when it cannot be written', async () => {
    const lost = new ErasureList([join(directory, 'none', 'list')], SECRET);
    await expect(lost.add('person-1', at)).rejects.toThrow(Unavailable);
    expect(() => lost.verify()).toThrow(/^The list of erasures .* cannot be written \(ENOENT\)/);
  });
});
