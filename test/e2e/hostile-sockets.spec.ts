// Hostile clients of subscriptions: what opens no socket, what ends one, and what only ends a subscription, each with its
// exact status or code, and a server that goes on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import WebSocket from 'ws';
import { createLogger } from '#libs/platform';
import { Api } from './harness/api.ts';
import type { Member } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';
import type { Target } from './hostile/hostile-case.ts';
import { CANARY } from './hostile/hostile-case.ts';
import { runCase } from './hostile/raw-socket.ts';
import { sendRaw } from './hostile/send-raw.ts';
import type { Timed } from './hostile/work.ts';
import { figures, LIMIT_MS, timed } from './hostile/work.ts';
import { SOCKET_CASES, SUBSCRIPTION_CASES, UPGRADE_CASES } from './hostile/socket-cases.ts';

const named = <Case extends { readonly name: string }>(cases: readonly Case[]) =>
  cases.map((of) => [of.name, of] as const);

const lines: string[] = [];
const times: { readonly name: string; readonly milliseconds: number }[] = [];
let api: Api;
let target: Target;
let volunteer: Member;

beforeAll(async () => {
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  api = await Api.start({ logger });
  const world = await makeWorld(api);
  volunteer = await world.volunteer();
  target = { host: new URL(api.application.url).host, token: volunteer.token, communityId: world.communityId };
  lines.length = 0;
});

afterAll(async () => {
  process.stdout.write(`hostile WebSocket: ${figures(times)}`);
  await api.stop();
});

afterEach(() => {
  expect(lines.join('\n')).not.toContain(CANARY);
  expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  lines.length = 0;
});

function expectQuick(name: string, { milliseconds, worked }: Timed): void {
  times.push({ name, milliseconds });
  expect(worked).toBeLessThan(LIMIT_MS);
}

describe('no socket is opened', () => {
  it.each(named(UPGRADE_CASES))('for %s', async (name, { bytes, status }) => {
    const answer = await timed(() => sendRaw(api.application.url, bytes(target)));
    expectQuick(name, answer);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(CANARY);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a socket is ended', () => {
  it.each(named(SOCKET_CASES))('by %s', async (name, of) => {
    const end = await timed(() => runCase(api.application.url, target, of));
    expectQuick(name, end);
    expect(end.code).toBe(of.closed);
    expect(end.text).not.toContain(CANARY);
  });
});

it('pings are messages too: whoever sends them without end is told to go', async () => {
  const socket = new WebSocket(`${api.application.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close') as Promise<[code: number]>;
  for (let batch = 0; batch < 50 && socket.readyState === WebSocket.OPEN; batch += 1) {
    const answered = once(socket, 'pong');
    for (let count = 0; count < 10; count += 1) socket.ping();
    await Promise.race([answered, closed]);
  }
  expect((await closed)[0]).toBe(4429);
});

describe('a subscription is refused, and its socket goes on', () => {
  it.each(named(SUBSCRIPTION_CASES))('for %s', async (name, { payload, code }) => {
    const socket = await api.connect(volunteer.token);
    const begun = performance.now();
    socket.send({ id: 'one', type: 'subscribe', payload });
    const error = await socket.next<{ type: string; payload: { extensions: { code: string } }[] }>('error', 'one');
    times.push({ name, milliseconds: performance.now() - begun });
    expect(error.payload[0]?.extensions.code).toBe(code);
    expect(JSON.stringify(error)).not.toContain(CANARY);
    socket.send({ type: 'ping' });
    await socket.next('pong');
    socket.terminate();
  });
});

describe('afterwards', () => {
  it('a good client is served', async () => {
    const socket = await api.connect(volunteer.token);
    socket.subscribe('offers', 'subscription { taskOffered { position } }');
    socket.send({ type: 'ping' });
    await socket.next('pong');
    expect(socket.waiting).toEqual([]);
    expect((await fetch(`${api.application.url}/readyz`)).status).toBe(200);
  });
});
