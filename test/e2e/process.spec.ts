// The server as a process: what it says when it cannot start, and that a signal stops it in order.
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './harness/server-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-process-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const start = (environment: Record<string, string>) => ServerProcess.start(directory, environment);

describe('the process', () => {
  it('serves until it is told to stop, and takes one process a data directory and port', async () => {
    const first = start({});
    const url = await first.url;
    expect((await fetch(`${url}/livez`)).status).toBe(200);

    const second = await start({}).ended;
    expect(second.code).toBe(1);
    expect(second.errors).toMatch(/^The data directory .* is in use by another Bangbangwo process .*\n$/);

    const { port } = new URL(url);
    const third = await start({ DATA_DIR: join(directory, 'other'), PORT: port }).ended;
    expect(third).toEqual({ code: 1, errors: `Port ${port} is in use. Stop what uses it, or choose another PORT.\n` });

    first.signal('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, errors: '' });
    const again = start({});
    await again.url;
    again.signal('SIGINT');
    expect((await again.ended).code).toBe(0);
  });

  it.each([
    [{ PORT: 'eighty' }, 'PORT must be a whole number from 0 to 65535, not "eighty".\n'],
    [{ MASTER_KEY: 'short' }, 'MASTER_KEY must be 32 bytes in base64.\n'],
  ])('says in one sentence what is wrong with %j', async (environment, sentence) => {
    expect(await start(environment).ended).toEqual({ code: 1, errors: sentence });
  });
});
