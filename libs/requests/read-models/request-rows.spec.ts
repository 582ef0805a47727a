// What each event changes on the ledger's row and on the task board's, and that nothing counts twice.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Row } from '#libs/projections';
import { foldRow } from '#libs/projections';
import type { RequestEvent } from '../domain/request.events.ts';
import { CountedRows } from '../testing/counted-rows.ts';
import { decoded } from '../testing/decoded-events.ts';
import { eventsOf, lives } from '../testing/random-requests.ts';
import {
  anna,
  boris,
  EVENT_TYPES,
  firstTask,
  happened,
  HISTORIES,
  minute,
  requestId,
} from '../testing/request-examples.ts';
import { requestListProjection } from './request-list.projection.ts';
import type { RequestRow } from './request-list.tables.ts';
import { requestList } from './request-list.tables.ts';
import { taskBoardProjection } from './task-board.projection.ts';
import type { TaskRow } from './task-board.tables.ts';
import { taskBoard } from './task-board.tables.ts';

type Life = readonly RequestEvent[];
const ledgerRow = (life: Life) => foldRow(requestListProjection, requestList, decoded(life), requestId);
const taskRow = (life: Life) => foldRow(taskBoardProjection, taskBoard, decoded(life) as never, firstTask);

interface Change {
  readonly type: RequestEvent['type'];
  readonly after: Life;
  readonly over?: object;
  /** What changes besides the revision; everything else stays. */
  readonly ledger: Partial<RequestRow>;
  readonly task?: Partial<TaskRow>;
}

const { RAISED, OFFERED, ACCEPTED, IN_PROGRESS, DONE, FOLLOW_UP, RESOLVED } = HISTORIES;
const at = minute(60);
const noTask = { taskId: null, volunteerId: null, acceptedAt: null, startedAt: null, doneAt: null };
const noLegs = { secondsToAccept: null, secondsToDone: null };
const ended = { status: 'RAISED', ...noTask } as const;
const facts = { channel: 'VISIT', category: 'PARKING', building: null, dueAt: minute(99) } as const;
const shown = { category: 'PARKING', building: null, dueAt: minute(99) };
const reporter = { personId: anna, name: 'n', phone: null, address: 'a' };
const columns = { reporterName: 'n', reporterPhone: null, reporterAddress: 'a' };
const followedUp = [...FOLLOW_UP, happened('ResolutionConfirmed', 50, { taskId: null, result: 'r' })];
const calledBack = [...RESOLVED, happened('CallBackRecorded', 55)];
const rated = [...RESOLVED, happened('ResultRated', 55, { comment: 'c' })];
const notRated = { ratedAt: null, ratedAs: null, ratedSolved: null, ratingComment: null };

const CHANGES: readonly Change[] = [
  { type: 'RequestCorrected', after: ACCEPTED, over: { ...facts, taskId: firstTask }, ledger: facts, task: shown },
  { type: 'RequestCorrected', after: RESOLVED, over: facts, ledger: facts },
  { type: 'RequestCorrected', after: RAISED, over: { matter: 'm', reporter }, ledger: { matter: 'm', ...columns } },
  {
    ...{ type: 'RequestDispatched', after: RAISED },
    ledger: {
      ...{ status: 'OFFERED', taskId: firstTask, dispatchedAt: at, acceptBy: minute(130), secondsToDispatch: 3_600 },
    },
  },
  {
    ...{ type: 'OfferRecalled', after: OFFERED, ledger: { status: 'RAISED', taskId: null, acceptBy: null } },
    task: { status: 'RECALLED', endedAt: at },
  },
  {
    ...{ type: 'OfferExpired', after: OFFERED, ledger: { status: 'RAISED', taskId: null } },
    task: { status: 'EXPIRED', endedAt: at },
  },
  {
    ...{ type: 'TaskAccepted', after: OFFERED },
    ledger: { status: 'ACCEPTED', volunteerId: anna, acceptedAt: at, secondsToAccept: 3_000 },
    task: { status: 'ACCEPTED', volunteerId: anna, acceptedAt: at, lastProgressAt: at },
  },
  {
    ...{ type: 'TaskDeclined', after: OFFERED, over: { volunteerId: boris }, ledger: {} },
    task: { declinedBy: JSON.stringify([boris]) },
  },
  {
    ...{ type: 'TaskDeclined', after: OFFERED, over: { endsOffer: true } },
    ledger: { status: 'RAISED', taskId: null },
    task: { status: 'DECLINED', declinedBy: JSON.stringify([anna]), endedAt: at },
  },
  {
    ...{ type: 'TaskReleased', after: IN_PROGRESS, ledger: { ...ended, ...noLegs, acceptBy: null } },
    task: { status: 'RELEASED', endedAt: at },
  },
  {
    ...{ type: 'TaskStarted', after: ACCEPTED, ledger: { status: 'IN_PROGRESS', startedAt: at } },
    task: { status: 'IN_PROGRESS', startedAt: at, lastProgressAt: at },
  },
  { type: 'ProgressRecorded', after: IN_PROGRESS, ledger: {}, task: { lastProgressAt: at } },
  {
    ...{ type: 'DoneReported', after: IN_PROGRESS, over: { result: 'r' } },
    ledger: { status: 'DONE', doneAt: at, result: 'r', secondsToDone: 2_400 },
    task: { status: 'DONE', doneAt: at, lastProgressAt: at },
  },
  {
    ...{ type: 'ResolutionConfirmed', after: DONE },
    ledger: {
      ...{ status: 'RESOLVED', resolvedAt: at, closedAt: at, callBackDueAt: minute(5_000) },
      ...{ secondsToResolved: 1_200, secondsInAll: 3_600 },
    },
    task: { status: 'CLOSED', endedAt: at },
  },
  {
    ...{ type: 'ResolutionConfirmed', after: FOLLOW_UP, over: { taskId: null, result: 'r' } },
    ledger: {
      ...{ status: 'RESOLVED', resolvedAt: at, closedAt: at, callBackDueAt: minute(5_000), result: 'r' },
      ...{ reviewOn: null, secondsInAll: 3_600 },
    },
  },
  {
    ...{ type: 'WorkSentBack', after: DONE },
    ledger: { status: 'IN_PROGRESS', doneAt: null, reworks: 1, secondsToDone: null },
    task: { status: 'IN_PROGRESS', doneAt: null, lastProgressAt: at },
  },
  {
    ...{ type: 'RequestReopened', after: calledBack },
    ledger: {
      ...{
        ...ended,
        acceptBy: null,
        resolvedAt: null,
        closedAt: null,
        result: null,
        callBackDueAt: null,
        calledBackAt: null,
      },
      ...{ saysSolved: null, satisfaction: null, reworks: 1, ...noLegs, secondsToResolved: null, secondsInAll: null },
    },
  },
  {
    ...{ type: 'RequestReopened', after: followedUp },
    ledger: {
      ...{ status: 'RAISED', resolvedAt: null, closedAt: null, result: null, callBackDueAt: null, reworks: 1 },
      ...{ followUpReason: null, followUpPlan: null, secondsInAll: null },
    },
  },
  { type: 'RequestEscalated', after: DONE, over: { taskId: firstTask }, ledger: { escalatedAt: at }, task: {} },
  {
    ...{ type: 'PlacedInFollowUp', after: RAISED, over: { reason: 'r', plan: 'p', reviewOn: '2026-04-01' } },
    ledger: { status: 'FOLLOW_UP', followUpReason: 'r', followUpPlan: 'p', reviewOn: '2026-04-01' },
  },
  { type: 'FollowUpRecorded', after: FOLLOW_UP, ledger: { reviewOn: '2026-05-01' } },
  {
    ...{ type: 'FollowUpResumed', after: FOLLOW_UP },
    ledger: { status: 'RAISED', followUpReason: null, followUpPlan: null, reviewOn: null },
  },
  {
    ...{ type: 'RequestDeclined', after: FOLLOW_UP, over: { reason: 'r' } },
    ledger: { status: 'DECLINED', closedAt: at, closingReason: 'r', reviewOn: null },
  },
  {
    ...{ type: 'RequestWithdrawn', after: IN_PROGRESS, over: { taskId: firstTask, reason: 'r' } },
    ledger: { status: 'WITHDRAWN', closedAt: at, closingReason: 'r' },
    task: { status: 'CLOSED', endedAt: at },
  },
  {
    ...{ type: 'CallBackRecorded', after: RESOLVED, over: { solved: false, satisfaction: 'DISSATISFIED' } },
    ledger: { calledBackAt: at, saysSolved: 0, satisfaction: 'DISSATISFIED' },
  },
  {
    ...{ type: 'CallBackRecorded', after: calledBack },
    over: { reached: false, solved: null, satisfaction: null },
    ledger: {},
  },
  {
    ...{ type: 'RequestReopened', after: rated },
    ledger: {
      ...{ ...ended, acceptBy: null, resolvedAt: null, closedAt: null, result: null, callBackDueAt: null, reworks: 1 },
      ...{ ...notRated, ...noLegs, secondsToResolved: null, secondsInAll: null },
    },
  },
  { type: 'ChaseUpRecorded', after: RAISED, ledger: { chaseUps: 1, chasedUpAt: at } },
  {
    ...{ type: 'ChaseUpRecorded', after: [...OFFERED, happened('ChaseUpRecorded', 15)], over: { note: 'n' } },
    ledger: { chaseUps: 2, chasedUpAt: at, chaseUpNote: 'n' },
  },
  {
    ...{ type: 'ResultRated', after: rated, over: { satisfaction: 'DISSATISFIED', solved: false } },
    ledger: { ratedAt: at, ratedAs: 'DISSATISFIED', ratedSolved: 0, ratingComment: null },
  },
  { type: 'PartnerConsentGiven', after: ACCEPTED, ledger: { partnerConsent: 1 } },
  {
    ...{ type: 'PartnerConsentWithdrawn', after: [...RAISED, happened('PartnerConsentGiven', 5)] },
    ledger: { partnerConsent: 0 },
  },
];

describe.each(CHANGES)('$type', ({ type, after, over, ledger, task }) => {
  const life = [...after, happened(type, 60, over)];

  it('changes the ledger’s row in this and nothing else', () => {
    // Retention counts from the closing, as long as there are personal data.
    const retained = ledger.closedAt === undefined ? {} : { retainedSince: ledger.closedAt };
    expect(ledgerRow(life)).toEqual({ ...ledgerRow(after), ...ledger, ...retained, revision: after.length });
  });

  it('changes the task’s row in this and nothing else', () => {
    if (type === 'RequestDispatched') return;
    expect(taskRow(life)).toEqual(task ? { ...taskRow(after), ...task, revision: after.length } : taskRow(after));
  });
});

it('every event is accounted for', () => {
  const covered = new Set<string>([...CHANGES.map(({ type }) => type), 'RequestRaised']);
  expect([...covered].sort()).toEqual([...EVENT_TYPES].sort());
});

describe('a new row', () => {
  it('of the ledger holds the report and knows nothing else', () => {
    const { reporter: who, at: _, catalogueVersion: __, ...data } = happened('RequestRaised', 0).data;
    const row = ledgerRow(RAISED);
    expect(row).toMatchObject({ ...data, reportedAt: minute(0), status: 'RAISED', reworks: 0, revision: 0 });
    expect(row).toMatchObject({ reporterName: who.name, reporterPhone: who.phone, reporterAddress: who.address });
    expect(row).toMatchObject({ personId: who.personId, chaseUps: 0, partnerConsent: 0, ratedAs: null });
    expect(Object.keys(row ?? {}).sort()).toEqual(Object.keys(requestList.columns).sort());
  });

  it('of the task board holds the offer and nobody’s particulars', () => {
    const directed = happened('RequestDispatched', 10, { audience: { kind: 'DIRECTED', volunteerId: anna } });
    const { taskId, acceptBy, briefing, category, building, dueAt } = directed.data;
    const offer = { taskId, requestId, acceptBy, briefing, category, building, dueAt, status: 'OFFERED' };
    expect(taskRow([...RAISED, directed])).toMatchObject({ ...offer, directedTo: anna, skills: '["PLUMBING"]' });
    expect(taskRow(OFFERED)).toMatchObject({ ...offer, directedTo: null, declinedBy: '[]', offeredAt: minute(10) });
    expect(Object.keys(taskRow(OFFERED) ?? {}).sort()).toEqual(Object.keys(taskBoard.columns).sort());
  });
});

describe('the first dispatch', () => {
  it('is what the ledger measures by, however often it is offered; accepting is measured by the last offer', () => {
    const again = [
      ...OFFERED,
      happened('OfferRecalled', 20),
      happened('RequestDispatched', 60, { acceptBy: minute(999) }),
    ];
    expect(ledgerRow(again)).toMatchObject({ dispatchedAt: minute(10), acceptBy: minute(999), status: 'OFFERED' });
  });
});

describe('an event that comes a second time', () => {
  it('changes nothing, neither rows nor counts', () => {
    fc.assert(
      fc.property(lives(40), (turns) => {
        const once = decoded(eventsOf(turns));
        const twice = once.flatMap((event, index) => [event, event, ...once.slice(Math.max(0, index - 1), index + 1)]);
        expect(contents(twice)).toEqual(contents(once));
      }),
      { numRuns: 50 },
    );
  });
});

/** Every row and sum both projections make of these events. */
function contents(events: ReturnType<typeof decoded>): Record<string, Row>[] {
  const rows = new CountedRows();
  for (const event of events) {
    requestListProjection.apply(event, rows);
    if ((taskBoardProjection.handles as readonly string[]).includes(event.type)) {
      taskBoardProjection.apply(event as never, rows);
    }
  }
  return [...requestListProjection.tables, ...taskBoardProjection.tables].map((table) => rows.contents(table));
}
