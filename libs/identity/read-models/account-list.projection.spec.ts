import { describe, expect, it } from '@jest/globals';
import type { DecodedEvent } from '#libs/event-store';
import { foldRow } from '#libs/projections';
import type { AccountEvent } from '../domain/account.events.ts';
import { accountListProjection, accountTable } from './account-list.projection.ts';

const accountId = 'account-1';
const office = { accountId, role: 'OFFICE', areaId: 'liuxia' } as const;
const history: AccountEvent[] = [
  {
    type: 'AccountOpened',
    data: { accountId, areaId: 'street', username: 'sealed', displayName: null, passwordHash: 'sealed' },
  },
  { type: 'RoleGranted', data: { accountId, role: 'AUDITOR', areaId: 'street' } },
  { type: 'RoleGranted', data: office },
  { type: 'VolunteerLinked', data: { accountId, volunteerId: 'volunteer-1' } },
  { type: 'PasswordChanged', data: { accountId, passwordHash: 'sealed', keptSessionId: null } },
  { type: 'AccountDisabled', data: { accountId } },
  { type: 'RoleRevoked', data: office },
];

const recorded = (events: readonly AccountEvent[]) =>
  events.map((event, revision) => ({
    ...event,
    revision,
    metadata: { occurredAt: `day ${String(revision)}` },
  })) as unknown as DecodedEvent<AccountEvent>[];
const fold = (events: readonly DecodedEvent<AccountEvent>[]) =>
  foldRow(accountListProjection, accountTable, events, accountId);

describe('account list', () => {
  const expected = {
    accountId,
    areaId: 'street',
    username: 'sealed',
    displayName: null,
    issuer: null,
    subject: null,
    status: 'DISABLED',
    grants: '[{"role":"AUDITOR","areaId":"street"}]',
    volunteerId: 'volunteer-1',
    openedAt: 'day 0',
    revision: 6,
  };

  it('shows each account as its events left it, without the password', () => {
    expect(fold(recorded(history))).toEqual(expected);
  });

  it('is the same when every event is applied twice', () => {
    expect(fold(recorded(history).flatMap((event) => [event, event]))).toEqual(expected);
  });

  it('shows an account enabled again', () => {
    expect(fold(recorded([...history, { type: 'AccountEnabled', data: { accountId } }]))).toMatchObject({
      status: 'ACTIVE',
    });
  });

  it('shows an external account under its issuer and subject', () => {
    const names = { issuer: 'https://id.example.org', subject: 'sealed', displayName: null };
    const opening: AccountEvent = { type: 'ExternalAccountOpened', data: { accountId, areaId: 'street', ...names } };
    expect(fold(recorded([opening]))).toMatchObject({ ...names, accountId, username: null, status: 'ACTIVE' });
  });

  it('shows nothing for an account whose opening it never saw', () => {
    expect(fold(recorded(history.slice(1)))).toBeUndefined();
  });
});
