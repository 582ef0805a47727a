import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deterministicId } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { CommandContext, Instant } from '#libs/kernel';
import { InvalidInput, instantOf, MINUTE, NotFound, plus, Unauthenticated, Unavailable } from '#libs/kernel';
import type { PersonalDataVault } from '#libs/privacy';
import { openTestVault } from '#libs/privacy/testing';
import { identityInProcess } from '../testing/index.ts';
import type { IdentityInProcess } from '../testing/index.ts';
import { PasswordHasher } from './password-hasher.ts';

const [STREET, LIUXIA, OTHER] = ['street', 'liuxia', 'other'].map((name) => deterministicId(name)) as [
  string,
  string,
  string,
];
const PASSWORD = 'correct horse battery';
const HUA = { areaId: STREET, username: 'Li.Hua', displayName: '李华 canary', password: PASSWORD };
const START = instantOf(1_700_000_000_000);

const areas = {
  isWithin: (area: string, ancestor: string) => area === ancestor || (ancestor === STREET && area === LIUXIA),
  communitiesWithin: (area: string) => (area === STREET ? [LIUXIA] : [area]),
};

describe('accounts, signing in and viewers', () => {
  let directory: string;
  let now: Instant;
  let vault: PersonalDataVault;
  let store: SqliteEventStore;
  let accounts: IdentityInProcess['accounts'];
  let passwords: IdentityInProcess['passwords'];
  let signIn: IdentityInProcess['signIn'];
  let viewers: IdentityInProcess['viewers'];

  const context = (commandId: string, commandHash = 'hash'): CommandContext => ({
    commandId: deterministicId(commandId),
    commandHash,
    actor: { accountId: 'system', role: 'SYSTEM' },
    occurredAt: now,
    recordedAt: now,
  });
  const openHua = (commandId = 'open') => accounts.open(HUA, context(commandId));

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'identity-'));
    now = START;
    vault = await openTestVault(directory);
    store = SqliteEventStore.open({ file: join(directory, 'events.db') });
    ({ accounts, passwords, signIn, viewers } = identityInProcess({ store, vault, areas, clock: { now: () => now } }));
  });
  afterEach(async () => {
    await store.close();
    await vault.close();
    rmSync(directory, { recursive: true });
  });

  it('opens an account once per name, however the name is written', async () => {
    const { state } = await openHua();
    expect(state).toMatchObject({ status: 'ACTIVE', accountId: accounts.idOf('ｌｉ.ＨＵＡ ') });
    const again = accounts.open({ ...HUA, username: 'LI.HUA' }, context('another'));
    await expect(again).rejects.toMatchObject({ code: 'USERNAME_TAKEN' });
  });

  it('answers a repeated command with the first account and appends nothing', async () => {
    const first = await openHua();
    const repeat = await openHua();
    expect([repeat.appended, repeat.revision, repeat.position]).toEqual([0, first.revision, first.position]);
    const other = accounts.open({ ...HUA, displayName: 'someone else' }, context('open'));
    await expect(other).rejects.toMatchObject({ kind: 'command-id-reused' });
  });

  it('keeps names and password out of everything it writes, and the password out of the fingerprint', async () => {
    await openHua();
    const written = Buffer.concat(readdirSync(directory).map((file) => readFileSync(join(directory, file))));
    for (const canary of ['li.hua', 'canary', PASSWORD, '$argon2']) expect(written.includes(canary)).toBe(false);
    const hashOf = async () => {
      const { events } = await store.readStream(`account-${accounts.idOf('li.hua')}`);
      return events.map(({ metadata }) => metadata.commandHash);
    };
    const { displayName, areaId } = HUA;
    expect(await hashOf()).toEqual([
      vault.fingerprint({ command: 'OpenAccount', areaId, username: 'li.hua', displayName }),
    ]);
  });

  it.each([
    { username: 'x' },
    { username: 'has space' },
    { username: '.dot' },
    { username: 'x'.repeat(65) },
    { password: 'short' },
    { displayName: 'line\nbreak' },
    { displayName: ' ' },
  ])('refuses %j', async (wrong) => {
    await expect(accounts.open({ ...HUA, ...wrong }, context('open'))).rejects.toThrow(InvalidInput);
  });

  it('signs in by name and password and introduces the viewer', async () => {
    const { state } = await openHua();
    const { accessToken, expiresAt, account } = await signIn.withPassword(' li.HUA', PASSWORD);
    expect(account).toEqual(state);
    const viewer = await viewers.authenticate(accessToken);
    expect(viewer).toMatchObject({ accountId: account.accountId, grants: [], expiresAt: plus(START, 10 * MINUTE) });
    now = expiresAt;
    expect(await viewers.authenticate(accessToken)).toBeUndefined();
  });

  it('says the same to an unknown name, a wrong password and a disabled account', async () => {
    const { state } = await openHua();
    const failure = (username: string, password: string) =>
      signIn.withPassword(username, password).then(
        () => 'signed in',
        (error: unknown) => error,
      );
    const answers = [
      await failure('li.hua', 'wrong'),
      await failure('li.hua', ''),
      await failure('nobody', PASSWORD),
      await failure('no body', PASSWORD),
      await failure('', PASSWORD),
    ];
    await accounts.change(accounts.idOf('li.hua'), { type: 'DisableAccount' }, context('disable'));
    answers.push(await failure('li.hua', PASSWORD));
    expect(new Set(answers.map((error) => (error as Error).message))).toEqual(
      new Set(['Username or password is wrong.']),
    );
    expect(answers.every((error) => error instanceof Unauthenticated)).toBe(true);
    expect(state.status).toBe('ACTIVE');
  });

  it('does a password’s work for everyone: turned away when it cannot be done, whether they exist or not', async () => {
    await openHua();
    await accounts.open({ ...HUA, username: 'off' }, context('open off'));
    await accounts.change(accounts.idOf('off'), { type: 'DisableAccount' }, context('disable'));
    const busy = new PasswordHasher({ concurrency: 0, queue: 0 });
    const { signIn: overloaded } = identityInProcess({
      ...{ store, vault, areas, clock: { now: () => now }, passwords: busy },
    });
    for (const username of ['li.hua', 'off', 'nobody', 'no body', '']) {
      await expect(overloaded.withPassword(username, PASSWORD)).rejects.toThrow(Unavailable);
    }
  });

  it('lets nobody in once the person is erased', async () => {
    await openHua();
    await vault.erase(accounts.idOf('li.hua'), now);
    await expect(signIn.withPassword('li.hua', PASSWORD)).rejects.toThrow(Unauthenticated);
  });

  it('changes the password, checked against the name it keeps sealed', async () => {
    await openHua();
    const accountId = accounts.idOf('li.hua');
    await expect(passwords.reset(accountId, 'li.hua li.hua', context('bad'))).rejects.toThrow(InvalidInput);
    await passwords.reset(accountId, 'staple battery horse', context('change'));
    await expect(signIn.withPassword('li.hua', PASSWORD)).rejects.toThrow(Unauthenticated);
    expect(await signIn.withPassword('li.hua', 'staple battery horse')).toMatchObject({ revision: 1 });
  });

  it('knows no change of an account that does not exist', async () => {
    const unknown = deterministicId('nobody');
    await expect(accounts.change(unknown, { type: 'EnableAccount' }, context('x'))).rejects.toThrow(NotFound);
    await expect(passwords.reset(unknown, PASSWORD, context('x'))).rejects.toThrow(NotFound);
    expect(await viewers.again({ accountId: unknown })).toBeUndefined();
    expect(await viewers.again({ accountId: 'not an id' })).toBeUndefined();
  });

  it('covers the area of a grant and all below, and no other', async () => {
    await openHua();
    const accountId = accounts.idOf('li.hua');
    await accounts.change(accountId, { type: 'GrantRole', role: 'SUPERVISOR', areaId: STREET }, context('grant'));
    await accounts.change(accountId, { type: 'GrantRole', role: 'AUDITOR', areaId: OTHER }, context('grant 2'));
    const viewer = await viewers.again({ accountId });
    expect([LIUXIA, STREET, OTHER].map((area) => viewer?.may(['SUPERVISOR', 'OFFICE'], area))).toEqual([
      true,
      true,
      false,
    ]);
    expect(viewer?.may(['OFFICE'], LIUXIA)).toBe(false);
    expect(viewer?.communities(['SUPERVISOR', 'AUDITOR'])).toEqual([LIUXIA, OTHER]);
    expect(viewer?.communities(['OFFICE'])).toEqual([]);
  });

  it('takes away a role, a viewer and a token with the very next look, a token for good', async () => {
    await openHua();
    const accountId = accounts.idOf('li.hua');
    const { accessToken } = await signIn.withPassword('li.hua', PASSWORD);
    const office = { role: 'OFFICE', areaId: LIUXIA } as const;
    for (let round = 0; round < 20; round += 1) {
      await accounts.change(accountId, { type: 'GrantRole', ...office }, context(`grant ${String(round)}`));
      expect((await viewers.authenticate(accessToken))?.may(['OFFICE'], LIUXIA)).toBe(true);
      await accounts.change(accountId, { type: 'RevokeRole', ...office }, context(`revoke ${String(round)}`));
      expect((await viewers.authenticate(accessToken))?.may(['OFFICE'], LIUXIA)).toBe(false);
    }
    await accounts.change(accountId, { type: 'DisableAccount' }, context('disable'));
    expect(await viewers.authenticate(accessToken)).toBeUndefined();
    await accounts.change(accountId, { type: 'EnableAccount' }, context('enable'));
    expect(await viewers.authenticate(accessToken)).toBeUndefined();
    const again = await signIn.withPassword('li.hua', PASSWORD);
    expect(await viewers.authenticate(again.accessToken)).toMatchObject({ accountId });
  });
});
