// What may be asked of an account. Passwords arrive hashed: no plain password comes this far.
import type { Instant } from '#libs/kernel';
import type { Role } from './role.ts';

export interface OpenAccount {
  readonly type: 'OpenAccount';
  readonly accountId: string;
  readonly areaId: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly passwordHash: string;
}
export interface OpenExternalAccount {
  readonly type: 'OpenExternalAccount';
  readonly accountId: string;
  readonly areaId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly displayName: string | null;
}
export interface GrantRole {
  readonly type: 'GrantRole';
  readonly role: Role;
  readonly areaId: string;
}
export interface RevokeRole {
  readonly type: 'RevokeRole';
  readonly role: Role;
  readonly areaId: string;
}
export interface LinkVolunteer {
  readonly type: 'LinkVolunteer';
  readonly volunteerId: string;
}
export interface ChangePassword {
  readonly type: 'ChangePassword';
  readonly passwordHash: string;
  /** The session that asks for it, which goes on. */
  readonly keptSessionId: string | null;
}
export interface SignOutEverywhere {
  readonly type: 'SignOutEverywhere';
  readonly at: Instant;
}
export interface DisableAccount {
  readonly type: 'DisableAccount';
  readonly at: Instant;
}
export interface EnableAccount {
  readonly type: 'EnableAccount';
}

export type AccountCommand =
  | OpenAccount
  | OpenExternalAccount
  | GrantRole
  | RevokeRole
  | LinkVolunteer
  | ChangePassword
  | SignOutEverywhere
  | DisableAccount
  | EnableAccount;
