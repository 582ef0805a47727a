// What may be asked of an account. Passwords arrive hashed: no plain password comes this far.
import type { Role } from './role.ts';

export interface OpenAccount {
  readonly type: 'OpenAccount';
  readonly accountId: string;
  readonly areaId: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly passwordHash: string;
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
}
export interface DisableAccount {
  readonly type: 'DisableAccount';
}
export interface EnableAccount {
  readonly type: 'EnableAccount';
}

export type AccountCommand =
  OpenAccount | GrantRole | RevokeRole | LinkVolunteer | ChangePassword | DisableAccount | EnableAccount;
