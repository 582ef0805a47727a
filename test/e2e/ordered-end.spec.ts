// A signal ends the server in order: who watches it is told first, what was begun is finished, sockets are told to come
// back, and only then is anything closed.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './harness/api.ts';
import { GraphqlClient } from './harness/client.ts';
import { ServerProcess } from './harness/server-process.ts';
import type { Member } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';
import { request } from './hostile/hostile-case.ts';

const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-end-'));
let office: Member;
let communityId: string;

beforeAll(async () => {
  const api = await Api.start({ directory: join(directory, 'data') });
  const world = await makeWorld(api);
  office = await world.member('OFFICE');
  communityId = world.communityId;
  await api.stop();
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const RAISE = 'mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { position } }';

/** What comes next on a connection that is kept. */
async function ask(socket: Socket, bytes: Buffer): Promise<string> {
  socket.write(bytes);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

it('says no to who watches, finishes what was begun, sends sockets away, and ends with 0', async () => {
  const server = ServerProcess.start(directory, { DRAIN_SECONDS: '1' });
  const url = await server.url;
  const { host, hostname, port } = new URL(url);
  const watcher = connect(Number(port), hostname);
  const ready = () =>
    ask(watcher, request({ host }, { method: 'GET', target: '/readyz', headers: { connection: 'keep-alive' } }));
  expect(await ready()).toMatch(/^HTTP\/1\.1 200 /);

  const client = new GraphqlClient(url);
  const subscriber = await client.connect(office.token);
  const order = { commandId: randomUUID(), communityId, channel: 'PHONE', category: 'SANITATION', matter: 'A matter' };
  const headers = { authorization: `Bearer ${office.token}` };
  const begun = request({ host }, { headers, body: JSON.stringify({ query: RAISE, variables: { input: order } }) });
  const slow = connect(Number(port), hostname);
  slow.write(begun.subarray(0, begun.length - 10));

  server.signal('SIGTERM');
  let told = await ready();
  while (told.startsWith('HTTP/1.1 200')) told = await ready();
  expect(told).toMatch(/^HTTP\/1\.1 503 [^]*"status":"stopping"/);
  expect((await fetch(`${url}/livez`)).status).toBe(200);

  expect((await subscriber.closed).code).toBe(1001);
  expect(await ask(slow, begun.subarray(begun.length - 10))).toMatch(/^HTTP\/1\.1 200 [^]*"position"/);
  expect(await server.ended).toMatchObject({ code: 0, errors: '' });
  await expect(fetch(`${url}/livez`)).rejects.toThrow();

  const again = await Api.start({ directory: join(directory, 'data') });
  const kept = await again.ask<{ requests: { totalCount: number } }>('{ requests { totalCount } }', {}, office.token);
  expect(kept.data.requests.totalCount).toBe(1);
  await again.stop();
});
