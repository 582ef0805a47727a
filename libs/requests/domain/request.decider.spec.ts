// Which command may follow where a request stands: every pair of the two, and the rules about time.
import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import type { CommandType } from '../testing/request-examples.ts';
import {
  anna,
  command,
  COMMAND_TYPES,
  firstTask,
  happened,
  HISTORIES,
  minute,
  stateAfter,
} from '../testing/request-examples.ts';
import { requestDecider } from './request.decider.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestState } from './request.state.ts';
import { REQUEST_STATUSES } from './request.state.ts';

type Status = RequestState['status'];
type Expected = readonly RequestEvent['type'][] | string;

const NOTHING: Expected = [];
const WRONG = 'NOT_IN_THIS_STATE';
const CLOSED = 'REQUEST_NOT_OPEN';
const TAKEN = 'TASK_ALREADY_ACCEPTED';
const UNKNOWN = 'NOT_FOUND';

/** What applies where a row names nothing else. */
const WHEREVER_ELSE: Record<Status, Expected> = {
  ...{ NONE: UNKNOWN, RAISED: WRONG, OFFERED: WRONG, ACCEPTED: WRONG, IN_PROGRESS: WRONG, DONE: WRONG },
  ...{ FOLLOW_UP: WRONG, RESOLVED: CLOSED, DECLINED: CLOSED, WITHDRAWN: CLOSED },
};
const everywhere = (expected: Expected) =>
  Object.fromEntries(REQUEST_STATUSES.map((status) => [status, expected])) as Record<Status, Expected>;
const noSuchOffer = { RAISED: UNKNOWN, FOLLOW_UP: UNKNOWN, DECLINED: UNKNOWN, WITHDRAWN: UNKNOWN };
const taken = { ACCEPTED: TAKEN, IN_PROGRESS: TAKEN, DONE: TAKEN, RESOLVED: TAKEN };
const withdrawn: Expected = ['RequestWithdrawn'];

const MATRIX: Record<CommandType, Partial<Record<Status, Expected>>> = {
  RaiseRequest: { ...everywhere('REQUEST_ALREADY_RAISED'), NONE: ['RequestRaised'] },
  CorrectRequest: { ...everywhere(['RequestCorrected']), DECLINED: CLOSED, WITHDRAWN: CLOSED },
  DispatchRequest: { RAISED: ['RequestDispatched'] },
  RecallOffer: { OFFERED: ['OfferRecalled'] },
  ExpireOffer: everywhere(NOTHING),
  AcceptTask: { ...noSuchOffer, ...taken, OFFERED: ['TaskAccepted'] },
  DeclineTask: { ...noSuchOffer, ...taken, OFFERED: ['TaskDeclined'] },
  ReleaseTask: { ACCEPTED: ['TaskReleased'], IN_PROGRESS: ['TaskReleased'] },
  StartTask: { ACCEPTED: ['TaskStarted'], IN_PROGRESS: NOTHING },
  RecordProgress: { ACCEPTED: ['TaskStarted', 'ProgressRecorded'], IN_PROGRESS: ['ProgressRecorded'] },
  ReportDone: { ACCEPTED: ['DoneReported'], IN_PROGRESS: ['DoneReported'] },
  ConfirmResolution: { DONE: ['ResolutionConfirmed'], FOLLOW_UP: ['ResolutionConfirmed'] },
  SendBack: { DONE: ['WorkSentBack'] },
  ReopenRequest: { RESOLVED: ['RequestReopened'] },
  RecordCallBack: { RESOLVED: ['CallBackRecorded'] },
  PlaceInFollowUp: { RAISED: ['PlacedInFollowUp'], OFFERED: ['OfferRecalled', 'PlacedInFollowUp'] },
  RecordFollowUp: { FOLLOW_UP: ['FollowUpRecorded'] },
  ResumeFromFollowUp: { FOLLOW_UP: ['FollowUpResumed'] },
  DeclineRequest: {
    RAISED: ['RequestDeclined'],
    OFFERED: ['OfferRecalled', 'RequestDeclined'],
    FOLLOW_UP: ['RequestDeclined'],
  },
  WithdrawRequest: {
    ...{ RAISED: withdrawn, OFFERED: ['OfferRecalled', 'RequestWithdrawn'], FOLLOW_UP: withdrawn },
    ...{ ACCEPTED: withdrawn, IN_PROGRESS: withdrawn, DONE: withdrawn, WITHDRAWN: NOTHING },
  },
  RecordChaseUp: {
    ...everywhere(['ChaseUpRecorded']),
    ...{ RESOLVED: CLOSED, DECLINED: CLOSED, WITHDRAWN: CLOSED },
  },
  RateResult: { RESOLVED: ['ResultRated'] },
  RecordPartnerConsent: everywhere(['PartnerConsentGiven']),
};

const stateIn = (status: Status): RequestState => stateAfter(status === 'NONE' ? [] : HISTORIES[status]);

describe.each(COMMAND_TYPES)('%s', (type) => {
  it.each(['NONE', ...REQUEST_STATUSES] as Status[])('when the request stands at %s', (status) => {
    const state = stateIn(status);
    expect(state.status).toBe(status);
    const decision = requestDecider.decide(command(type, 60), state);
    const outcome = decision.kind === 'accepted' ? decision.events.map((event) => event.type) : decision.rejection.code;
    expect(outcome).toEqual(MATRIX[type][status] ?? WHEREVER_ELSE[status]);
    if (decision.kind === 'rejected' && [WRONG, CLOSED].includes(decision.rejection.code)) {
      expect(decision.rejection.details).toEqual({ status });
    }
  });
});

describe('time', () => {
  it('refuses what is said to have happened after now', () => {
    given(requestDecider, [])
      .when(command('RaiseRequest', 0, { now: minute(-1) }))
      .thenRejected('OCCURRED_IN_FUTURE', { now: minute(-1) });
    given(requestDecider, HISTORIES.RAISED)
      .when(command('WithdrawRequest', 20, { now: minute(19) }))
      .thenRejected('OCCURRED_IN_FUTURE');
  });

  it('takes what is entered late, back to the last thing that happened and not before', () => {
    const late = (minutes: number) => command('StartTask', minutes, { now: minute(5_000) });
    const accepted = given(requestDecider, HISTORIES.ACCEPTED);
    accepted.when(late(21)).then(happened('TaskStarted', 21));
    accepted.when(late(20)).then(happened('TaskStarted', 20));
    accepted.when(late(19)).thenRejected('OCCURRED_TOO_EARLY', { notBefore: minute(20) });
  });

  it('takes what is reported late', () => {
    given(requestDecider, [])
      .when(command('RaiseRequest', 0, { now: minute(5_000) }))
      .then(happened('RequestRaised', 0));
  });

  it('orders by the log when a clock is behind: what happens now follows what happened last', () => {
    given(requestDecider, HISTORIES.ACCEPTED).when(command('StartTask', 15)).then(happened('TaskStarted', 20));
    given(requestDecider, HISTORIES.ACCEPTED).when(command('AcceptTask', 15)).thenRejected('TASK_ALREADY_ACCEPTED');
  });

  it('never lets the last event move back, though an offer expires before the correction that came after it', () => {
    const corrected = happened('RequestCorrected', 200, { taskId: firstTask });
    const expired = given(requestDecider, [...HISTORIES.OFFERED, corrected]).when(command('ExpireOffer', 300));
    expired.then(happened('OfferExpired', 130));
    expect(expired.state()).toMatchObject({ status: 'RAISED', since: minute(200) });
  });

  it('accepts a volunteer up to the very moment of accept-by', () => {
    const offered = given(requestDecider, HISTORIES.OFFERED);
    offered.when(command('AcceptTask', 130)).then(happened('TaskAccepted', 130, { volunteerId: anna }));
    offered.when(command('AcceptTask', 131)).thenRejected('OFFER_EXPIRED', { acceptBy: minute(130) });
  });
});
