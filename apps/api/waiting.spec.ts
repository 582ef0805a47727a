// A server whose event store is not there yet: it lives, says what it waits for, serves nothing, and stops when told to.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createApplication } from '#apps/api';
import { openFoundation } from '#apps/foundation';
import { InvalidInput, Unavailable } from '#libs/kernel';
import { createLogger, readSettings, Shutdown } from '#libs/platform';
import { createProjector } from '../projector/application.ts';

const MASTER_KEY = `${'A'.repeat(43)}=`;
const quiet = createLogger({ level: 'silent' });

/** Settings whose servers nobody runs. */
async function settingsOf(over: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const servers = {
    EVENTSTORE_URL: `esdb://127.0.0.1:${port}?tls=false`,
    DATABASE_URL: `postgres://127.0.0.1:${port}/none`,
    ERASURE_LIST_FILE: '/nowhere/erasures.list',
  };
  return readSettings({ ...servers, MASTER_KEY, PORT: '0', ...over });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each([
  ['server', createApplication],
  ['projector', createProjector],
] as const)('a %s whose event store is not there', (_name, create) => {
  it('lives, is not ready and says why, refuses what it is asked, and stops when it is told to', async () => {
    const lines: string[] = [];
    const listening = Promise.withResolvers<string>();
    const write = (line: string) => {
      const [, address] = /"address":"([^"]+)"/.exec(line) ?? [];
      if (address !== undefined) listening.resolve(address);
      lines.push(line);
    };
    const logger = createLogger({ level: 'info', write });
    const shutdown = new Shutdown({ logger });
    const starting = create(await settingsOf(), { logger, shutdown });
    const url = await listening.promise;
    const ask = async (path: string, init?: RequestInit) => {
      const answer = await fetch(url + path, init);
      const body = (await answer.json()) as { readonly status?: string; readonly reason?: string };
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
    };
    expect(await ask('/livez')).toMatchObject({ status: 200, body: { status: 'live' } });
    const expected = expect.stringMatching(/^EventStoreDB at 127\.0\.0\.1:\d+ cannot be used now: .*\.$/);
    for (;;) {
      const { status, body } = await ask('/readyz');
      expect({ status, said: body.status }).toEqual({ status: 503, said: 'starting' });
      if (body.reason !== undefined) {
        expect(body).toEqual({ status: 'starting', waitingFor: 'event store', reason: expected });
        break;
      }
      await setTimeout(50);
    }
    expect(await ask('/graphql', { method: 'POST', body: '{}' })).toEqual({
      status: 503,
      retryAfter: '1',
      body: { errors: [{ message: expect.any(String), extensions: { code: 'UNAVAILABLE' } }] },
    });
    const [ended] = await Promise.all([expect(starting).rejects.toThrow('stopping'), shutdown.run()]);
    expect(ended).toBeUndefined();
    expect(lines.filter((line) => line.includes('waiting'))).toHaveLength(1);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});

describe('without anybody to tell', () => {
  it('nothing is waited for: the operator gets one sentence', async () => {
    const opening = openFoundation(await settingsOf(), { logger: quiet });
    await expect(opening).rejects.toThrow(Unavailable);
  });
});

describe('what waiting cannot cure', () => {
  it.each([
    ['a master key file that is not there', { MASTER_KEY: '', MASTER_KEY_FILE: '/nowhere/key' }, /cannot be read\.$/],
    ['a connection string nobody can use', { EVENTSTORE_URL: 'esdb://admin:hunter2@' }, /^EVENTSTORE_URL /],
  ])('is not waited for, and said without secrets: %s', async (_what, over, sentence) => {
    const starting = createApplication(await settingsOf(over), { logger: quiet });
    await expect(starting).rejects.toThrow(sentence);
    await expect(starting).rejects.not.toThrow(/hunter2/);
  });

  it('is a projector for a house in one process', async () => {
    await expect(createProjector(readSettings({}))).rejects.toThrow(InvalidInput);
  });
});
