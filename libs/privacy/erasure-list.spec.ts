// The list survives crashes, and nobody can add to it or take from the middle unnoticed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { instantOf, InvalidInput, plus, Unavailable } from '#libs/kernel';
import { ErasureList, readErasureList } from './erasure-list.ts';

const SECRET = Buffer.alloc(32, 1);
const at = instantOf(1_700_000_000_000);

const personsIn = (file: string) => readErasureList(file, SECRET).map(({ personId }) => personId);

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
    for (const file of files) expect(personsIn(file)).toEqual(['person-1', 'person-11']);
  });

  it('tells whom it names, also where adding them was cut short', async () => {
    const [own = ''] = files;
    list.complete([]);
    expect([await list.has('person-1'), await list.has('person-2')]).toEqual([false, false]);
    await new ErasureList([own], SECRET).add('person-1', at);
    expect([await list.has('person-1'), await list.has('person-2')]).toEqual([true, false]);
    appendFileSync(own, 'erased.v1 person-2 2023');
    expect(await list.has('person-2')).toBe(false);
    rmSync(own);
    await expect(list.has('person-1')).rejects.toThrow(/^The list of erasures .* cannot be read\.$/);
  });

  it('goes on behind a line that a crash cut off', async () => {
    const [file = ''] = files;
    await list.add('person-1', at);
    appendFileSync(file, 'erased.v1 person-2 2023');
    expect(() => readErasureList(file, SECRET)).toThrow(/line 2: it was cut off\. .* delete this line\. Nothing was/);
    await list.add('person-3', at);
    expect(personsIn(file)).toEqual(['person-1', 'person-3']);
  });

  it.each([
    ['lacks its last end', (text: string) => text.slice(0, -1)],
    ['was saved with carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
    ['was saved with carriage returns alone', (text: string) => text.replaceAll('\n', '\r')],
    ['ends in half of such an end', (text: string) => text.replaceAll('\n', '\r\n').slice(0, -1)],
  ])('is obeyed to its last whole line, and goes on behind it, where it %s', async (_, edited) => {
    const [file = ''] = files;
    await list.add('person-1', at);
    await list.add('person-2', at);
    writeFileSync(file, edited(readFileSync(file, 'latin1')));
    expect(personsIn(file)).toEqual(['person-1', 'person-2']);
    list.complete([]);
    await list.add('person-3', at);
    expect(personsIn(file)).toEqual(['person-1', 'person-2', 'person-3']);
  });

  it('gets those it lacks, each once', async () => {
    const [file = '', other = ''] = files;
    await list.add('person-1', at);
    rmSync(other);
    const all = ['person-1', 'person-2'].map((personId) => ({ personId, at }));
    expect([list.complete([...all, ...all]), list.complete(all)]).toEqual([3, 0]);
    expect([file, other].map(personsIn)).toEqual([
      ['person-1', 'person-2'],
      ['person-1', 'person-2'],
    ]);
  });

  it('is refused where a line was changed or is of another house', async () => {
    const [file = ''] = files;
    await list.add('person-1', at);
    expect(() => readErasureList(file, Buffer.alloc(32, 2))).toThrow(InvalidInput);
    writeFileSync(file, readFileSync(file, 'utf8').replace('person-1', 'person-2'));
    expect(() => readErasureList(file, SECRET)).toThrow(/line 1: it was changed/);
  });

  it('says so when a part of it was written, and goes on behind that', () => {
    const [file = ''] = files;
    const many = Array.from({ length: 30 }, (_, index) => ({ personId: `person-${String(index)}`, at }));
    const module = new URL(`./erasure-list${extname(import.meta.url)}`, import.meta.url).href;
    const script = `import { ErasureList } from '${module}';
      new ErasureList(['${file}'], Buffer.alloc(32, 1)).complete(${JSON.stringify(many)});`;
    // The file may grow to one block: the first write ends short, and only the next one fails.
    const limited = ['-c', 'ulimit -f 1; exec "$0" --input-type=module -e "$1"', process.execPath, script];
    const { status, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot be written (EFBIG)')]);
    expect(statSync(file).size).toBeGreaterThan(0);
    list.complete(many);
    expect(personsIn(file)).toEqual(many.map(({ personId }) => personId));
  });

  it('is left alone while another process writes it', () => {
    const [file = ''] = files;
    list.complete([]);
    const another = new DatabaseSync(`${file}.lock`);
    another.exec('BEGIN IMMEDIATE');
    try {
      expect(() => list.complete([{ personId: 'person-1', at }])).toThrow(
        /cannot be written \(its lock was not free\)/,
      );
      expect(personsIn(file)).toEqual([]);
    } finally {
      another.close();
    }
    expect(list.complete([{ personId: 'person-1', at }])).toBe(2);
  });

  it('says so when it cannot be written', async () => {
    const lost = new ErasureList([join(directory, 'none', 'list')], SECRET);
    await expect(lost.add('person-1', at)).rejects.toThrow(Unavailable);
    expect(() => lost.complete([])).toThrow(/^The list of erasures .* cannot be written \(ENOENT\)/);
  });
});
