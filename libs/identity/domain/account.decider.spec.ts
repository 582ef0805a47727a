import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import { instantOf } from '#libs/kernel';
import type { KnownAccount } from './account.decider.ts';
import { accountDecider, keepsSession } from './account.decider.ts';
import type { AccountEvent } from './account.events.ts';

const accountId = 'account-1';
const NOW = instantOf(1_700_000_000_000);
const details = { accountId, areaId: 'street', username: 'li.hua', displayName: '李华', passwordHash: 'hash' };
const opened: AccountEvent = { type: 'AccountOpened', data: details };
const office = { role: 'OFFICE', areaId: 'liuxia' } as const;
const granted: AccountEvent = { type: 'RoleGranted', data: { accountId, ...office } };
const linked: AccountEvent = { type: 'VolunteerLinked', data: { accountId, volunteerId: 'volunteer-1' } };
const disabled: AccountEvent = { type: 'AccountDisabled', data: { accountId } };
const enabled: AccountEvent = { type: 'AccountEnabled', data: { accountId } };
const account = (...history: AccountEvent[]) => given(accountDecider, history);

describe('account', () => {
  it('is opened once under its name', () => {
    account()
      .when({ type: 'OpenAccount', ...details })
      .then(opened);
    account(opened)
      .when({ type: 'OpenAccount', ...details })
      .thenRejected('USERNAME_TAKEN');
  });

  it('starts active, without roles or volunteer', () => {
    expect(
      account()
        .when({ type: 'OpenAccount', ...details })
        .state(),
    ).toEqual({
      status: 'ACTIVE',
      ...details,
      grants: [],
      volunteerId: undefined,
      external: undefined,
      epoch: 0,
      keptSessionId: undefined,
      signedOutAt: undefined,
    });
  });

  it('of an identity provider is opened once under its subject, and has no password', () => {
    const { username: _, passwordHash: __, ...names } = details;
    const external = { ...names, issuer: 'https://id.example.org', subject: 'subject-1' };
    const event: AccountEvent = { type: 'ExternalAccountOpened', data: external };
    const opening = account().when({ type: 'OpenExternalAccount', ...external });
    opening.then(event);
    expect(opening.state()).toMatchObject({ status: 'ACTIVE', username: null, passwordHash: null, grants: [] });
    account(event)
      .when({ type: 'OpenExternalAccount', ...external })
      .thenRejected('USERNAME_TAKEN');
    account(event)
      .when({ type: 'ChangePassword', passwordHash: 'new', keptSessionId: null })
      .thenRejected('ACCOUNT_IS_EXTERNAL');
  });

  it('gets a role once per area and loses that one only', () => {
    account(opened)
      .when({ type: 'GrantRole', ...office })
      .then(granted);
    account(opened, granted)
      .when({ type: 'GrantRole', ...office })
      .thenNothing();
    const elsewhere: AccountEvent = { type: 'RoleGranted', data: { accountId, role: 'OFFICE', areaId: 'elsewhere' } };
    const auditor: AccountEvent = { type: 'RoleGranted', data: { accountId, role: 'AUDITOR', areaId: 'liuxia' } };
    const revoked = account(opened, granted, elsewhere, auditor).when({ type: 'RevokeRole', ...office });
    revoked.then({ type: 'RoleRevoked', data: { accountId, ...office } });
    expect(revoked.state()).toMatchObject({
      grants: [
        { role: 'OFFICE', areaId: 'elsewhere' },
        { role: 'AUDITOR', areaId: 'liuxia' },
      ],
    });
    account(opened, elsewhere, auditor)
      .when({ type: 'RevokeRole', ...office })
      .thenNothing();
  });

  it('belongs to one volunteer for good', () => {
    account(opened).when({ type: 'LinkVolunteer', volunteerId: 'volunteer-1' }).then(linked);
    account(opened, linked).when({ type: 'LinkVolunteer', volunteerId: 'volunteer-1' }).thenNothing();
    account(opened, linked)
      .when({ type: 'LinkVolunteer', volunteerId: 'volunteer-2' })
      .thenRejected('VOLUNTEER_ALREADY_LINKED');
  });

  it('takes a new password', () => {
    const passwordHash = 'new';
    for (const keptSessionId of [null, 'session-1']) {
      const changed = account(opened).when({ type: 'ChangePassword', passwordHash, keptSessionId });
      changed.then({ type: 'PasswordChanged', data: { accountId, passwordHash, keptSessionId } });
      expect(changed.state()).toMatchObject({ passwordHash });
    }
  });

  it('ends sessions by leaving them behind at an earlier epoch, but for the one that is kept', () => {
    const changed = (keptSessionId: string | null): AccountEvent => ({
      type: 'PasswordChanged',
      data: { accountId, passwordHash: 'new', keptSessionId },
    });
    const everywhere: AccountEvent = { type: 'SignedOutEverywhere', data: { accountId, at: NOW } };
    const kept = (epoch: number, ...history: AccountEvent[]) => {
      const state = account(opened, ...history)
        .when({ type: 'EnableAccount' })
        .state() as KnownAccount;
      return ['session-1', 'session-2'].map((sessionId) => keepsSession(state, { sessionId, epoch }));
    };
    expect(kept(0)).toEqual([true, true]);
    expect(kept(0, changed(null))).toEqual([false, false]);
    expect(kept(0, changed('session-1'))).toEqual([true, false]);
    expect(kept(0, changed('session-1'), changed('session-1'))).toEqual([true, false]);
    expect(kept(0, changed('session-1'), everywhere)).toEqual([false, false]);
    expect(kept(0, changed('session-1'), changed('session-2'))).toEqual([false, true]);
    expect(kept(0, disabled)).toEqual([false, false]);
    expect(kept(1, everywhere)).toEqual([true, true]);
  });

  it('signs out everywhere, as often as it is asked to', () => {
    const out = account(opened).when({ type: 'SignOutEverywhere', at: NOW });
    out.then({ type: 'SignedOutEverywhere', data: { accountId, at: NOW } });
    expect(out.state()).toMatchObject({ signedOutAt: NOW });
  });

  it('is disabled and enabled again, keeping what it had', () => {
    account(opened, granted).when({ type: 'DisableAccount', at: NOW }).then(disabled);
    account(opened, disabled).when({ type: 'DisableAccount', at: NOW }).thenNothing();
    account(opened).when({ type: 'EnableAccount' }).thenNothing();
    const back = account(opened, granted, linked, disabled).when({ type: 'EnableAccount' });
    back.then(enabled);
    expect(back.state()).toMatchObject({ status: 'ACTIVE', grants: [office], volunteerId: 'volunteer-1' });
  });

  it('of an identity provider, disabled, leaves behind what was issued until then', () => {
    const subject = { accountId, areaId: 'street', issuer: 'https://id.example.org', subject: 's', displayName: null };
    const out = account({ type: 'ExternalAccountOpened', data: subject }).when({ type: 'DisableAccount', at: NOW });
    out.then({ type: 'SignedOutEverywhere', data: { accountId, at: NOW } }, disabled);
    expect(out.state()).toMatchObject({ status: 'DISABLED', signedOutAt: NOW });
  });

  it.each([
    { type: 'GrantRole', ...office },
    { type: 'RevokeRole', ...office },
    { type: 'LinkVolunteer', volunteerId: 'volunteer-1' },
    { type: 'ChangePassword', passwordHash: 'new', keptSessionId: null },
    { type: 'SignOutEverywhere', at: NOW },
    { type: 'DisableAccount', at: NOW },
    { type: 'EnableAccount' },
  ] as const)('that does not exist refuses $type', (command) => {
    account().when(command).thenRejected('NOT_FOUND');
  });

  it('reads a history without its beginning as no account', () => {
    expect(accountDecider.evolve(accountDecider.initial, granted)).toEqual({ status: 'NONE' });
  });
});
