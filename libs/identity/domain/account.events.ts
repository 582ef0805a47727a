// What can have happened to an account. `username`, `subject`, `displayName` and `passwordHash` are personal data of the
// account's own person, whose id is the account's; here they are plain before they are stored and sealed ever after.
import type { Instant } from '#libs/kernel';
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
/** Signs in at an identity provider: `subject` is its name for the person, who has no password here. */
export type ExternalAccountOpened = Fact<
  'ExternalAccountOpened',
  { areaId: string; issuer: string; subject: string; displayName: string | null }
>;
export type RoleGranted = Fact<'RoleGranted', { role: Role; areaId: string }>;
export type RoleRevoked = Fact<'RoleRevoked', { role: Role; areaId: string }>;
export type VolunteerLinked = Fact<'VolunteerLinked', { volunteerId: string }>;
/** Ends every session but the one it names. */
export type PasswordChanged = Fact<'PasswordChanged', { passwordHash: string; keptSessionId: string | null }>;
/** Ends every session; tokens of an identity provider issued up to `at` are no longer good either. */
export type SignedOutEverywhere = Fact<'SignedOutEverywhere', { at: Instant }>;
/** Ends every session. */
export type AccountDisabled = Fact<'AccountDisabled'>;
export type AccountEnabled = Fact<'AccountEnabled'>;

export type AccountEvent =
  | AccountOpened
  | ExternalAccountOpened
  | RoleGranted
  | RoleRevoked
  | VolunteerLinked
  | PasswordChanged
  | SignedOutEverywhere
  | AccountDisabled
  | AccountEnabled;
