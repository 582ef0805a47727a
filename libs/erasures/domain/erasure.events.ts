// What can have happened on the way to erasing one person's data. Holds no personal data: persons are ids, grounds and
// reasons are codes.
import type { Instant } from '#libs/kernel';

/** Whose data it is: the reporter of a request, a volunteer, or the owner of an account. */
export const SUBJECT_KINDS = ['REQUEST', 'VOLUNTEER', 'ACCOUNT'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export interface Subject {
  readonly kind: SubjectKind;
  /** Of the request, the volunteer or the account. */
  readonly id: string;
}

/** Why data is erased; `RETENTION` is given by the timer alone (PIPL art. 47). */
export const GROUNDS = ['ASKED_FOR', 'NO_LONGER_NEEDED', 'CONSENT_WITHDRAWN', 'UNLAWFUL', 'RETENTION'] as const;
export type Grounds = (typeof GROUNDS)[number];

/** Why data must be kept for now though nobody works with it. */
export const LEGAL_HOLDS = ['LEGAL_DUTY', 'LEGAL_CLAIM', 'INVESTIGATION', 'AUDIT'] as const;
export type LegalHold = (typeof LEGAL_HOLDS)[number];

/** What stands in the way of an erasure. */
export const HOLDS = ['REQUEST_OPEN', 'TASK_OPEN', 'LAST_ADMINISTRATOR', 'LEGAL_HOLD'] as const;
export type Hold = (typeof HOLDS)[number];

interface Fact<Type extends string, Data extends object = object> {
  readonly type: Type;
  readonly data: Readonly<Data> & { readonly personId: string; readonly at: Instant };
}

interface Place {
  readonly subject: Subject;
  readonly communityId: string;
}

/** `by` is an account's id, or `system`. */
export type ErasureRequested = Fact<'ErasureRequested', Place & { grounds: Grounds; by: string }>;
export type ErasureApproved = Fact<'ErasureApproved', { by: string; dueAt: Instant }>;
export type ErasureCancelled = Fact<'ErasureCancelled', { by: string }>;
/** Due, and not carried out for this reason. After `ErasureBegun` it is as it was before, for nothing was done yet. */
export type ErasureHeld = Fact<'ErasureHeld', { hold: Hold }>;
/** From here on only a hold stops it, found before the list of erasures names the person. `trace` are the random bytes a wrapped key begins with, by which copies are found. */
export type ErasureBegun = Fact<'ErasureBegun', { trace: string | null; tasks: number }>;
/** Nothing sealed with the key opens any more. `tasks`: how many offers a request had, whose briefings go with it. */
export type PersonKeyDestroyed = Fact<'PersonKeyDestroyed', { subject: Subject; tasks: number }>;
/** The end, after every byte was searched. `texts`: how many texts were searched for beside the key. */
export type PersonErased = Fact<'PersonErased', { files: number; bytes: number; texts: number; textsFound: number }>;
export type HoldPlaced = Fact<'HoldPlaced', Place & { reason: LegalHold; by: string }>;
export type HoldLifted = Fact<'HoldLifted', { by: string }>;

export type ErasureEvent =
  | ErasureRequested
  | ErasureApproved
  | ErasureCancelled
  | ErasureHeld
  | ErasureBegun
  | PersonKeyDestroyed
  | PersonErased
  | HoldPlaced
  | HoldLifted;
