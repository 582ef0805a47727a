// The table behind the reception ledger and the disposition list.
import { rowTable } from '#libs/projections';
import type { Channel, Satisfaction } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';

/** One request as it stands. Reporter, matter, result, reasons and plan are ciphertext; times are instants, days `YYYY-MM-DD`. */
export type RequestRow = {
  readonly requestId: string;
  readonly communityId: string;
  readonly ledgerNumber: string | null;
  readonly channel: Channel;
  readonly category: string;
  readonly building: string | null;
  readonly status: RequestStatus;
  readonly reportedAt: string;
  readonly reportedOn: string;
  readonly dueAt: string;
  /** Whose key seals the row's texts. */
  readonly personId: string;
  readonly reporterName: string | null;
  readonly reporterPhone: string | null;
  readonly reporterAddress: string | null;
  /** Null once the reporter was erased. */
  readonly matter: string | null;
  readonly taskId: string | null;
  readonly volunteerId: string | null;
  /** The first dispatch, and the accept-by time of the last: what on-time rates are measured by. */
  readonly dispatchedAt: string | null;
  readonly acceptBy: string | null;
  readonly acceptedAt: string | null;
  readonly startedAt: string | null;
  readonly doneAt: string | null;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  /** As `closedAt`, as long as there are personal data: what retention counts from. */
  readonly retainedSince: string | null;
  readonly result: string | null;
  readonly followUpReason: string | null;
  readonly followUpPlan: string | null;
  readonly reviewOn: string | null;
  readonly closingReason: string | null;
  readonly callBackDueAt: string | null;
  readonly calledBackAt: string | null;
  /** 0, 1, or null when not asked. */
  readonly saysSolved: number | null;
  readonly satisfaction: Satisfaction | null;
  readonly chaseUps: number;
  readonly chasedUpAt: string | null;
  /** Of the last chase-up; ciphertext. */
  readonly chaseUpNote: string | null;
  /** What the resident says of the result, by themselves; the comment is ciphertext. */
  readonly ratedAt: string | null;
  readonly ratedAs: Satisfaction | null;
  readonly ratedSolved: number | null;
  readonly ratingComment: string | null;
  /** 1 where partner organisations may learn the contact data. */
  readonly partnerConsent: number;
  /** Whole seconds of each leg and of the whole way, null where the leg is not finished. */
  readonly secondsToDispatch: number | null;
  readonly secondsToAccept: number | null;
  readonly secondsToDone: number | null;
  readonly secondsToResolved: number | null;
  readonly secondsInAll: number | null;
  readonly reworks: number;
  readonly escalatedAt: string | null;
  readonly revision: number;
};

const text = { type: 'text' } as const;
const optional = { type: 'text', nullable: true } as const;
const integer = { type: 'integer' } as const;
const optionalInteger = { type: 'integer', nullable: true } as const;

/**
 * Every allowed filter has one of these to itself, and a list in report order is a walk along it. The narrowest come
 * first, for SQLite takes the first of those it holds for equally good.
 */
const inReportOrder = ['reportedAt', 'requestId'] as const;

export const requestList = rowTable<RequestRow>({
  name: 'requestList',
  columns: {
    requestId: text,
    communityId: text,
    ledgerNumber: optional,
    channel: text,
    category: text,
    building: optional,
    status: text,
    reportedAt: text,
    reportedOn: text,
    dueAt: text,
    personId: text,
    reporterName: optional,
    reporterPhone: optional,
    reporterAddress: optional,
    matter: optional,
    taskId: optional,
    volunteerId: optional,
    dispatchedAt: optional,
    acceptBy: optional,
    acceptedAt: optional,
    startedAt: optional,
    doneAt: optional,
    resolvedAt: optional,
    closedAt: optional,
    retainedSince: optional,
    result: optional,
    followUpReason: optional,
    followUpPlan: optional,
    reviewOn: optional,
    closingReason: optional,
    callBackDueAt: optional,
    calledBackAt: optional,
    saysSolved: optionalInteger,
    satisfaction: optional,
    chaseUps: integer,
    chasedUpAt: optional,
    chaseUpNote: optional,
    ratedAt: optional,
    ratedAs: optional,
    ratedSolved: optionalInteger,
    ratingComment: optional,
    partnerConsent: integer,
    secondsToDispatch: optionalInteger,
    secondsToAccept: optionalInteger,
    secondsToDone: optionalInteger,
    secondsToResolved: optionalInteger,
    secondsInAll: optionalInteger,
    reworks: integer,
    escalatedAt: optional,
    revision: integer,
  },
  key: ['requestId'],
  indexes: [
    ['communityId', 'category', 'channel', 'status', ...inReportOrder],
    ['communityId', 'category', 'channel', ...inReportOrder],
    ['communityId', 'category', 'status', ...inReportOrder],
    ['communityId', 'channel', 'status', ...inReportOrder],
    ['communityId', 'category', ...inReportOrder],
    ['communityId', 'channel', ...inReportOrder],
    ['communityId', 'status', ...inReportOrder],
    ['communityId', ...inReportOrder],
    ['communityId', 'reviewOn', 'requestId'],
    ['personId'],
    ['retainedSince', 'requestId'],
  ],
});
