// Signing in at an identity provider, tried with a real one over HTTP: whom its tokens stand for, keys that are replaced
// while everything runs, and a provider that is down.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import type { Answer } from './harness/client.ts';
import { ALGORITHMS, IdentityProvider } from './harness/identity-provider.ts';
import type { Json } from './harness/person.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';

const ME = '{ me { id username issuer subject displayName grants { role } sessions { id } } }';
const OPEN =
  'mutation ($input: OpenExternalAccountInput!) { openExternalAccount(input: $input) { account { id revision } position } }';
const EVERYWHERE = 'mutation ($input: LogoutEverywhereInput!) { logoutEverywhere(input: $input) { position } }';
const CHANGE = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { position } }';
const DISABLE = 'mutation ($input: AccountInput!) { disableAccount(input: $input) { position } }';
const ENABLE = 'mutation ($input: AccountInput!) { enableAccount(input: $input) { position } }';
const GRANT = 'mutation ($input: RoleInput!) { grantRole(input: $input) { position } }';

let provider: IdentityProvider;
let api: Api;
let world: World;
let administrator: Member;
const accounts = new Map<string, string>();

beforeAll(async () => {
  provider = await IdentityProvider.start('hua', 'leaving', 'switched-off', 'stranger');
  api = await Api.start({ environment: provider.settings });
  world = await makeWorld(api);
  administrator = await world.member('ADMINISTRATOR');
  for (const subject of ['hua', 'leaving', 'switched-off']) {
    const { data, text } = await open({ subject, displayName: '李华' });
    if (!data?.openExternalAccount) throw new Error(text);
    accounts.set(subject, data.openExternalAccount.account.id);
  }
  await send(GRANT, { accountId: accounts.get('hua'), role: 'OFFICE', areaId: world.communityId });
});

afterAll(async () => {
  await api.stop();
  await provider.stop();
});

const send = (mutation: string, input: object, token = administrator.token) =>
  api.ask<Json>(mutation, { input: { commandId: randomUUID(), ...input } }, token);
const open = (over: object) => send(OPEN, { areaId: world.communityId, ...over });
const me = (token: string) => api.ask<Json>(ME, {}, token);

/** Asks until the answer is of this kind: servers learn of new keys within seconds. */
async function until(ask: () => Promise<Answer<Json>>, code: string | undefined): Promise<Answer<Json>> {
  for (;;) {
    const answer = await ask();
    if (answer.code === code) return answer;
    await pause(100);
  }
}

describe('a token of the provider', () => {
  it.each(ALGORITHMS)('signed with %s stands for the account opened for its subject', async (algorithm) => {
    const { data, status } = await me(await provider.token('hua', algorithm));
    expect(status).toBe(200);
    expect(data.me).toEqual({
      id: accounts.get('hua'),
      ...{ username: null, issuer: provider.issuer, subject: 'hua', displayName: '李华' },
      ...{ grants: [{ role: 'OFFICE' }], sessions: [] },
    });
  });

  it('opens the socket, and is worth what the account may do', async () => {
    const token = await provider.token('hua');
    const socket = await api.connect(token);
    const ledger = 'subscription ($id: ID!) { ledgerChanged(communityId: $id) { type } }';
    socket.subscribe('ledger', ledger, { id: world.communityId });
    await socket.settled();
    await world.offer({ token } as Member);
    expect(await socket.data('ledger')).toEqual({ ledgerChanged: { type: 'RequestRaised' } });
  });

  it('of somebody nobody opened an account for is not good', async () => {
    expect(await me(await provider.token('stranger'))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('is no longer good once its owner signed out everywhere, on open sockets either, and a newer one is', async () => {
    const token = await provider.token('leaving');
    expect((await me(token)).status).toBe(200);
    const socket = await api.connect(token);
    expect((await send(EVERYWHERE, {}, token)).code).toBeUndefined();
    expect([(await me(token)).status, (await me(token)).status]).toEqual([401, 401]);
    expect((await socket.closed).code).toBe(4403);
    await until(async () => me(await provider.token('leaving')), undefined);
    expect((await me(token)).status).toBe(401);
  });

  it('is not good for a disabled account, on open sockets either, nor once the account is enabled; a newer one is', async () => {
    const token = await provider.token('switched-off');
    const socket = await api.connect(token);
    expect((await send(DISABLE, { accountId: accounts.get('switched-off') })).code).toBeUndefined();
    expect((await me(token)).status).toBe(401);
    expect((await socket.closed).code).toBe(4403);
    expect((await send(ENABLE, { accountId: accounts.get('switched-off') })).code).toBeUndefined();
    expect((await me(token)).status).toBe(401);
    await until(async () => me(await provider.token('switched-off')), undefined);
    expect((await me(token)).status).toBe(401);
  });

  it('belongs to no session here and to no password', async () => {
    const token = await provider.token('hua');
    expect((await api.ask('mutation { logout { position } }', {}, token)).code).toBe('NOT_FOUND');
    const passwords = { currentPassword: 'x', newPassword: 'a long enough password' };
    expect((await send(CHANGE, passwords, token)).code).toBe('ACCOUNT_IS_EXTERNAL');
  });
});

describe('an account for a subject', () => {
  it('is opened once, with the first result for the same command', async () => {
    const input = { commandId: randomUUID(), subject: `subject ${randomUUID()}` };
    const first = await open(input);
    expect(first.code).toBeUndefined();
    expect((await open(input)).text).toBe(first.text);
    expect((await open({ ...input, commandId: randomUUID() })).code).toBe('USERNAME_TAKEN');
    expect((await open({ subject: ' ' })).code).toBe('BAD_USER_INPUT');
  });
});

describe('the provider', () => {
  it('may replace its keys while everything runs: what the old ones signed is refused from then on', async () => {
    const before = await provider.token('hua');
    expect((await me(before)).status).toBe(200);
    await provider.replaceKeys();
    const after = await provider.token('hua');
    // Each server of a house learns of them by itself.
    for (let server = 0; server < 2; server += 1) await until(() => me(after), undefined);
    await until(() => me(before), 'UNAUTHENTICATED');
    expect((await me(after)).status).toBe(200);
  });

  it('may be down: only tokens whose keys are not known yet cannot be looked at, until it is back', async () => {
    const known = await provider.token('hua');
    await until(() => me(known), undefined);
    await provider.replaceKeys();
    const unknown = await provider.token('hua');
    await provider.down();
    const answer = await until(() => me(unknown), 'UNAVAILABLE');
    expect(answer).toMatchObject({ status: 503 });
    expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|fetch/);
    const own = await world.member('OFFICE');
    expect((await me(own.token)).status).toBe(200);
    await provider.up();
    await until(() => me(unknown), undefined);
  });
});
