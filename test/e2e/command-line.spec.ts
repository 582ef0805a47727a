// The command line as a process: signals in the middle of an import, a house that is in use, and the settings every
// process takes as flags.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvOf } from '../../apps/cli/testing/ledger-files.ts';

const built = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const CLI = built('apps/cli/main.js');
const SERVER = built('apps/api/main.js');
const ROWS = 1_000;
/** Bytes in the log's own log: every volunteer is registered by then and some rows are in. */
const WELL_UNDER_WAY = 4_000_000;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'command-line-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function start(main: string, argv: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const environment = { PATH: process.env['PATH'], DATA_DIR: join(directory, 'data') };
  const child = spawn(process.execPath, [main, ...argv], { cwd: directory, env: environment });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}

const bytesWritten = () => statSync(join(directory, 'data/events.db-wal'), { throwIfNoEntry: false })?.size ?? 0;

const cli = (...argv: string[]) => start(CLI, argv).ended;

async function withCommunity(): Promise<void> {
  await cli('areas', 'add', '某区', '--level', 'district');
  await cli('areas', 'add', '某街道', '--level', 'street', '--in', '某区');
  await cli('areas', 'add', '流霞里', '--level', 'community', '--in', '某街道');
}

describe('an import', () => {
  it('that is told to stop finishes what is under way, and goes on when it is repeated', async () => {
    await withCommunity();
    const file = join(directory, 'ledger.csv');
    const rows = Array.from({ length: ROWS }, (_, index) => ({ volunteer: `志愿者${String(index % 40)}` }));
    writeFileSync(file, csvOf(rows));
    let imported = 0;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { child, ended } = start(CLI, ['import', file]);
      const watcher = watch(join(directory, 'data'), () => {
        if (bytesWritten() < WELL_UNDER_WAY) return;
        watcher.close();
        child.kill(signal);
      });
      const { code, signal: killedBy, out, err } = await ended;
      expect([code, killedBy]).toEqual([1, null]);
      expect(err).toMatch(/\nStopped\. What was done so far is kept; give the same command again to go on\.\n$/);
      imported += Number(/Imported (\d+) rows?/.exec(out)?.[1]);
    }
    expect(imported).toBeGreaterThan(0);
    expect(imported).toBeLessThan(ROWS);
    const { code, out } = await cli('import', file);
    expect(code).toBe(0);
    expect(out).toContain(`Imported ${String(ROWS - imported)} rows`);
    expect(out).toContain(`${String(imported)} rows had been imported before.`);
  }, 120_000);

  it('in a house that is being served is refused with a sentence', async () => {
    await withCommunity();
    writeFileSync(join(directory, 'ledger.csv'), csvOf([{}]));
    const { child, ended } = start(SERVER, ['--port', '0', '--graphiql=off']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const refused = await cli('import', join(directory, 'ledger.csv'));
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^The data directory .* is in use by another Bangbangwo process .*\.\n$/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });
  }, 60_000);
});

describe('a command whose answer nobody reads to its end', () => {
  it('goes on to its own', async () => {
    await withCommunity();
    const { child, ended } = start(CLI, ['export-events', join(directory, 'log.jsonl')]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect(await ended).toMatchObject({ code: 0, signal: null });
    expect(statSync(join(directory, 'log.jsonl')).size).toBeGreaterThan(0);
  }, 60_000);
});

describe('the server’s flags', () => {
  it('are its settings; --help lists them', async () => {
    const { code, out, err } = await start(SERVER, ['--help']).ended;
    expect([code, err]).toEqual([0, '']);
    for (const word of ['--port <value>', 'DATA_DIR', 'MASTER_KEY']) expect(out).toContain(word);
  });

  it.each([
    ['--prot=1', 'There is no setting --prot; --help lists them.\n'],
    ['--port=x', 'PORT must be a whole number from 0 to 65535, not "x".\n'],
    ['--port', '--port needs a value: a whole number from 0 to 65535.\n'],
    ['--master-key=x', '--master-key is not a flag, because others can read it there: set MASTER_KEY.\n'],
  ])('are refused in one sentence when they are wrong: %s', async (flag, sentence) => {
    expect(await start(SERVER, [flag]).ended).toEqual({ code: 1, signal: null, out: '', err: sentence });
  });
});
