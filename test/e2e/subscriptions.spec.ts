// Subscriptions as clients meet them: the protocol's rules, who is told what, and going on where one stopped.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { parse, subscribe } from 'graphql';
import { createClient } from 'graphql-ws';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import WebSocket from 'ws';
import { GraphQLContext } from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { DAY, instantOf } from '#libs/kernel';
import { Api } from './harness/api.ts';
import { GraphqlClient } from './harness/client.ts';
import type { SocketClient } from './harness/socket-client.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld, offerThrough } from './harness/world.ts';

const OFFERED = 'subscription ($after: Position) { taskOffered(after: $after) { position task { id requestId } } }';
const CHANGED =
  'subscription ($id: ID!, $after: Position) { requestChanged(id: $id, after: $after) { position type request { id matter } } }';
const LEDGER = 'subscription ($id: ID!) { ledgerChanged(communityId: $id) { position type } }';
const FIGURES = 'subscription ($id: ID!) { resolutionChanged(communityId: $id) { raised { value } } }';

let api: Api;
let world: World;
let office: Member;
let volunteer: Member;

beforeAll(async () => {
  api = await Api.start();
  world = await makeWorld(api);
  office = await world.member('OFFICE');
  volunteer = await world.volunteer();
});

afterAll(() => api.stop());

const head = () => api.application.foundation.store.head();

interface Offered {
  readonly taskOffered: { readonly position: string; readonly task: { readonly id: string } };
}

const offeredTask = async (socket: SocketClient, id: string) => (await socket.data<Offered>(id)).taskOffered.task.id;

const codeOf = async (socket: SocketClient, id: string) => {
  const { payload } = await socket.next<{ type: string; payload: { extensions: { code: string } }[] }>('error', id);
  return payload[0]?.extensions.code;
};

describe('the protocol', () => {
  it.each([
    ['a message that is none', 'nonsense', 4400],
    ['a message of an unknown type', { type: 'query' }, 4400],
    ['a binary frame', Buffer.from([1, 2, 3]), 4400],
    ['a frame over 64 KB', 'x'.repeat(70_000), 1009],
    ['an initialisation without a token', { type: 'connection_init' }, 4401],
    ['a token that is not good', { type: 'connection_init', payload: { token: 'nonsense' } }, 4403],
    ['a subscription before the initialisation', { id: '1', type: 'subscribe', payload: { query: OFFERED } }, 4401],
  ])('closes the socket for %s', async (_, message, code) => {
    const socket = await api.socket();
    socket.send(message);
    expect((await socket.closed).code).toBe(code);
  });

  it('closes a socket that does not name the protocol', async () => {
    const socket = await api.socket({ protocols: [] });
    expect((await socket.closed).code).toBe(4406);
    await expect(api.socket({ protocols: ['graphql-ws'] })).rejects.toThrow();
  });

  it('survives a broken frame from who does not name the protocol', async () => {
    const { hostname, port } = new URL(api.application.url);
    const stranger = connect(Number(port), hostname);
    const upgrade = ['GET /graphql HTTP/1.1', `Host: ${hostname}`, 'Connection: Upgrade', 'Upgrade: websocket'];
    const key = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`];
    stranger.write([...upgrade, ...key, '', ''].join('\r\n'));
    stranger.once('data', () => stranger.write(Buffer.from([0xf1, 0x00])));
    await once(stranger, 'close');
    expect((await fetch(`${api.application.url}/livez`)).status).toBe(200);
  });

  it('lets own and allowed origins in, and no others', async () => {
    const here = new GraphqlClient(api.application.url);
    (await here.socket({ headers: { origin: api.application.url } })).terminate();
    await expect(api.socket({ headers: { origin: 'https://elsewhere.example' } })).rejects.toThrow('HTTP 403');
  });

  it('closes for a second initialisation, a second subscription of an id, and the 21st of all', async () => {
    const twice = await api.connect(volunteer.token);
    twice.send({ type: 'connection_init', payload: { token: volunteer.token } });
    expect((await twice.closed).code).toBe(4429);
    const same = await api.connect(volunteer.token);
    same.subscribe('1', OFFERED);
    same.subscribe('1', OFFERED);
    expect((await same.closed).code).toBe(4409);
    const many = await api.connect(volunteer.token);
    for (let id = 1; id <= 21; id += 1) many.subscribe(String(id), OFFERED);
    expect((await many.closed).code).toBe(4429);
  });

  it('closes for a flood of messages', async () => {
    const socket = await api.connect(volunteer.token);
    for (let count = 0; count < 200; count += 1) socket.send({ type: 'ping' });
    expect((await socket.closed).code).toBe(4429);
  });

  it.each([
    ['a query', '{ me { id } }', {}, 'BAD_USER_INPUT'],
    ['a mutation', 'mutation { login(input: { username: "a", password: "b" }) { accessToken } }', {}, 'BAD_USER_INPUT'],
    ['no GraphQL', '{', {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that does not fit', OFFERED, { after: 'no position at all' }, 'BAD_USER_INPUT'],
    ['a position beyond the log', OFFERED, { after: '9999999999999999' }, 'BAD_USER_INPUT'],
    ['what is not for volunteers', LEDGER, { id: randomUUID() }, 'FORBIDDEN'],
  ])('answers %s with an error, and goes on', async (_, query, variables, code) => {
    const socket = await api.connect(volunteer.token);
    socket.subscribe('1', query, variables);
    expect(await codeOf(socket, '1')).toBe(code);
    await socket.settled();
  });
});

describe('task offers', () => {
  it('reach every volunteer on duty, once, in order, and nobody after completing', async () => {
    const other = await world.volunteer();
    const sockets = await Promise.all([volunteer, other].map(({ token }) => api.connect(token)));
    const after = await head();
    for (const socket of sockets) {
      socket.subscribe('offers', OFFERED, { after });
      await socket.settled();
    }
    const tasks: string[] = [];
    for (let count = 0; count < 3; count += 1) tasks.push((await world.offer(office)).taskId);
    for (const socket of sockets) {
      for (const task of tasks) expect(await offeredTask(socket, 'offers')).toBe(task);
    }
    const [leaving, staying] = sockets;
    leaving!.send({ id: 'offers', type: 'complete' });
    await leaving!.settled();
    const { taskId } = await world.offer(office);
    expect(await offeredTask(staying!, 'offers')).toBe(taskId);
    expect(leaving!.waiting).toEqual([]);
  });

  it('are caught up after a position, across a restart, then go on live', async () => {
    const own = await Api.start();
    let running = own;
    try {
      const home = await makeWorld(own);
      const [staff, helper] = [await home.member('OFFICE'), await home.volunteer()];
      const seen = await home.offer(staff);
      const missed = [(await home.offer(staff)).taskId, (await home.offer(staff)).taskId];
      await own.close();
      running = await Api.start({ directory: own.directory });
      const socket = await running.connect(helper.token);
      socket.subscribe('offers', OFFERED, { after: seen.position });
      for (const task of missed) expect(await offeredTask(socket, 'offers')).toBe(task);
      const live = await offerThrough(running, staff, home.communityId);
      expect(await offeredTask(socket, 'offers')).toBe(live.taskId);
      await socket.settled();
      expect(socket.waiting).toEqual([]);
    } finally {
      await running.close();
      await own.stop();
    }
  });

  it('do not reach a volunteer who is off duty, and no longer one whose account is disabled', async () => {
    const leaving = await world.volunteer();
    const socket = await api.connect(leaving.token);
    socket.subscribe('offers', OFFERED, { after: await head() });
    await socket.settled();
    const { services, foundation } = api.application;
    const context = () => foundation.contexts.of(undefined, 'test', { commandId: randomUUID() });
    await services.volunteerDesk.order(leaving.volunteerId, { type: 'SetDuty', onDuty: false }, () => true, context());
    const witness = await api.connect(volunteer.token);
    witness.subscribe('offers', OFFERED, { after: await head() });
    await witness.settled();
    await world.offer(office);
    await offeredTask(witness, 'offers');
    await socket.settled();
    expect(socket.waiting).toEqual([]);
    await services.accountDesk.change(leaving.accountId, { type: 'DisableAccount' }, context());
    expect((await socket.closed).code).toBe(4403);
  });

  it('can be read in process, as any GraphQL library does', async () => {
    const viewer = await api.application.services.viewers.again(volunteer);
    const { position } = await world.offer(office);
    const { taskId } = await world.offer(office);
    const offers = (await subscribe({
      schema: api.application.schema,
      document: parse(OFFERED),
      variableValues: { after: position },
      contextValue: new GraphQLContext(viewer, 'test'),
    })) as AsyncGenerator<ExecutionResult<Offered>>;
    const { value } = await offers.next();
    expect((value as ExecutionResult<Offered>).data?.taskOffered.task.id).toBe(taskId);
    await offers.return(undefined);
  });

  it('work with the graphql-ws client', async () => {
    const client = createClient({
      url: api.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${volunteer.token}` },
    });
    const { position } = await world.offer(office);
    const offers = client.iterate<Offered>({ query: OFFERED, variables: { after: position } });
    const next = offers.next();
    const { taskId } = await world.offer(office);
    expect((await next).value?.data?.taskOffered.task.id).toBe(taskId);
    await offers.return?.();
    await client.dispose();
  });
});

describe("the office's subscriptions", () => {
  it('tell of the changes of one request, with its texts only to those who may read them', async () => {
    const auditor = await world.member('AUDITOR');
    const { requestId } = await world.offer(office);
    const texts: unknown[] = [];
    for (const { token } of [office, auditor]) {
      const socket = await api.connect(token);
      socket.subscribe('request', CHANGED, { id: requestId, after: '' });
      const { requestChanged } = await socket.data<{
        requestChanged: { type: string; request: { matter: string | null } };
      }>('request');
      texts.push([requestChanged.type, requestChanged.request.matter]);
    }
    expect(texts).toEqual([
      ['RequestRaised', 'A matter'],
      ['RequestRaised', null],
    ]);
  });

  it('tell of the ledger live, and of the figures coalesced', async () => {
    const socket = await api.connect(office.token);
    socket.subscribe('ledger', LEDGER, { id: world.communityId });
    socket.subscribe('figures', FIGURES, { id: world.communityId });
    await socket.settled();
    await world.offer(office);
    const types = [];
    for (let count = 0; count < 2; count += 1) {
      types.push((await socket.data<{ ledgerChanged: { type: string } }>('ledger')).ledgerChanged.type);
    }
    expect(types).toEqual(['RequestRaised', 'RequestDispatched']);
    const { resolutionChanged } = await socket.data<{ resolutionChanged: { raised: { value: number } } }>('figures');
    expect(resolutionChanged.raised.value).toBeGreaterThan(0);
  });

  it('are not there for another community', async () => {
    const socket = await api.connect(office.token);
    socket.subscribe('ledger', LEDGER, { id: world.otherCommunityId });
    expect(await codeOf(socket, 'ledger')).toBe('NOT_FOUND');
  });
});

describe('a socket', () => {
  it('is closed when its token ends', async () => {
    let ahead = 0;
    const clock: Clock = { now: () => instantOf(Date.now() + ahead) };
    const later = await Api.start({ clock });
    try {
      const home = await makeWorld(later);
      const socket = await later.connect((await home.member('OFFICE')).token);
      ahead = DAY;
      expect((await socket.closed).code).toBe(4401);
    } finally {
      await later.stop();
    }
  });
});
