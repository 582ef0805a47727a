// An account: one person's way in, the roles it holds in which areas, and the volunteer it belongs to. Pure; every rule
// has a given/when/then specification.
import { accept, assertNever } from '#libs/kernel';
import type { Decider, Decision } from '#libs/kernel';
import type { AccountCommand, LinkVolunteer, OpenAccount } from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import type { AccountRejection } from './account.rejections.ts';
import { refuse } from './account.rejections.ts';
import type { RoleGrant } from './role.ts';

export interface KnownAccount {
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly accountId: string;
  readonly areaId: string;
  /** Sealed, as are the next two. */
  readonly username: string;
  readonly displayName: string | null;
  readonly passwordHash: string;
  readonly grants: readonly RoleGrant[];
  readonly volunteerId: string | undefined;
}
export type AccountState = { readonly status: 'NONE' } | KnownAccount;

type Outcome = Decision<AccountEvent, AccountRejection>;

export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent, AccountRejection> = {
  initial: { status: 'NONE' },
  decide,
  evolve,
};

function decide(command: AccountCommand, state: AccountState): Outcome {
  if (command.type === 'OpenAccount') return open(command, state);
  if (state.status === 'NONE') return refuse('NOT_FOUND', 'There is no such account.');
  const { accountId } = state;
  switch (command.type) {
    case 'GrantRole': {
      const { role, areaId } = command;
      if (state.grants.some((grant) => isSame(grant, command))) return accept();
      return accept({ type: 'RoleGranted', data: { accountId, role, areaId } });
    }
    case 'RevokeRole': {
      const { role, areaId } = command;
      if (!state.grants.some((grant) => isSame(grant, command))) return accept();
      return accept({ type: 'RoleRevoked', data: { accountId, role, areaId } });
    }
    case 'LinkVolunteer':
      return link(command, state);
    case 'ChangePassword':
      return accept({ type: 'PasswordChanged', data: { accountId, passwordHash: command.passwordHash } });
    case 'DisableAccount':
      return state.status === 'DISABLED' ? accept() : accept({ type: 'AccountDisabled', data: { accountId } });
    case 'EnableAccount':
      return state.status === 'ACTIVE' ? accept() : accept({ type: 'AccountEnabled', data: { accountId } });
    default:
      return assertNever(command);
  }
}

function open({ type: _, ...data }: OpenAccount, state: AccountState): Outcome {
  if (state.status !== 'NONE') return refuse('USERNAME_TAKEN', 'There is an account of this name.');
  return accept({ type: 'AccountOpened', data });
}

function link({ volunteerId }: LinkVolunteer, state: KnownAccount): Outcome {
  if (state.volunteerId === volunteerId) return accept();
  if (state.volunteerId) return refuse('VOLUNTEER_ALREADY_LINKED', 'The account belongs to another volunteer.');
  return accept({ type: 'VolunteerLinked', data: { accountId: state.accountId, volunteerId } });
}

function evolve(state: AccountState, event: AccountEvent): AccountState {
  if (event.type === 'AccountOpened') {
    return { status: 'ACTIVE', ...event.data, grants: [], volunteerId: undefined };
  }
  if (state.status === 'NONE') return state;
  switch (event.type) {
    case 'RoleGranted': {
      const { role, areaId } = event.data;
      return { ...state, grants: [...state.grants, { role, areaId }] };
    }
    case 'RoleRevoked':
      return { ...state, grants: state.grants.filter((grant) => !isSame(grant, event.data)) };
    case 'VolunteerLinked':
      return { ...state, volunteerId: event.data.volunteerId };
    case 'PasswordChanged':
      return { ...state, passwordHash: event.data.passwordHash };
    case 'AccountDisabled':
      return { ...state, status: 'DISABLED' };
    case 'AccountEnabled':
      return { ...state, status: 'ACTIVE' };
    default:
      return assertNever(event);
  }
}

function isSame(a: RoleGrant, b: RoleGrant): boolean {
  return a.role === b.role && a.areaId === b.areaId;
}
