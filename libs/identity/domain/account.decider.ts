// An account: one person's way in, the roles it holds in which areas, and the volunteer it belongs to. Pure; every rule
// has a given/when/then specification.
import { accept, assertNever } from '#libs/kernel';
import type { Decider, Decision, Instant } from '#libs/kernel';
import type {
  AccountCommand,
  ChangePassword,
  DisableAccount,
  LinkVolunteer,
  OpenAccount,
  OpenExternalAccount,
} from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import type { AccountRejection } from './account.rejections.ts';
import { refuse } from './account.rejections.ts';
import type { RoleGrant } from './role.ts';

export interface KnownAccount {
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly accountId: string;
  readonly areaId: string;
  /** Sealed, as are display name, password hash and subject; null for an external account, which has no password either. */
  readonly username: string | null;
  readonly displayName: string | null;
  readonly passwordHash: string | null;
  /** Where an external account signs in, and under which name there. */
  readonly external: { readonly issuer: string; readonly subject: string } | undefined;
  readonly grants: readonly RoleGrant[];
  readonly volunteerId: string | undefined;
  /** Rises whenever sessions end all at once: a session opened at an earlier one counts no more. */
  readonly epoch: number;
  /** The session that outlived the last rise. */
  readonly keptSessionId: string | undefined;
  /** Tokens of an identity provider issued up to then count no more. */
  readonly signedOutAt: Instant | undefined;
}
export type AccountState = { readonly status: 'NONE' } | KnownAccount;

type Outcome = Decision<AccountEvent, AccountRejection>;

export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent, AccountRejection> = {
  initial: { status: 'NONE' },
  decide,
  evolve,
};

/** Whether a session of the account still counts, as far as the account has a say. */
export function keepsSession(account: KnownAccount, session: { readonly sessionId: string; readonly epoch: number }) {
  return session.epoch === account.epoch || session.sessionId === account.keptSessionId;
}

function decide(command: AccountCommand, state: AccountState): Outcome {
  if (command.type === 'OpenAccount' || command.type === 'OpenExternalAccount') return open(command, state);
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
      return changePassword(command, state);
    case 'SignOutEverywhere':
      return accept({ type: 'SignedOutEverywhere', data: { accountId, at: command.at } });
    case 'DisableAccount':
      return state.status === 'DISABLED' ? accept() : disable(command, state);
    case 'EnableAccount':
      return state.status === 'ACTIVE' ? accept() : accept({ type: 'AccountEnabled', data: { accountId } });
    default:
      return assertNever(command);
  }
}

function open(command: OpenAccount | OpenExternalAccount, state: AccountState): Outcome {
  if (state.status !== 'NONE') return refuse('USERNAME_TAKEN', 'There is an account of this name.');
  if (command.type === 'OpenAccount') {
    const { type: _, ...data } = command;
    return accept({ type: 'AccountOpened', data });
  }
  const { type: _, ...data } = command;
  return accept({ type: 'ExternalAccountOpened', data });
}

function changePassword({ passwordHash, keptSessionId }: ChangePassword, state: KnownAccount): Outcome {
  if (state.external) return refuse('ACCOUNT_IS_EXTERNAL', 'The account signs in elsewhere and has no password here.');
  return accept({ type: 'PasswordChanged', data: { accountId: state.accountId, passwordHash, keptSessionId } });
}

/** An epoch ends no token of an identity provider: only the time it was issued at tells that it is from before. */
function disable({ at }: DisableAccount, { accountId, external }: KnownAccount): Outcome {
  const disabled = { type: 'AccountDisabled', data: { accountId } } as const;
  return external
    ? accept<AccountEvent>({ type: 'SignedOutEverywhere', data: { accountId, at } }, disabled)
    : accept(disabled);
}

function link({ volunteerId }: LinkVolunteer, state: KnownAccount): Outcome {
  if (state.volunteerId === volunteerId) return accept();
  if (state.volunteerId) return refuse('VOLUNTEER_ALREADY_LINKED', 'The account belongs to another volunteer.');
  return accept({ type: 'VolunteerLinked', data: { accountId: state.accountId, volunteerId } });
}

const NEW = {
  status: 'ACTIVE',
  grants: [],
  volunteerId: undefined,
  epoch: 0,
  keptSessionId: undefined,
  signedOutAt: undefined,
} as const;

function endSessions(state: KnownAccount, keptSessionId?: string): KnownAccount {
  return { ...state, epoch: state.epoch + 1, keptSessionId };
}

function evolve(state: AccountState, event: AccountEvent): AccountState {
  if (event.type === 'AccountOpened') return { ...event.data, external: undefined, ...NEW };
  if (event.type === 'ExternalAccountOpened') {
    const { issuer, subject, ...data } = event.data;
    return { ...data, username: null, passwordHash: null, external: { issuer, subject }, ...NEW };
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
      return endSessions({ ...state, passwordHash: event.data.passwordHash }, event.data.keptSessionId ?? undefined);
    case 'SignedOutEverywhere':
      return endSessions({ ...state, signedOutAt: event.data.at });
    case 'AccountDisabled':
      return endSessions({ ...state, status: 'DISABLED' });
    case 'AccountEnabled':
      return { ...state, status: 'ACTIVE' };
    default:
      return assertNever(event);
  }
}

function isSame(a: RoleGrant, b: RoleGrant): boolean {
  return a.role === b.role && a.areaId === b.areaId;
}
