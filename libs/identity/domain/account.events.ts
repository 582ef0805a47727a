// What can have happened to an account. `username`, `displayName` and `passwordHash` are personal data of the account's
// own person, whose id is the account's; here they are plain before they are stored and sealed ever after.
import type { Role } from './role.ts';

interface Fact<Type extends string, Data extends object = object> {
  readonly type: Type;
  readonly data: Readonly<Data> & { readonly accountId: string };
}

/** `areaId` is the area that looks after the account; it says nothing about what the account may do. */
export type AccountOpened = Fact<
  'AccountOpened',
  { areaId: string; username: string; displayName: string | null; passwordHash: string }
>;
export type RoleGranted = Fact<'RoleGranted', { role: Role; areaId: string }>;
export type RoleRevoked = Fact<'RoleRevoked', { role: Role; areaId: string }>;
export type VolunteerLinked = Fact<'VolunteerLinked', { volunteerId: string }>;
export type PasswordChanged = Fact<'PasswordChanged', { passwordHash: string }>;
export type AccountDisabled = Fact<'AccountDisabled'>;
export type AccountEnabled = Fact<'AccountEnabled'>;

export type AccountEvent =
  AccountOpened | RoleGranted | RoleRevoked | VolunteerLinked | PasswordChanged | AccountDisabled | AccountEnabled;
