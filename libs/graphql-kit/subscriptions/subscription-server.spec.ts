// A socket that nobody uses any more, or that is used to keep the server busy, is ended, whatever the machine's clock says.
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket from 'ws';
import type { Instant } from '#libs/kernel';
import { instantOf } from '#libs/kernel';
import type { Viewer } from '../viewer.ts';
import type { Operations } from './operations.ts';
import { SOCKET_LIMITS } from './protocol.ts';
import { SubscriptionServer } from './subscription-server.ts';

const opened: { readonly sockets: SubscriptionServer; readonly server: Server }[] = [];

afterEach(async () => {
  for (const { sockets, server } of opened.splice(0)) {
    await sockets.stop();
    server.close();
  }
});

/** Of one account, by tokens that say when they were issued. */
const introducedBy = (token: string): Viewer => ({
  ...{ accountId: 'a', issuedAt: token as Instant, grants: [], may: () => false, communities: () => [] },
});

/** A server that looks at its sockets often, and a client of it. */
async function connected({ autoPong = true, lookEveryMs = 10 } = {}) {
  let now = Date.parse('2026-03-01T00:00:00Z');
  const sockets = new SubscriptionServer({
    path: '/graphql',
    allowedOrigins: [],
    authenticator: {
      authenticate: (token) => Promise.resolve(introducedBy(token)),
    },
    operations: { completeAll: () => undefined } as unknown as Operations,
    clock: { now: () => instantOf(now) },
    report: () => undefined,
    admit: () => () => undefined,
    refuse: (socket) => socket.destroy(),
    requestIdOf: () => 'id',
    onClosed: () => undefined,
    lookEveryMs,
  });
  const server = createServer();
  sockets.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ sockets, server });
  const address = `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`;
  const another = async () => {
    const client = new WebSocket(address, 'graphql-transport-ws', { autoPong });
    await once(client, 'open');
    return { client, ended: once(client, 'close') as Promise<[code: number]> };
  };
  return { ...(await another()), another, sockets, ahead: (milliseconds: number) => (now += milliseconds) };
}

const init = (client: WebSocket, token = 'good') => {
  client.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  return once(client, 'message');
};

describe('a socket', () => {
  it('is ended when nobody says who it is for', async () => {
    const { ended, ahead } = await connected();
    ahead(SOCKET_LIMITS.initialiseWithinMs + 1);
    expect((await ended)[0]).toBe(4408);
  });

  it('is cut when its client no longer answers pings, and not before', async () => {
    const silent = await connected({ autoPong: false });
    await init(silent.client);
    expect((await silent.ended)[0]).toBe(1006);
    const alive = await connected();
    await init(alive.client);
    for (let pings = 0; pings < 3; pings += 1) await once(alive.client, 'ping');
    expect(alive.client.readyState).toBe(WebSocket.OPEN);
    expect(alive.sockets.open).toBe(1);
  });

  it('is ended for bytes without end that never become a message', async () => {
    const { client, ended } = await connected({ lookEveryMs: 300 });
    await init(client);
    // Unasked pongs: RFC 6455 allows them, and they are no messages.
    const pong = Buffer.alloc(125);
    for (let sent = 0; sent < 40_000; sent += 1) client.pong(pong);
    expect((await ended)[0]).toBe(4429);
  });

  it('is looked at again by the token that opened it, also beside another of the same account', async () => {
    const { client, ended, another, sockets } = await connected();
    const newer = await another();
    await init(client, 'older');
    await init(newer.client, 'newer');
    await sockets.refreshViewers(
      () => true,
      (viewer) => Promise.resolve(viewer.issuedAt === 'newer' ? viewer : undefined),
    );
    expect((await ended)[0]).toBe(4403);
    expect(newer.client.readyState).toBe(WebSocket.OPEN);
  });
});
