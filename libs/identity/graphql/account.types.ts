// Accounts as their owners and administrators see them.
import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { TextOpener } from '#libs/graphql-kit';
import { Access, DateTime, inherited, personalTo, Position } from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import type { Role } from '../domain/role.ts';

export const RoleEnum = {
  RESIDENT: 'RESIDENT',
  OFFICE: 'OFFICE',
  SUPERVISOR: 'SUPERVISOR',
  VOLUNTEER: 'VOLUNTEER',
  TEAM_LEAD: 'TEAM_LEAD',
  DEPARTMENT: 'DEPARTMENT',
  AUDITOR: 'AUDITOR',
  ADMINISTRATOR: 'ADMINISTRATOR',
} as const satisfies { readonly [R in Role]: R };

registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What an account may do in an area.',
  valuesMap: {
    RESIDENT: { description: 'Orders and follows their own requests (居民).' },
    OFFICE: { description: 'Works the whole cycle of a community (社区).' },
    SUPERVISOR: { description: 'Sees everything below their street or district.' },
    VOLUNTEER: { description: 'Accepts and does tasks (志愿者).' },
    TEAM_LEAD: { description: 'The same for a team or partner organisation.' },
    DEPARTMENT: { description: 'Answers call-outs.' },
    AUDITOR: { description: 'Sees everything that happened, redacted; changes nothing.' },
    ADMINISTRATOR: { description: 'Keeps accounts, communities, catalogue and policies.' },
  },
});

export const AccountStatusEnum = { ACTIVE: 'ACTIVE', DISABLED: 'DISABLED' } as const;

registerEnumType(AccountStatusEnum, { name: 'AccountStatus', description: 'Whether an account can be used.' });

@ObjectType('Grant', { description: 'A role, held in an area and in every area below it.' })
@Access(inherited)
export class GrantType {
  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => ID, { description: 'The area.' })
  areaId!: string;
}

@ObjectType('Session', { description: 'One sign-in that has not ended, with all refreshes that followed from it.' })
@Access(inherited)
export class SessionType {
  @Field(() => ID, { description: 'To end it by.' })
  id!: string;

  @Field(() => DateTime, { description: 'When somebody signed in.' })
  openedAt!: Instant;

  @Field(() => DateTime, { description: 'When it was last refreshed; when it was opened, before that.' })
  lastRefreshedAt!: Instant;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current!: boolean;
}

/** Who may be given an account is for the fields to decide that answer with one. */
const TO_OWNER_AND_ADMINISTRATORS = personalTo('its owner and administrators of its areas');

@ObjectType('Account', { description: 'Who can sign in. Shown to its owner and to administrators of its areas.' })
@Access(inherited)
export class AccountType {
  @Field(() => ID, { description: 'Permanent id.' })
  id!: string;

  @Field(() => ID, { description: 'The area that looks after the account; it grants nothing.' })
  areaId!: string;

  @Field(() => String, { nullable: true, description: 'The name to sign in with; null once the person was erased.' })
  @Access(TO_OWNER_AND_ADMINISTRATORS)
  username!: string | null;

  @Field(() => String, { nullable: true, description: 'The name others see.' })
  @Access(TO_OWNER_AND_ADMINISTRATORS)
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: 'The identity provider it signs in at; null for a password.' })
  issuer!: string | null;

  @Field(() => String, { nullable: true, description: 'What that provider calls the person.' })
  @Access(TO_OWNER_AND_ADMINISTRATORS)
  subject!: string | null;

  @Field(() => AccountStatusEnum, { description: 'Whether it can be used.' })
  status!: KnownAccount['status'];

  @Field(() => [GrantType], { description: 'Its roles, in the order they were granted.' })
  grants!: readonly GrantType[];

  @Field(() => ID, { nullable: true, description: 'The volunteer it belongs to.' })
  volunteerId!: string | null;

  @Field(() => Int, { description: 'Revision, for `expectedRevision`.' })
  revision!: number;
}

@ObjectType({ description: 'A changed account.' })
@Access(inherited)
export class AccountPayload {
  @Field(() => AccountType, { description: 'The account at its new revision.' })
  account!: AccountType;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}

export async function accountOf(state: AccountState, revision: number, texts: TextOpener): Promise<AccountType> {
  if (state.status === 'NONE') throw new Error('An account without a first event');
  const { accountId, areaId, username, displayName, external, status, grants, volunteerId } = state;
  const open = async (sealed: string | null | undefined) =>
    sealed == null ? null : ((await texts.open(sealed, areaId)) ?? null);
  return {
    id: accountId,
    areaId,
    username: await open(username),
    displayName: await open(displayName),
    issuer: external?.issuer ?? null,
    subject: await open(external?.subject),
    status,
    grants,
    volunteerId: volunteerId ?? null,
    revision,
  };
}
