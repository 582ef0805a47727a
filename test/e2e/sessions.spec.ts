// Sessions over real HTTP and WebSocket, whichever process is asked: one successor for any number of refreshes, an end for
// the whole session when an old token comes back, and everybody out with the very next request.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock } from '#libs/kernel';
import { DAY, instantOf, SECOND } from '#libs/kernel';
import { Api } from './harness/api.ts';
import type { Answer } from './harness/client.ts';
import { readLog } from './harness/log.ts';
import type { Json } from './harness/person.ts';
import type { SocketClient } from './harness/socket-client.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';

const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { accessToken expiresAt refreshToken refreshExpiresAt account { id } }
}`;
const REFRESH = `mutation ($input: RefreshInput!) {
  refresh(input: $input) { accessToken expiresAt refreshToken refreshExpiresAt account { id } }
}`;
const LOGOUT = 'mutation { logout { sessionId position } }';
const EVERYWHERE = 'mutation ($input: LogoutEverywhereInput!) { logoutEverywhere(input: $input) { position } }';
const END = 'mutation ($input: SessionInput!) { endSession(input: $input) { sessionId position } }';
const CHANGE = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { account { revision } } }';
const RESET = 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { account { id } } }';
const ME = '{ me { id sessions { id openedAt lastRefreshedAt current } } }';
/** Believed by the servers, so that each test fails from an address of its own. */
const PROXY = { TRUSTED_PROXIES: '127.0.0.1' };

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
}

let api: Api;
let world: World;
let ahead = 0;
const clock: Clock = { now: () => instantOf(Date.now() + ahead) };

beforeAll(async () => {
  api = await Api.start({ environment: PROXY });
  world = await makeWorld(api);
});

afterAll(() => api.stop());

async function login(who: Member, at = api, password = world.password): Promise<Tokens> {
  const { data, errors, text } = await at.ask<Json>(LOGIN, { input: { username: who.username, password } });
  if (errors) throw new Error(text);
  return data.login;
}

const refresh = (refreshToken: string, at = api) => at.ask<Json>(REFRESH, { input: { refreshToken } });
const statusOf = async (token: string, at = api) => (await at.ask(ME, {}, token)).status;

/** Of the session an access token names. */
function sessionOf({ accessToken }: Tokens): string {
  return (JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;
}

async function eventsOf(tokens: Tokens, at = api): Promise<Json[]> {
  const { events } = await at.application.foundation.store.readStream(`session-${sessionOf(tokens)}`);
  return [...events];
}

/** Sends from an address nobody else in this file has. */
function from(address: string) {
  return (query: string, input: object): Promise<Answer<Json>> =>
    api.send<Json>(JSON.stringify({ query, variables: { input } }), { 'x-forwarded-for': address });
}

describe('a session', () => {
  it('goes on with each refresh, and its owner sees it among the others', async () => {
    const office = await world.member('OFFICE');
    const first = await login(office);
    const { data } = await refresh(first.refreshToken);
    const next: Tokens = data.refresh;
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(data.refresh.account.id).toBe(office.accountId);
    expect(sessionOf(next)).toBe(sessionOf(first));
    expect([await statusOf(first.accessToken), await statusOf(next.accessToken)]).toEqual([200, 200]);
    const { foundation } = api.application;
    await foundation.gate.waitFor(await foundation.store.head());
    const { me } = (await api.ask<Json>(ME, {}, next.accessToken)).data;
    expect(me.sessions.map(({ id, current }: Json) => [id, current])).toEqual([
      [sessionOf(first), true],
      [expect.any(String), false],
    ]);
    expect(me.sessions[0].lastRefreshedAt > me.sessions[0].openedAt).toBe(true);
  });

  it('of a hundred refreshes at once with one token has one successor', async () => {
    const tokens = await login(await world.member('OFFICE'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(tokens.refreshToken)));
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
    expect(new Set(answers.map(({ data }) => data.refresh.refreshToken)).size).toBe(1);
    expect((await eventsOf(tokens)).map(({ type }) => type)).toEqual(['SessionOpened', 'SessionRefreshed']);
    expect((await refresh(answers[0]!.data.refresh.refreshToken)).code).toBeUndefined();
  });

  it('is refreshed so often in a while, by tokens that stay good', async () => {
    let tokens = await login(await world.member('OFFICE'));
    let before = tokens;
    for (let time = 0; time < 60; time += 1) {
      before = tokens;
      const { data, text } = await refresh(tokens.refreshToken);
      if (!data?.refresh) throw new Error(text);
      tokens = data.refresh;
    }
    expect((await refresh(before.refreshToken)).data.refresh.refreshToken).toBe(tokens.refreshToken);
    const refused = [await refresh(tokens.refreshToken), await refresh(tokens.refreshToken)];
    expect(refused.map(({ code }) => code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const { retryAfterSeconds } = refused[0]!.errors![0]!.extensions.details as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(10 * 60);
    expect(await eventsOf(tokens)).toHaveLength(61);
    expect(await statusOf(tokens.accessToken)).toBe(200);
    expect((await refresh((await login(await world.member('OFFICE'))).refreshToken)).code).toBeUndefined();
  });

  it('is not ended by what only looks like one of its tokens', async () => {
    const tokens = await login(await world.member('OFFICE'));
    const [version, sessionId, , secret = ''] = tokens.refreshToken.split('.');
    const ask = from('203.0.113.1');
    const forged = [
      [version, sessionId, '0', secret.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
      [version, sessionId, '1', secret],
      [version, randomUUID(), '0', secret],
      ['r2', sessionId, '0', secret],
      [tokens.accessToken],
      ['nonsense'],
    ].map((parts) => parts.join('.'));
    for (const refreshToken of forged) expect((await ask(REFRESH, { refreshToken })).code).toBe('UNAUTHENTICATED');
    expect((await refresh(tokens.refreshToken)).code).toBeUndefined();
  });

  it('leaves nothing in the log to sign in with', async () => {
    const office = await world.member('OFFICE');
    const tokens = await login(office);
    await refresh(tokens.refreshToken);
    const log = JSON.stringify(await readLog(api.application.foundation.store));
    for (const secret of [tokens.refreshToken.split('.')[3]!, tokens.accessToken, office.username]) {
      expect(log).not.toContain(secret);
    }
    expect(log).toContain(sessionOf(tokens));
  });
});

describe('a session whose clock is moved', () => {
  let later: Api;
  let there: World;

  beforeAll(async () => {
    later = await Api.start({ clock, environment: PROXY });
    there = await makeWorld(later);
  });
  afterAll(() => later.stop());

  const signedIn = async () => login(await there.member('OFFICE'), later, there.password);

  it('ends as a whole when an old token is used after the grace, sockets included', async () => {
    const tokens = await signedIn();
    const next: Tokens = (await refresh(tokens.refreshToken, later)).data.refresh;
    expect((await refresh(tokens.refreshToken, later)).data.refresh.refreshToken).toBe(next.refreshToken);
    const socket = await later.connect(next.accessToken);
    ahead += 11 * SECOND;
    expect((await refresh(tokens.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    expect((await socket.closed).code).toBe(4403);
    expect((await refresh(next.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    expect([await statusOf(tokens.accessToken, later), await statusOf(next.accessToken, later)]).toEqual([401, 401]);
    expect((await eventsOf(tokens, later)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { reason: 'REUSED' } });
    ahead -= DAY;
    expect((await refresh(next.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    expect(await statusOf(next.accessToken, later)).toBe(401);
    ahead += DAY;
  });

  it('that was used after its time stays ended when the clock is set back', async () => {
    const tokens = await signedIn();
    ahead += 15 * DAY;
    expect((await refresh(tokens.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    ahead -= 15 * DAY;
    expect((await refresh(tokens.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    expect(await statusOf(tokens.accessToken, later)).toBe(401);
    expect((await eventsOf(tokens, later)).at(-1)).toMatchObject({ type: 'SessionEnded', data: { reason: 'EXPIRED' } });
  });

  it('takes a token before the last for stolen when the clock was set back between', async () => {
    const tokens = await signedIn();
    const next: Tokens = (await refresh(tokens.refreshToken, later)).data.refresh;
    ahead -= DAY;
    expect((await refresh(tokens.refreshToken, later)).code).toBe('UNAUTHENTICATED');
    ahead += DAY;
    expect((await refresh(next.refreshToken, later)).code).toBe('UNAUTHENTICATED');
  });
});

describe('signing out', () => {
  /** Both servers of a house that has several. */
  const statuses = async (token: string) => [await statusOf(token), await statusOf(token)];
  const closed = async (socket: SocketClient) => (await socket.closed).code;

  it('ends this session on every server, with its socket, and no other', async () => {
    const office = await world.member('OFFICE');
    const [here, elsewhere] = [await login(office), await login(office)];
    const [socket, other] = [await api.connect(here.accessToken), await api.connect(elsewhere.accessToken)];
    const out = await api.ask<Json>(LOGOUT, {}, here.accessToken);
    expect(out.data.logout).toEqual({ sessionId: sessionOf(here), position: expect.any(String) });
    expect(await statuses(here.accessToken)).toEqual([401, 401]);
    expect((await refresh(here.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await closed(socket)).toBe(4403);
    expect(await statuses(elsewhere.accessToken)).toEqual([200, 200]);
    await other.settled();
    expect((await api.ask(LOGOUT)).code).toBe('UNAUTHENTICATED');
  });

  it('ends another session of one’s own by its id, and nobody else’s', async () => {
    const [office, volunteer] = [await world.member('OFFICE'), await world.member('VOLUNTEER')];
    const [here, elsewhere, foreign] = [await login(office), await login(office), await login(volunteer)];
    const end = (of: Tokens) =>
      api.ask(END, { input: { commandId: randomUUID(), sessionId: sessionOf(of) } }, here.accessToken);
    expect((await end(elsewhere)).code).toBeUndefined();
    expect((await end(elsewhere)).code).toBeUndefined();
    expect((await end(foreign)).code).toBe('NOT_FOUND');
    expect(await statuses(elsewhere.accessToken)).toEqual([401, 401]);
    expect(await statuses(foreign.accessToken)).toEqual([200, 200]);
  });

  it('everywhere ends every session there is, and none that comes after', async () => {
    const office = await world.member('OFFICE');
    const [one, other] = [await login(office), await login(office)];
    const socket = await api.connect(other.accessToken);
    const out = await api.ask(EVERYWHERE, { input: { commandId: randomUUID() } }, one.accessToken);
    expect(out.code).toBeUndefined();
    for (const { accessToken, refreshToken } of [one, other]) {
      expect(await statuses(accessToken)).toEqual([401, 401]);
      expect((await refresh(refreshToken)).code).toBe('UNAUTHENTICATED');
    }
    expect(await closed(socket)).toBe(4403);
    expect(await statusOf((await login(office)).accessToken)).toBe(200);
    expect((await api.ask(EVERYWHERE, { input: { commandId: randomUUID() } })).code).toBe('UNAUTHENTICATED');
  });
});

describe('another password', () => {
  const NEW = 'entirely different words';

  it('of one’s own takes the present one, keeps this session and ends the others', async () => {
    const office = await world.member('OFFICE');
    const [here, elsewhere] = [await login(office), await login(office)];
    const change = (over: object = {}) => {
      const input = { commandId: randomUUID(), currentPassword: world.password, newPassword: NEW, ...over };
      return api.ask<Json>(CHANGE, { input }, here.accessToken);
    };
    expect((await change({ currentPassword: 'not the password' })).code).toBe('WRONG_PASSWORD');
    expect((await change({ newPassword: 'short' })).code).toBe('BAD_USER_INPUT');
    const commandId = randomUUID();
    const changed = await change({ commandId });
    expect(changed.code).toBeUndefined();
    expect((await change({ commandId })).text).toBe(changed.text);
    expect([await statusOf(here.accessToken), await statusOf(elsewhere.accessToken)]).toEqual([200, 401]);
    expect((await refresh(here.refreshToken)).code).toBeUndefined();
    expect((await refresh(elsewhere.refreshToken)).code).toBe('UNAUTHENTICATED');
    await expect(login(office)).rejects.toThrow('UNAUTHENTICATED');
    await login(office, api, NEW);
  });

  it('by an administrator ends every session', async () => {
    const [office, administrator] = [await world.member('OFFICE'), await world.member('ADMINISTRATOR')];
    const tokens = await login(office);
    const input = { commandId: randomUUID(), accountId: office.accountId, password: NEW };
    expect((await api.ask(RESET, { input }, administrator.token)).code).toBeUndefined();
    expect(await statusOf(tokens.accessToken)).toBe(401);
    await login(office, api, NEW);
  });
});

describe('failing to sign in', () => {
  it('ten times locks a name for a while, whether or not there is such an account', async () => {
    const office = await world.member('OFFICE');
    const ask = from('203.0.113.2');
    const texts: string[][] = [];
    for (const username of [office.username, `nobody-${randomUUID().slice(0, 8)}`]) {
      const answers: Answer<Json>[] = [];
      for (let attempt = 0; attempt < 12; attempt += 1) {
        const password = attempt < 10 ? 'not the password' : world.password;
        answers.push(await ask(LOGIN, { username: attempt % 2 ? username : username.toUpperCase(), password }));
      }
      const codes = answers.map(({ code }) => code);
      expect(codes).toEqual([...Array<string>(10).fill('UNAUTHENTICATED'), 'RATE_LIMITED', 'RATE_LIMITED']);
      const { retryAfterSeconds } = answers[10]!.errors![0]!.extensions.details as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeGreaterThan(14 * 60);
      texts.push(answers.map(({ text }) => text.replace(/"retryAfterSeconds":\d+/, '')));
    }
    expect(texts[0]).toEqual(texts[1]);
    expect((await refresh((await login(await world.member('OFFICE'))).refreshToken)).code).toBeUndefined();
  });

  it('is forgotten by the right password', async () => {
    const office = await world.member('OFFICE');
    const ask = from('203.0.113.3');
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 0; attempt < 9; attempt += 1) {
        expect((await ask(LOGIN, { username: office.username, password: 'no' })).code).toBe('UNAUTHENTICATED');
      }
      expect((await ask(LOGIN, { username: office.username, password: world.password })).code).toBeUndefined();
    }
  });

  it('is not what many right passwords at once are taken for', async () => {
    const { username } = await world.member('OFFICE');
    const ask = from('203.0.113.4');
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => ask(LOGIN, { username, password: world.password })),
    );
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
  });

  it('fifty times stops an address, and no other', async () => {
    const office = await world.member('OFFICE');
    const credentials = { username: office.username, password: world.password };
    const [ask, neighbour] = [from('2001:db8:1:2::3'), from('2001:db8:1:3::3')];
    for (let attempt = 0; attempt < 50; attempt += 1) {
      expect((await ask(REFRESH, { refreshToken: `guess ${String(attempt)}` })).code).toBe('UNAUTHENTICATED');
    }
    expect((await ask(REFRESH, { refreshToken: 'guess' })).code).toBe('RATE_LIMITED');
    expect((await ask(LOGIN, credentials)).code).toBe('RATE_LIMITED');
    // Another address of the same network, which one subscriber has.
    expect((await from('2001:db8:1:2:ffff::1')(LOGIN, credentials)).code).toBe('RATE_LIMITED');
    expect((await neighbour(LOGIN, credentials)).code).toBeUndefined();
  });
});
