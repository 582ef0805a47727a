// Every byte is looked at, and nothing of what this process holds open is touched.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '#libs/kernel';
import { searchFiles } from './search-files.ts';

describe('searching every byte', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'search-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('finds what lies in any file at any place, across the borders of chunks too', async () => {
    const needles = ['begins', 'crosses the border', 'ends', 'nowhere', 'deep down'].map((text) => Buffer.from(text));
    const large = Buffer.alloc((2 << 20) + 100, 0x62);
    large.write('begins', 0);
    large.write('crosses the border', (1 << 20) - 7);
    large.write('ends', large.length - 4);
    writeFileSync(join(directory, 'large'), large);
    mkdirSync(join(directory, 'sub'));
    writeFileSync(join(directory, 'sub', 'small'), 'deep down');
    writeFileSync(join(directory, 'empty'), '');
    expect(await searchFiles(directory, needles)).toEqual({ files: 3, bytes: large.length + 9, found: [0, 1, 2, 4] });
  });

  it('tells needles apart that begin alike, and finds equal ones both', async () => {
    writeFileSync(join(directory, 'file'), 'aaab');
    const needles = ['aab', 'aac', 'aaab', 'aab', 'b'].map((text) => Buffer.from(text));
    expect((await searchFiles(directory, needles)).found).toEqual([0, 2, 3]);
  });

  it('leaves this process the locks of the databases it has open', async () => {
    const file = join(directory, 'open.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)');
    await searchFiles(directory, [Buffer.from('nowhere')]);
    // Whoever closes a database as the last one puts its log away, and what is written to it then is lost.
    const look = `const d = new (require('node:sqlite').DatabaseSync)(process.argv[1]); d.prepare('SELECT * FROM t').all(); d.close()`;
    expect(spawnSync(process.execPath, ['-e', look, file]).status).toBe(0);
    expect(existsSync(`${file}-wal`)).toBe(true);
    database.close();
  });

  it('says that files cannot be searched', async () => {
    await expect(searchFiles(join(directory, 'nowhere'), [])).rejects.toThrow(Unavailable);
  });
});
