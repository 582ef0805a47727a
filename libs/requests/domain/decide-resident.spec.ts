// What a resident says is recorded as often as it is said, and never moves the request.
import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import { command, happened, HISTORIES, minute, personId, stateAfter } from '../testing/request-examples.ts';
import { requestDecider } from './request.decider.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestState, RequestStatus } from './request.state.ts';
import { standingTaskId } from './request.state.ts';

const request = (...history: readonly RequestEvent[]) => given(requestDecider, history);
const CLOSED: readonly RequestStatus[] = ['RESOLVED', 'DECLINED', 'WITHDRAWN'];
/** Its revision is the request's, so it is told of everything. */
const taskOf = (state: RequestState) => (state.status === 'NONE' ? null : standingTaskId(state));
const STATUSES = Object.keys(HISTORIES) as RequestStatus[];

describe('chasing up', () => {
  it.each(STATUSES.filter((status) => !CLOSED.includes(status)))(
    '%s is recorded, and changes nothing else',
    (status) => {
      const before = stateAfter(HISTORIES[status]);
      const chased = request(...HISTORIES[status]).when(command('RecordChaseUp', 60, { note: 'Still dark.' }));
      chased.then(happened('ChaseUpRecorded', 60, { taskId: taskOf(before), note: 'Still dark.' }));
      expect(chased.state()).toEqual({ ...before, since: minute(60) });
    },
  );

  it('is recorded each time', () => {
    request(...HISTORIES.RAISED, happened('ChaseUpRecorded', 5))
      .when(command('RecordChaseUp', 6))
      .then(happened('ChaseUpRecorded', 6));
  });

  it.each(CLOSED)('is too late for what is %s', (status) => {
    request(...HISTORIES[status])
      .when(command('RecordChaseUp', 60))
      .thenRejected('REQUEST_NOT_OPEN', { status });
  });
});

describe('rating the result', () => {
  it('is for what is resolved, and may be done again', () => {
    const rating = { satisfaction: 'DISSATISFIED', solved: false, comment: 'Drips.' } as const;
    const rated = request(...HISTORIES.RESOLVED, happened('ResultRated', 55)).when(command('RateResult', 60, rating));
    rated.then(happened('ResultRated', 60, rating));
    expect(rated.state()).toMatchObject({ status: 'RESOLVED' });
  });

  it.each(STATUSES.filter((status) => status !== 'RESOLVED'))('is refused while it is %s', (status) => {
    const code = CLOSED.includes(status) ? 'REQUEST_NOT_OPEN' : 'NOT_IN_THIS_STATE';
    request(...HISTORIES[status])
      .when(command('RateResult', 60))
      .thenRejected(code, { status });
  });
});

describe('consent for partners', () => {
  const standing = [...HISTORIES.ACCEPTED, happened('PartnerConsentGiven', 30)];

  it('does not stand until it is given', () => {
    const raised = request(...HISTORIES.RAISED).when(command('RecordPartnerConsent', 5, { given: false }));
    raised.thenNothing();
    expect(raised.state()).toMatchObject({ partnerConsent: false });
  });

  it('may come with the report', () => {
    const raised = request().when(command('RaiseRequest', 0, { partnerConsent: true }));
    raised.then(happened('RequestRaised', 0), happened('PartnerConsentGiven', 0, { personId }));
    expect(raised.state()).toMatchObject({ partnerConsent: true });
  });

  it('is given once, and withdrawn at once wherever the request stands', () => {
    for (const history of Object.values(HISTORIES)) {
      const taskId = taskOf(stateAfter(history));
      request(...history)
        .when(command('RecordPartnerConsent', 60))
        .then(happened('PartnerConsentGiven', 60, { taskId }));
      const withdrawn = request(...history, happened('PartnerConsentGiven', 55)).when(
        command('RecordPartnerConsent', 60, { given: false }),
      );
      withdrawn.then(happened('PartnerConsentWithdrawn', 60, { taskId }));
      expect(withdrawn.state()).toMatchObject({ partnerConsent: false });
    }
    request(...standing)
      .when(command('RecordPartnerConsent', 60))
      .thenNothing();
  });

  it('outlives what becomes of the task', () => {
    const released = request(...standing).when(command('ReleaseTask', 60));
    expect(released.state()).toMatchObject({ status: 'RAISED', partnerConsent: true });
  });
});
