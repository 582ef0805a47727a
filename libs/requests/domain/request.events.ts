// What can have happened to a request. Names are permanent; the codec fixes versions and schemas.
import type { Instant } from '#libs/kernel';

export type Channel = 'PHONE' | 'VISIT' | 'GRID_PATROL' | 'ONLINE' | 'HOTLINE';
export const CHANNELS: readonly Channel[] = ['PHONE', 'VISIT', 'GRID_PATROL', 'ONLINE', 'HOTLINE'];

export type Satisfaction = 'SATISFIED' | 'FAIRLY_SATISFIED' | 'DISSATISFIED';
export const SATISFACTIONS: readonly Satisfaction[] = ['SATISFIED', 'FAIRLY_SATISFIED', 'DISSATISFIED'];

/** Personal data: sealed in the log with the reporter's own key. */
export interface Reporter {
  readonly personId: string;
  readonly name: string | null;
  readonly phone: string | null;
  /** Exact address; the building alone is kept apart and is not personal data. */
  readonly address: string | null;
}

/** To whom an offer goes: everyone eligible in the community, or one volunteer. */
export type Audience = { readonly kind: 'OPEN' } | { readonly kind: 'DIRECTED'; readonly volunteerId: string };

interface Fact<Type extends string, Data extends object> {
  readonly type: Type;
  readonly data: Data & {
    /** When it happened, by whoever saw it: as in the metadata, unless that clock was behind the event before. */
    readonly at: Instant;
  };
}

interface TaskFact {
  readonly taskId: string;
  readonly volunteerId: string;
}

/** Free text about a reporter's matter is sealed with the reporter's key, hence the id beside it. */
interface AboutReporter {
  readonly personId: string;
}

/** The offer or task that stood then, whose revision moves with the request's. */
interface AboutStandingTask {
  readonly taskId: string | null;
}

export type RequestRaised = Fact<
  'RequestRaised',
  {
    readonly requestId: string;
    readonly communityId: string;
    /** The number in the office's paper ledger, where there is one. */
    readonly ledgerNumber: string | null;
    readonly channel: Channel;
    readonly category: string;
    readonly catalogueVersion: number;
    /** Building and door as written on the house, such as 11门. */
    readonly building: string | null;
    readonly reporter: Reporter;
    readonly matter: string;
    /** The day of the report in the community's own time zone, `YYYY-MM-DD`: figures are counted by it. */
    readonly reportedOn: string;
    readonly dueAt: Instant;
  }
>;

export type RequestCorrected = Fact<
  'RequestCorrected',
  AboutReporter & {
    readonly channel: Channel;
    readonly category: string;
    readonly building: string | null;
    readonly dueAt: Instant;
    /** The offer or task standing now, which shows the corrected facts too. */
    readonly taskId: string | null;
    /** Null leaves the text as it was. */
    readonly matter: string | null;
    readonly reporter: Reporter | null;
  }
>;

export type RequestDispatched = Fact<
  'RequestDispatched',
  AboutReporter & {
    readonly taskId: string;
    readonly audience: Audience;
    readonly skills: readonly string[];
    readonly acceptBy: Instant;
    /** A text the office wrote for volunteers, shown before anyone accepts. */
    readonly briefing: string | null;
    readonly category: string;
    readonly building: string | null;
    readonly dueAt: Instant;
  }
>;

export type OfferRecalled = Fact<'OfferRecalled', AboutReporter & { readonly taskId: string; readonly reason: string }>;
export type OfferExpired = Fact<'OfferExpired', { readonly taskId: string }>;
export type TaskAccepted = Fact<'TaskAccepted', TaskFact>;
export type TaskDeclined = Fact<
  'TaskDeclined',
  TaskFact & {
    readonly reason: string | null;
    /** True when the offer was directed at this volunteer alone and so ends with the answer. */
    readonly endsOffer: boolean;
  }
>;
export type TaskReleased = Fact<'TaskReleased', TaskFact & AboutReporter & { readonly reason: string }>;
export type TaskStarted = Fact<'TaskStarted', TaskFact>;
export type ProgressRecorded = Fact<'ProgressRecorded', TaskFact & AboutReporter & { readonly note: string }>;
export type DoneReported = Fact<'DoneReported', TaskFact & AboutReporter & { readonly result: string }>;
export type ResolutionConfirmed = Fact<
  'ResolutionConfirmed',
  AboutReporter & {
    readonly taskId: string | null;
    /** How it was solved, when nobody reported it done (out of follow-up). */
    readonly result: string | null;
    readonly callBackDueAt: Instant;
  }
>;
export type WorkSentBack = Fact<'WorkSentBack', TaskFact & AboutReporter & { readonly reason: string }>;
export type RequestReopened = Fact<'RequestReopened', AboutReporter & { readonly reason: string }>;
export type RequestEscalated = Fact<
  'RequestEscalated',
  {
    /** The task sent back, if the rework is not a reopened request. */
    readonly taskId: string | null;
    readonly cause: 'REWORKS';
    readonly count: number;
  }
>;
export type PlacedInFollowUp = Fact<
  'PlacedInFollowUp',
  AboutReporter & {
    readonly reason: string;
    readonly plan: string;
    /** Next review, `YYYY-MM-DD` in the community's time zone. */
    readonly reviewOn: string;
  }
>;
export type FollowUpRecorded = Fact<
  'FollowUpRecorded',
  AboutReporter & { readonly note: string; readonly reviewOn: string }
>;
export type FollowUpResumed = Fact<'FollowUpResumed', AboutReporter & { readonly reason: string }>;
export type RequestDeclined = Fact<'RequestDeclined', AboutReporter & { readonly reason: string }>;
export type RequestWithdrawn = Fact<
  'RequestWithdrawn',
  AboutReporter & {
    /** The accepted task this ends, if any. */
    readonly taskId: string | null;
    readonly reason: string | null;
  }
>;
export type CallBackRecorded = Fact<
  'CallBackRecorded',
  AboutReporter & {
    readonly reached: boolean;
    /** What the resident says; null when not reached or not asked. */
    readonly solved: boolean | null;
    readonly satisfaction: Satisfaction | null;
    readonly note: string | null;
  }
>;

/** 催办: the resident asks again. Never a second request. */
export type ChaseUpRecorded = Fact<
  'ChaseUpRecorded',
  AboutReporter & AboutStandingTask & { readonly note: string | null }
>;
/** What the resident says of the result unasked; a later one replaces it. A call-back is the office's question. */
export type ResultRated = Fact<
  'ResultRated',
  AboutReporter & {
    readonly satisfaction: Satisfaction;
    readonly solved: boolean | null;
    readonly comment: string | null;
  }
>;
/** The person agrees that a partner organisation learns their contact data (PIPL art. 23). */
export type PartnerConsentGiven = Fact<'PartnerConsentGiven', AboutReporter & AboutStandingTask>;
export type PartnerConsentWithdrawn = Fact<'PartnerConsentWithdrawn', AboutReporter & AboutStandingTask>;

export type RequestEvent =
  | RequestRaised
  | RequestCorrected
  | RequestDispatched
  | OfferRecalled
  | OfferExpired
  | TaskAccepted
  | TaskDeclined
  | TaskReleased
  | TaskStarted
  | ProgressRecorded
  | DoneReported
  | ResolutionConfirmed
  | WorkSentBack
  | RequestReopened
  | RequestEscalated
  | PlacedInFollowUp
  | FollowUpRecorded
  | FollowUpResumed
  | RequestDeclined
  | RequestWithdrawn
  | CallBackRecorded
  | ChaseUpRecorded
  | ResultRated
  | PartnerConsentGiven
  | PartnerConsentWithdrawn;
