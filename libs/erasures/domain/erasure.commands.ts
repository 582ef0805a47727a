// What may be asked about a person's data. Holds of other aggregates, times and ids arrive with the command.
import type { Instant } from '#libs/kernel';
import type { Grounds, Hold, LegalHold, Subject } from './erasure.events.ts';

/** What the subject's own scope says of it. */
export interface SubjectFacts {
  readonly subject: Subject;
  readonly personId: string;
  readonly communityId: string;
  /** What stands in the way there; legal holds are on the erasure's own stream. */
  readonly hold: Exclude<Hold, 'LEGAL_HOLD'> | null;
  /** When the work with it ended; null while it goes on, and for what is not kept by age. */
  readonly closedAt: Instant | null;
  /** Offers a request had. */
  readonly tasks: number;
}

interface By {
  readonly at: Instant;
  /** An account's id, or `system`. */
  readonly by: string;
}

export interface RequestErasure extends By, SubjectFacts {
  readonly type: 'RequestErasure';
  readonly grounds: Exclude<Grounds, 'RETENTION'>;
}
export interface ApproveErasure extends By {
  readonly type: 'ApproveErasure';
  readonly delayMs: number;
}
export interface CancelErasure extends By {
  readonly type: 'CancelErasure';
}
interface Listable {
  /** In the list of erasures: the next restore destroys the key, so nothing holds it any more. */
  readonly isListed: boolean;
}
export interface BeginErasure extends SubjectFacts, Listable {
  readonly type: 'BeginErasure';
  readonly at: Instant;
  readonly trace: string | null;
}
/** The rule was set by configuration: there is neither a second person nor a delay. */
export interface BeginByRetention extends SubjectFacts {
  readonly type: 'BeginByRetention';
  /** What was closed later is kept. */
  readonly closedBefore: Instant;
  readonly at: Instant;
  readonly trace: string | null;
}
export interface RecordKeyDestroyed {
  readonly type: 'RecordKeyDestroyed';
  readonly at: Instant;
  readonly tasks: number;
}
export interface CompleteErasure {
  readonly type: 'CompleteErasure';
  readonly at: Instant;
  readonly files: number;
  readonly bytes: number;
  readonly texts: number;
  readonly textsFound: number;
}
export interface PlaceHold extends By, SubjectFacts, Listable {
  readonly type: 'PlaceHold';
  readonly reason: LegalHold;
}
export interface LiftHold extends By {
  readonly type: 'LiftHold';
}

export type ErasureCommand =
  | RequestErasure
  | ApproveErasure
  | CancelErasure
  | BeginErasure
  | BeginByRetention
  | RecordKeyDestroyed
  | CompleteErasure
  | PlaceHold
  | LiftHold;
