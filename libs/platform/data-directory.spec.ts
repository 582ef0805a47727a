// One process per data directory, also after the first was killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { lockDataDirectory } from './data-directory.ts';

const directory = () => join(mkdtempSync(join(tmpdir(), 'lock-')), 'data');

const HOLDER = `
  import { lockDataDirectory } from '#libs/platform';
  lockDataDirectory(process.argv[1]);
  console.log('locked');
  setInterval(() => {}, 1000);
`;

async function holderProcess(dir: string) {
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module-typescript', '-e', HOLDER, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the lock on a data directory', () => {
  it('creates the directory for its owner only', () => {
    const dir = directory();
    lockDataDirectory(dir).release();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('refuses a second holder with a sentence that names the first, until it is released', () => {
    const dir = directory();
    const lock = lockDataDirectory(dir);
    expect(() => lockDataDirectory(dir)).toThrow(Unavailable);
    expect(() => lockDataDirectory(dir)).toThrow(
      `in use by another Bangbangwo process (process ${String(process.pid)})`,
    );
    lock.release();
    lock.release();
    lockDataDirectory(dir).release();
  });

  it('is held against other processes and given back when its holder is killed', async () => {
    const dir = directory();
    const child = await holderProcess(dir);
    try {
      expect(() => lockDataDirectory(dir)).toThrow(`(process ${String(child.pid)})`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    lockDataDirectory(dir).release();
  });

  it('says so when the directory cannot be created', () => {
    const file = directory();
    writeFileSync(file, '');
    expect(() => lockDataDirectory(join(file, 'data'))).toThrow('cannot be used');
  });
});
