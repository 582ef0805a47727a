// Example events and commands of one request, so that a specification states only what it is about.
import type { Instant } from '#libs/kernel';
import { instantOf, MINUTE } from '#libs/kernel';
import type { RequestCommand } from '../domain/request.commands.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import type { RequestState, RequestStatus } from '../domain/request.state.ts';
import { evolve, initialRequest } from '../domain/request.state.ts';

export const requestId = '00000000-0000-4000-8000-00000000000a';
export const communityId = '00000000-0000-4000-8000-00000000000c';
export const personId = '00000000-0000-4000-8000-00000000000d';
export const anna = '00000000-0000-4000-8000-0000000000a1';
export const boris = '00000000-0000-4000-8000-0000000000b2';
export const firstTask = `${requestId}.1`;

/** The report is minute 0. */
export function minute(minutes: number): Instant {
  return instantOf(Date.parse('2026-03-02T01:00:00.000Z') + minutes * MINUTE);
}

/** When the examples' offers are over. */
export const ACCEPT_BY = 130;

type EventOf<Type> = Extract<RequestEvent, { type: Type }>;
type CommandOf<Type> = Extract<RequestCommand, { type: Type }>;
export type CommandType = RequestCommand['type'];

const at = minute(0);
const task = { at, taskId: firstTask, volunteerId: anna };
const facts = { channel: 'PHONE', category: 'PLUMBING', building: '11门', dueAt: minute(1_440) } as const;
const reporter = { personId, name: '王阿姨', phone: '13800000000', address: '11门 302' };
const reason = 'a reason';

const EVENTS: { readonly [Type in RequestEvent['type']]: EventOf<Type>['data'] } = {
  RequestRaised: {
    ...{ at, requestId, communityId, ledgerNumber: 'A-001', ...facts, catalogueVersion: 1 },
    ...{ reporter, matter: 'The tap leaks.', reportedOn: '2026-03-02' },
  },
  RequestCorrected: { at, personId, ...facts, taskId: null, matter: null, reporter: null },
  RequestDispatched: {
    ...{ at, personId, taskId: firstTask, audience: { kind: 'OPEN' }, skills: ['PLUMBING'] },
    ...{ acceptBy: minute(ACCEPT_BY), briefing: null, category: 'PLUMBING', building: '11门', dueAt: facts.dueAt },
  },
  OfferRecalled: { at, personId, taskId: firstTask, reason },
  OfferExpired: { at, taskId: firstTask },
  TaskAccepted: task,
  TaskDeclined: { ...task, reason: null, endsOffer: false },
  TaskReleased: { ...task, personId, reason },
  TaskStarted: task,
  ProgressRecorded: { ...task, personId, note: 'Parts bought.' },
  DoneReported: { ...task, personId, result: 'New washer.' },
  ResolutionConfirmed: { at, personId, taskId: firstTask, result: null, callBackDueAt: minute(5_000) },
  WorkSentBack: { ...task, personId, reason },
  RequestReopened: { at, personId, reason },
  RequestEscalated: { at, taskId: null, cause: 'REWORKS', count: 3 },
  PlacedInFollowUp: { at, personId, reason, plan: 'Ask the water company.', reviewOn: '2026-04-01' },
  FollowUpRecorded: { at, personId, note: 'Asked.', reviewOn: '2026-05-01' },
  FollowUpResumed: { at, personId, reason },
  RequestDeclined: { at, personId, reason },
  RequestWithdrawn: { at, personId, taskId: null, reason: null },
  CallBackRecorded: { at, personId, reached: true, solved: true, satisfaction: 'SATISFIED', note: null },
  ChaseUpRecorded: { at, personId, taskId: null, note: null },
  ResultRated: { at, personId, satisfaction: 'SATISFIED', solved: true, comment: null },
  PartnerConsentGiven: { at, personId, taskId: null },
  PartnerConsentWithdrawn: { at, personId, taskId: null },
};

export const EVENT_TYPES = Object.keys(EVENTS) as RequestEvent['type'][];

/** An event of the first offer, by Anna where a volunteer is named. */
export function happened<Type extends RequestEvent['type']>(
  type: Type,
  minutes: number,
  over: Partial<EventOf<Type>['data']> = {},
): EventOf<Type> {
  return { type, data: { ...EVENTS[type], at: minute(minutes), ...over } } as unknown as EventOf<Type>;
}

const COMMANDS: { readonly [Type in CommandType]: Omit<CommandOf<Type>, 'type' | 'at' | 'now'> } = {
  RaiseRequest: withoutTime(EVENTS.RequestRaised),
  CorrectRequest: {},
  DispatchRequest: { audience: { kind: 'OPEN' }, skills: ['PLUMBING'], acceptBy: minute(10_000), briefing: null },
  RecallOffer: { reason },
  ExpireOffer: {},
  AcceptTask: withoutTime(task),
  DeclineTask: { ...withoutTime(task), reason: null },
  ReleaseTask: { ...withoutTime(task), reason },
  StartTask: withoutTime(task),
  RecordProgress: { ...withoutTime(task), note: 'Parts bought.' },
  ReportDone: { ...withoutTime(task), result: 'New washer.' },
  ConfirmResolution: { result: 'It holds.', callBackDueAt: minute(5_000) },
  SendBack: { reason },
  ReopenRequest: { reason },
  RecordCallBack: { reached: true, solved: true, satisfaction: 'SATISFIED', note: null },
  PlaceInFollowUp: { reason, plan: 'Ask the water company.', reviewOn: '2026-04-01', today: '2026-03-02' },
  RecordFollowUp: { note: 'Asked.', reviewOn: '2026-05-01', today: '2026-03-02' },
  ResumeFromFollowUp: { reason },
  DeclineRequest: { reason },
  WithdrawRequest: { reason: null },
  RecordChaseUp: { note: null },
  RateResult: { satisfaction: 'SATISFIED', solved: true, comment: null },
  RecordPartnerConsent: { given: true },
};

export const COMMAND_TYPES = Object.keys(COMMANDS) as CommandType[];

/** A command given as it happens; `over` may set `at` apart from `now` to enter it late. */
export function command<Type extends CommandType>(
  type: Type,
  minutes: number,
  over: Partial<CommandOf<Type>> = {},
): CommandOf<Type> {
  return { ...COMMANDS[type], type, at: minute(minutes), now: minute(minutes), ...over } as unknown as CommandOf<Type>;
}

const raised = [happened('RequestRaised', 0)];
const offered = [...raised, happened('RequestDispatched', 10)];
const accepted = [...offered, happened('TaskAccepted', 20)];
const started = [...accepted, happened('TaskStarted', 30)];
const done = [...started, happened('DoneReported', 40)];

/** A way to each status; the task is Anna's. */
export const HISTORIES: { readonly [Status in RequestStatus]: readonly RequestEvent[] } = {
  RAISED: raised,
  OFFERED: offered,
  ACCEPTED: accepted,
  IN_PROGRESS: started,
  DONE: done,
  FOLLOW_UP: [...raised, happened('PlacedInFollowUp', 10)],
  RESOLVED: [...done, happened('ResolutionConfirmed', 50)],
  DECLINED: [...raised, happened('RequestDeclined', 10)],
  WITHDRAWN: [...raised, happened('RequestWithdrawn', 10)],
};

export function stateAfter(history: readonly RequestEvent[]): RequestState {
  return history.reduce(evolve, initialRequest);
}

function withoutTime<Facts extends { readonly at: Instant }>({ at: _, ...facts }: Facts): Omit<Facts, 'at'> {
  return facts;
}
