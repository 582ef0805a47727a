// The reception ledger and the sums its figures are made of. Rows and sums change in one transaction, so a figure and
// the list behind it never disagree.
import type { PersonKeyDestroyed } from '#libs/erasures';
import { erasureCodec } from '#libs/erasures';
import type { DecodedEvent } from '#libs/event-store';
import type { Projection, RowSet } from '#libs/projections';
import { requestCodec } from '../codec/request.codec.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import { recordFigures } from './request-figures.ts';
import { requestCounts, requestDeadlines, requestTimes, reviewCounts } from './request-figures.tables.ts';
import { requestList } from './request-list.tables.ts';
import type { RequestRow } from './request-list.tables.ts';
import { afterResident, NOT_RATED, NOTHING_SAID } from './resident-columns.ts';

type Raised = Extract<RequestEvent, { type: 'RequestRaised' }>;

export const requestListProjection: Projection<RequestEvent | PersonKeyDestroyed> = {
  name: 'request-list',
  version: 3,
  tables: [requestList, requestCounts, requestTimes, requestDeadlines, reviewCounts],
  codecs: [requestCodec, erasureCodec],
  handles: [...requestCodec.types, 'PersonKeyDestroyed'],
  keys: (event) => {
    if (event.type !== 'PersonKeyDestroyed') return [[requestList, requestIdOfStream(event.stream)]];
    return event.data.subject.kind === 'REQUEST' ? [[requestList, event.data.subject.id]] : [];
  },

  apply(event, rows) {
    if (event.type === 'PersonKeyDestroyed') {
      blank(event.data, rows);
      return;
    }
    const before = rows.get(requestList, requestIdOfStream(event.stream));
    if (before && before.revision >= event.revision) return;
    const changed = event.type === 'RequestRaised' ? firstRow(event.data) : before && after(before, event);
    if (!changed) return;
    const retainedSince = changed.matter === null ? null : changed.closedAt;
    const row = { ...changed, ...legsOf(changed), retainedSince, revision: event.revision };
    recordFigures(rows, before, row);
    rows.put(requestList, row);
  },
};

const BLANK = {
  ...{ reporterName: null, reporterPhone: null, reporterAddress: null, matter: null, result: null },
  ...{ followUpReason: null, followUpPlan: null, closingReason: null, retainedSince: null },
} as const;

/** The sums know nothing of persons, so they stay as they are. */
function blank({ subject }: PersonKeyDestroyed['data'], rows: RowSet): void {
  const row = subject.kind === 'REQUEST' ? rows.get(requestList, subject.id) : undefined;
  if (row) rows.put(requestList, { ...row, ...BLANK });
}

function requestIdOfStream(stream: string): string {
  return stream.slice('request-'.length);
}

function firstRow(data: Raised['data']): RequestRow {
  const { requestId, communityId, ledgerNumber, channel, category, building, reportedOn, dueAt, matter, reporter } =
    data;
  return {
    ...{ requestId, communityId, ledgerNumber, channel, category, building, reportedOn, dueAt, matter },
    status: 'RAISED',
    reportedAt: data.at,
    personId: reporter.personId,
    ...reporterColumns(reporter),
    taskId: null,
    volunteerId: null,
    dispatchedAt: null,
    acceptBy: null,
    acceptedAt: null,
    startedAt: null,
    doneAt: null,
    resolvedAt: null,
    closedAt: null,
    retainedSince: null,
    result: null,
    followUpReason: null,
    followUpPlan: null,
    reviewOn: null,
    closingReason: null,
    callBackDueAt: null,
    calledBackAt: null,
    saysSolved: null,
    satisfaction: null,
    ...NOTHING_SAID,
    ...NO_LEGS,
    reworks: 0,
    escalatedAt: null,
    revision: 0,
  };
}

function reporterColumns(reporter: Raised['data']['reporter']) {
  return { reporterName: reporter.name, reporterPhone: reporter.phone, reporterAddress: reporter.address };
}

const NO_LEGS = {
  secondsToDispatch: null,
  secondsToAccept: null,
  secondsToDone: null,
  secondsToResolved: null,
  secondsInAll: null,
} as const;

function legsOf(row: RequestRow) {
  return {
    secondsToDispatch: secondsBetween(row.reportedAt, row.dispatchedAt),
    secondsToAccept: secondsBetween(row.dispatchedAt, row.acceptedAt),
    secondsToDone: secondsBetween(row.acceptedAt, row.doneAt),
    secondsToResolved: secondsBetween(row.doneAt, row.resolvedAt),
    secondsInAll: secondsBetween(row.reportedAt, row.resolvedAt),
  };
}

function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 1_000);
}

const NO_TASK = { taskId: null, volunteerId: null, acceptedAt: null, startedAt: null, doneAt: null } as const;
const NO_FOLLOW_UP = { followUpReason: null, followUpPlan: null, reviewOn: null } as const;

/** Reopened: no longer resolved, and what was said about the old result no longer counts. */
const REOPENED = {
  ...NO_TASK,
  acceptBy: null,
  ...NO_FOLLOW_UP,
  status: 'RAISED',
  resolvedAt: null,
  closedAt: null,
  result: null,
  callBackDueAt: null,
  calledBackAt: null,
  saysSolved: null,
  satisfaction: null,
  ...NOT_RATED,
} as const;

function after(row: RequestRow, event: DecodedEvent<RequestEvent>): RequestRow | undefined {
  const { at } = event.data;
  switch (event.type) {
    case 'RequestRaised':
      return undefined;
    case 'RequestCorrected': {
      const { channel, category, building, dueAt, matter, reporter } = event.data;
      const corrected = { ...row, channel, category, building, dueAt, matter: matter ?? row.matter };
      return reporter ? { ...corrected, ...reporterColumns(reporter) } : corrected;
    }
    case 'RequestDispatched':
      return {
        ...row,
        status: 'OFFERED',
        dispatchedAt: row.dispatchedAt ?? at,
        acceptBy: event.data.acceptBy,
        taskId: event.data.taskId,
      };
    case 'TaskAccepted':
      return { ...row, status: 'ACCEPTED', volunteerId: event.data.volunteerId, acceptedAt: at };
    case 'TaskDeclined':
      return event.data.endsOffer ? { ...row, ...NO_TASK, status: 'RAISED' } : row;
    case 'OfferRecalled':
    case 'TaskReleased':
      // Nobody is waited for any more; an offer that expired was not accepted in time, and stays so.
      return { ...row, ...NO_TASK, acceptBy: null, status: 'RAISED' };
    case 'OfferExpired':
      return { ...row, ...NO_TASK, status: 'RAISED' };
    case 'TaskStarted':
      return { ...row, status: 'IN_PROGRESS', startedAt: at };
    case 'ProgressRecorded':
      return row;
    case 'DoneReported':
      return { ...row, status: 'DONE', doneAt: at, result: event.data.result };
    case 'WorkSentBack':
      return { ...row, status: 'IN_PROGRESS', doneAt: null, reworks: row.reworks + 1 };
    case 'RequestEscalated':
      return { ...row, escalatedAt: at };
    case 'ChaseUpRecorded':
    case 'ResultRated':
    case 'PartnerConsentGiven':
    case 'PartnerConsentWithdrawn':
      return afterResident(row, event);
    default:
      return closing(row, event);
  }
}

type ClosingEvent = Extract<
  DecodedEvent<RequestEvent>,
  {
    type:
      | 'ResolutionConfirmed'
      | 'RequestReopened'
      | 'PlacedInFollowUp'
      | 'FollowUpRecorded'
      | 'FollowUpResumed'
      | 'RequestDeclined'
      | 'RequestWithdrawn'
      | 'CallBackRecorded';
  }
>;

function closing(row: RequestRow, event: ClosingEvent): RequestRow {
  const { at } = event.data;
  switch (event.type) {
    case 'ResolutionConfirmed': {
      const { callBackDueAt, result } = event.data;
      return {
        ...row,
        status: 'RESOLVED',
        resolvedAt: at,
        closedAt: at,
        callBackDueAt,
        reviewOn: null,
        result: result ?? row.result,
      };
    }
    case 'RequestReopened':
      return { ...row, ...REOPENED, reworks: row.reworks + 1 };
    case 'PlacedInFollowUp': {
      const { reason, plan, reviewOn } = event.data;
      return { ...row, ...NO_TASK, status: 'FOLLOW_UP', followUpReason: reason, followUpPlan: plan, reviewOn };
    }
    case 'FollowUpRecorded':
      return { ...row, reviewOn: event.data.reviewOn };
    case 'FollowUpResumed':
      return { ...row, ...NO_FOLLOW_UP, status: 'RAISED' };
    case 'RequestDeclined':
      return { ...row, status: 'DECLINED', reviewOn: null, closedAt: at, closingReason: event.data.reason };
    case 'RequestWithdrawn':
      return { ...row, status: 'WITHDRAWN', reviewOn: null, closedAt: at, closingReason: event.data.reason };
    case 'CallBackRecorded': {
      const { reached, solved, satisfaction } = event.data;
      // A try that reached nobody says nothing, and takes back nothing that was said.
      if (!reached) return row;
      return { ...row, calledBackAt: at, saysSolved: solved === null ? null : Number(solved), satisfaction };
    }
  }
}
