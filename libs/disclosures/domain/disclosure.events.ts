// What is known of readings of personal data: who, whose, which fields, through what. No personal data: ids only.
import type { DomainEvent, Instant } from '#libs/kernel';

export const OPERATIONS = ['query', 'mutation', 'subscription', 'command'] as const;

export interface PersonalDataDisclosed extends DomainEvent {
  readonly type: 'PersonalDataDisclosed';
  readonly data: {
    readonly at: Instant;
    readonly operation: (typeof OPERATIONS)[number];
    /** Root fields of the operation, or the command of the command line. */
    readonly through: readonly string[];
    /** Accounts that were shown it; none for who is not signed in and for the operator, whom the metadata name. */
    readonly viewers: readonly string[];
    readonly shown: readonly { readonly fields: readonly string[]; readonly personIds: readonly string[] }[];
  };
}

/** An account read of unusually many people within an hour. Recorded once for each hour. */
export interface UnusualReadingNoticed extends DomainEvent {
  readonly type: 'UnusualReadingNoticed';
  readonly data: {
    readonly at: Instant;
    readonly accountId: string;
    /** When the hour began. */
    readonly hour: Instant;
    /** Different people so far. */
    readonly persons: number;
    readonly threshold: number;
  };
}

export type DisclosureEvent = PersonalDataDisclosed | UnusualReadingNoticed;

/** The beginning of the hour, in UTC, that readings are gathered in. */
export function hourOf(at: Instant): Instant {
  return `${at.slice(0, 13)}:00:00.000Z` as Instant;
}
