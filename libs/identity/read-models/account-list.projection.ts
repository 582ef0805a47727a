// Who has an account and what each may do, for administrators' lists. Names stay sealed; nobody is let in by this.
import type { PersonKeyDestroyed } from '#libs/erasures';
import { erasureCodec } from '#libs/erasures';
import { assertNever } from '#libs/kernel';
import type { Projection } from '#libs/projections';
import { rowTable } from '#libs/projections';
import { accountCodec } from '../codec/account.codec.ts';
import type { AccountEvent } from '../domain/account.events.ts';
import type { RoleGrant } from '../domain/role.ts';

export type AccountRow = {
  readonly accountId: string;
  readonly areaId: string;
  /** Sealed, as are `displayName` and `subject`; null for an external account, and once the person was erased. */
  readonly username: string | null;
  readonly displayName: string | null;
  /** The identity provider of an external account, and what it calls the person. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** `ACTIVE` or `DISABLED` */
  readonly status: string;
  /** JSON list of `{ role, areaId }`, in the order they were granted. */
  readonly grants: string;
  readonly volunteerId: string | null;
  readonly openedAt: string;
  readonly revision: number;
};

export const accountTable = rowTable<AccountRow>({
  name: 'accountList',
  columns: {
    accountId: { type: 'text' },
    areaId: { type: 'text' },
    username: { type: 'text', nullable: true },
    displayName: { type: 'text', nullable: true },
    issuer: { type: 'text', nullable: true },
    subject: { type: 'text', nullable: true },
    status: { type: 'text' },
    grants: { type: 'text' },
    volunteerId: { type: 'text', nullable: true },
    openedAt: { type: 'text' },
    revision: { type: 'integer' },
  },
  key: ['accountId'],
  indexes: [['areaId', 'openedAt', 'accountId']],
});

export const accountListProjection: Projection<AccountEvent | PersonKeyDestroyed> = {
  name: 'account-list',
  version: 3,
  tables: [accountTable],
  codecs: [accountCodec, erasureCodec],
  handles: [...accountCodec.types, 'PersonKeyDestroyed'],
  keys: (event) => {
    if (event.type !== 'PersonKeyDestroyed') return [[accountTable, event.data.accountId]];
    return event.data.subject.kind === 'ACCOUNT' ? [[accountTable, event.data.subject.id]] : [];
  },

  apply(event, rows) {
    if (event.type === 'PersonKeyDestroyed') {
      const row = event.data.subject.kind === 'ACCOUNT' ? rows.get(accountTable, event.data.subject.id) : undefined;
      if (row) rows.put(accountTable, { ...row, username: null, displayName: null, subject: null });
      return;
    }
    if (event.type === 'AccountOpened' || event.type === 'ExternalAccountOpened') {
      const opened = { ...namesOf(event), status: 'ACTIVE', grants: '[]', volunteerId: null };
      rows.put(accountTable, { ...opened, openedAt: event.metadata.occurredAt, revision: event.revision });
      return;
    }
    const row = rows.get(accountTable, event.data.accountId);
    if (row) rows.put(accountTable, { ...row, ...changeOf(event, row), revision: event.revision });
  },
};

type Opening = Extract<AccountEvent, { type: 'AccountOpened' | 'ExternalAccountOpened' }>;

function namesOf({ type, data }: Opening) {
  const { accountId, areaId, displayName } = data;
  if (type === 'AccountOpened') return { accountId, areaId, displayName, username: data.username, ...NOT_EXTERNAL };
  return { accountId, areaId, displayName, username: null, issuer: data.issuer, subject: data.subject };
}

const NOT_EXTERNAL = { issuer: null, subject: null };

function changeOf(event: Exclude<AccountEvent, Opening>, row: AccountRow): Partial<AccountRow> {
  switch (event.type) {
    case 'RoleGranted': {
      const { role, areaId } = event.data;
      return { grants: JSON.stringify([...without(row, event.data), { role, areaId }]) };
    }
    case 'RoleRevoked':
      return { grants: JSON.stringify(without(row, event.data)) };
    case 'VolunteerLinked':
      return { volunteerId: event.data.volunteerId };
    case 'AccountDisabled':
      return { status: 'DISABLED' };
    case 'AccountEnabled':
      return { status: 'ACTIVE' };
    case 'PasswordChanged':
    case 'SignedOutEverywhere':
      return {};
    default:
      return assertNever(event);
  }
}

function without({ grants }: AccountRow, { role, areaId }: RoleGrant): RoleGrant[] {
  return (JSON.parse(grants) as RoleGrant[]).filter((grant) => grant.role !== role || grant.areaId !== areaId);
}
