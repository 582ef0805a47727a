import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { deterministicId } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { CLOCK, CommandContexts, GraphQLContext, PersonalTexts, READ_MODELS } from '#libs/graphql-kit';
import { instantOf, NotFound, NotPermitted, Unauthenticated } from '#libs/kernel';
import { PersonalDataVault } from '#libs/privacy';
import { openTestVault } from '#libs/privacy/testing';
import { AccountDesk } from '../application/account.desk.ts';
import { VolunteerDesk } from '#libs/volunteers';
import { PasswordDesk } from '../application/password.desk.ts';
import { SessionDesk } from '../application/session.desk.ts';
import { SignIn } from '../application/sign-in.ts';
import { ViewerLookup } from '../application/viewer-lookup.ts';
import type { Role } from '../domain/role.ts';
import { identityInProcess } from '../testing/index.ts';
import { AccountAdministrationResolver } from './account-administration.resolver.ts';
import { AccountResolver } from './account.resolver.ts';
import { IdentityModule } from './identity.module.ts';
import { SessionResolver } from './session.resolver.ts';

const id = (name: string) => deterministicId(name);
const PASSWORD = 'correct horse battery';
const clock = { now: () => instantOf(1_700_000_000_000) };
/** A street with two communities. */
const areas = {
  isWithin: (area: string, ancestor: string) => area === ancestor || ancestor === id('street'),
  communitiesWithin: (area: string) => (area === id('street') ? [id('liuxia'), id('other')] : [area]),
};

@Module({})
class FoundationModule {}

describe('accounts over GraphQL', () => {
  let directory: string;
  let app: TestingModule;
  let store: SqliteEventStore;
  let vault: PersonalDataVault;
  let viewers: ViewerLookup;
  let administration: AccountAdministrationResolver;
  let session: SessionResolver;
  let account: AccountResolver;
  let commands = 0;

  const next = () => ({ commandId: id(`command ${String((commands += 1))}`) });
  const open = (context: GraphQLContext, username: string, areaId = id('liuxia')) =>
    administration.openAccount({ ...next(), areaId, username, password: PASSWORD }, context);
  const grant = (context: GraphQLContext, accountId: string, role: Role, areaId = id('liuxia')) =>
    administration.grantRole({ ...next(), accountId, role, areaId }, context);
  const contextOf = async (accountId: string) => new GraphQLContext(await viewers.again({ accountId }), 'request');
  /** An administrator as the operator makes the first one. */
  const administrator = async (username: string, areaId: string) => {
    const desk = app.get(AccountDesk);
    const contexts = app.get(CommandContexts);
    const details = { areaId, username, displayName: null, password: PASSWORD };
    await desk.open(details, contexts.of(undefined, 'OpenAccount', next()));
    const order = { type: 'GrantRole', role: 'ADMINISTRATOR', areaId } as const;
    await desk.change(desk.idOf(username), order, contexts.of(undefined, 'GrantRole', next()));
    return contextOf(desk.idOf(username));
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'identity-graphql-'));
    vault = await openTestVault(directory);
    store = SqliteEventStore.open({ file: join(directory, 'events.db') });
    const identity = identityInProcess({ store, vault, clock, areas });
    ({ viewers } = identity);
    const values = [
      [AccountDesk, identity.accounts],
      [PasswordDesk, identity.passwords],
      [SessionDesk, identity.sessionDesk],
      [SignIn, identity.signIn],
      [CLOCK, clock],
      [READ_MODELS, {}],
      [ViewerLookup, viewers],
      [CommandContexts, new CommandContexts(clock, (payload) => vault.fingerprint(payload))],
      [PersonalTexts, new PersonalTexts(vault)],
      [VolunteerDesk, {}],
    ] as const;
    const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
    const root = { module: FoundationModule, global: true, providers, exports: providers };
    app = await Test.createTestingModule({ imports: [root, CqrsModule.forRoot(), IdentityModule] }).compile();
    await app.init();
    administration = app.get(AccountAdministrationResolver);
    session = app.get(SessionResolver);
    account = app.get(AccountResolver);
  });
  afterEach(async () => {
    await app.close();
    await store.close();
    await vault.close();
    rmSync(directory, { recursive: true });
  });

  it('signs in and says who is signed in', async () => {
    const admin = await administrator('admin.one', id('street'));
    const { account: opened } = await open(admin, 'Li.Hua');
    const nobody = new GraphQLContext(undefined, 'request');
    const login = await session.login({ username: 'li.hua', password: PASSWORD }, nobody);
    expect(login).toMatchObject({ account: { id: opened.id, username: 'li.hua', displayName: null, grants: [] } });
    const viewer = await viewers.authenticate(login.accessToken);
    expect(await account.me(new GraphQLContext(viewer, 'request'))).toEqual(login.account);
    expect(await account.me(nobody)).toBeNull();
    await expect(session.login({ username: 'li.hua', password: 'wrong' }, nobody)).rejects.toThrow(Unauthenticated);
  });

  it('lets administrators grant, revoke, disable and enable in their areas', async () => {
    const admin = await administrator('admin.one', id('street'));
    const { account, position } = await open(admin, 'li.hua');
    expect(await store.head()).toBe(position);
    const granted = await grant(admin, account.id, 'OFFICE');
    expect(granted.account).toMatchObject({ grants: [{ role: 'OFFICE', areaId: id('liuxia') }], revision: 1 });
    const office = { accountId: account.id, role: 'OFFICE', areaId: id('liuxia') } as const;
    const revoked = await administration.revokeRole({ ...next(), ...office }, admin);
    expect(revoked.account).toMatchObject({ grants: [], revision: 2 });
    const disabled = await administration.disableAccount({ ...next(), accountId: account.id }, admin);
    expect(disabled.account.status).toBe('DISABLED');
    const enabled = await administration.enableAccount({ ...next(), accountId: account.id }, admin);
    expect(enabled.account.status).toBe('ACTIVE');
  });

  it('answers a repeated command with the first result', async () => {
    const admin = await administrator('admin.one', id('street'));
    const input = { ...next(), areaId: id('liuxia'), username: 'li.hua', password: PASSWORD };
    const first = await administration.openAccount(input, admin);
    expect(await administration.openAccount(input, admin)).toEqual(first);
  });

  it('keeps administrators to their areas, and away from accounts that reach beyond them', async () => {
    const street = await administrator('admin.street', id('street'));
    const liuxia = await administrator('admin.liuxia', id('liuxia'));
    await expect(open(liuxia, 'x.y', id('other'))).rejects.toThrow(NotPermitted);
    const { account } = await open(liuxia, 'li.hua');
    await expect(grant(liuxia, account.id, 'SUPERVISOR', id('street'))).rejects.toThrow(NotPermitted);
    await grant(street, account.id, 'SUPERVISOR', id('street'));
    await expect(grant(liuxia, account.id, 'OFFICE')).rejects.toThrow(NotFound);
    await expect(administration.disableAccount({ ...next(), accountId: account.id }, liuxia)).rejects.toThrow(NotFound);
    const elsewhere = await open(street, 'other.one', id('other'));
    await expect(grant(liuxia, elsewhere.account.id, 'OFFICE')).rejects.toThrow(NotFound);
  });
});
