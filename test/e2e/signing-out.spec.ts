// Who ends a session is out with the very next request, whichever process is asked, and so is every socket of it: by signing
// out of this one, another or all of them, and by another password.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from './harness/person.ts';
import type { Tokens } from './harness/sessions.ts';
import { sessionOf, Sessions } from './harness/sessions.ts';
import type { SocketClient } from './harness/socket-client.ts';

const LOGOUT = 'mutation { logout { sessionId position } }';
const EVERYWHERE = 'mutation ($input: LogoutEverywhereInput!) { logoutEverywhere(input: $input) { position } }';
const END = 'mutation ($input: SessionInput!) { endSession(input: $input) { sessionId position } }';
const CHANGE = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { account { revision } } }';
const RESET = 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { account { id } } }';

let sessions: Sessions;

beforeAll(async () => {
  sessions = await Sessions.open();
});
afterAll(() => sessions.close());

describe('signing out', () => {
  /** Both servers of a house that has several. */
  const statuses = async (token: string) => [await sessions.statusOf(token), await sessions.statusOf(token)];
  const closed = async (socket: SocketClient) => (await socket.closed).code;

  it('ends this session on every server, with its socket, and no other', async () => {
    const office = await sessions.member('OFFICE');
    const [here, elsewhere] = [await sessions.login(office), await sessions.login(office)];
    const [socket, other] = [
      await sessions.api.connect(here.accessToken),
      await sessions.api.connect(elsewhere.accessToken),
    ];
    const out = await sessions.api.ask<Json>(LOGOUT, {}, here.accessToken);
    expect(out.data.logout).toEqual({ sessionId: sessionOf(here), position: expect.any(String) });
    expect(await statuses(here.accessToken)).toEqual([401, 401]);
    expect((await sessions.refresh(here.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await closed(socket)).toBe(4403);
    expect(await statuses(elsewhere.accessToken)).toEqual([200, 200]);
    await other.settled();
    expect((await sessions.api.ask(LOGOUT)).code).toBe('UNAUTHENTICATED');
  });

  it('ends another session of one’s own by its id, and nobody else’s', async () => {
    const [office, volunteer] = [await sessions.member('OFFICE'), await sessions.member('VOLUNTEER')];
    const [here, elsewhere, foreign] = [
      await sessions.login(office),
      await sessions.login(office),
      await sessions.login(volunteer),
    ];
    const end = (of: Tokens) =>
      sessions.api.ask(END, { input: { commandId: randomUUID(), sessionId: sessionOf(of) } }, here.accessToken);
    expect((await end(elsewhere)).code).toBeUndefined();
    expect((await end(elsewhere)).code).toBeUndefined();
    expect((await end(foreign)).code).toBe('NOT_FOUND');
    expect(await statuses(elsewhere.accessToken)).toEqual([401, 401]);
    expect(await statuses(foreign.accessToken)).toEqual([200, 200]);
  });

  it('everywhere ends every session there is, and none that comes after', async () => {
    const office = await sessions.member('OFFICE');
    const [one, other] = [await sessions.login(office), await sessions.login(office)];
    const socket = await sessions.api.connect(other.accessToken);
    const out = await sessions.api.ask(EVERYWHERE, { input: { commandId: randomUUID() } }, one.accessToken);
    expect(out.code).toBeUndefined();
    for (const { accessToken, refreshToken } of [one, other]) {
      expect(await statuses(accessToken)).toEqual([401, 401]);
      expect((await sessions.refresh(refreshToken)).code).toBe('UNAUTHENTICATED');
    }
    expect(await closed(socket)).toBe(4403);
    expect(await sessions.statusOf((await sessions.login(office)).accessToken)).toBe(200);
    expect((await sessions.api.ask(EVERYWHERE, { input: { commandId: randomUUID() } })).code).toBe('UNAUTHENTICATED');
  });
});

describe('another password', () => {
  const NEW = 'entirely different words';

  it('of one’s own takes the present one, keeps this session and ends the others', async () => {
    const office = await sessions.member('OFFICE');
    const [here, elsewhere] = [await sessions.login(office), await sessions.login(office)];
    const change = (over: object = {}) => {
      const input = { commandId: randomUUID(), currentPassword: sessions.world.password, newPassword: NEW, ...over };
      return sessions.api.ask<Json>(CHANGE, { input }, here.accessToken);
    };
    expect((await change({ currentPassword: 'not the password' })).code).toBe('WRONG_PASSWORD');
    expect((await change({ newPassword: 'short' })).code).toBe('BAD_USER_INPUT');
    const commandId = randomUUID();
    const changed = await change({ commandId });
    expect(changed.code).toBeUndefined();
    expect((await change({ commandId })).text).toBe(changed.text);
    expect([await sessions.statusOf(here.accessToken), await sessions.statusOf(elsewhere.accessToken)]).toEqual([
      200, 401,
    ]);
    expect((await sessions.refresh(here.refreshToken)).code).toBeUndefined();
    expect((await sessions.refresh(elsewhere.refreshToken)).code).toBe('UNAUTHENTICATED');
    await expect(sessions.login(office)).rejects.toThrow('UNAUTHENTICATED');
    await sessions.login(office, NEW);
  });

  it('by an administrator ends every session', async () => {
    const [office, administrator] = [await sessions.member('OFFICE'), await sessions.member('ADMINISTRATOR')];
    const tokens = await sessions.login(office);
    const input = { commandId: randomUUID(), accountId: office.accountId, password: NEW };
    expect((await sessions.api.ask(RESET, { input }, administrator.token)).code).toBeUndefined();
    expect(await sessions.statusOf(tokens.accessToken)).toBe(401);
    await sessions.login(office, NEW);
  });
});
