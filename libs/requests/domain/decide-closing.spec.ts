// Declared by the handler, confirmed by the office and said by the resident are three facts; coming back counts.
import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import { boris, command, firstTask, happened, HISTORIES, minute, personId } from '../testing/request-examples.ts';
import { requestDecider } from './request.decider.ts';
import type { RequestEvent } from './request.events.ts';

const request = (...history: readonly RequestEvent[]) => given(requestDecider, history);
const { DONE, FOLLOW_UP, RESOLVED, RAISED } = HISTORIES;

describe('raising and correcting', () => {
  it('records the report as it was given', () => {
    request().when(command('RaiseRequest', 0)).then(happened('RequestRaised', 0));
  });

  it('changes what is named and keeps the rest', () => {
    request(...RAISED)
      .when(command('CorrectRequest', 5, { channel: 'VISIT', building: null }))
      .then(happened('RequestCorrected', 5, { channel: 'VISIT', building: null }));
    request(...RAISED)
      .when(command('CorrectRequest', 5, { category: 'PARKING', dueAt: minute(9), matter: 'Two cars.' }))
      .then(happened('RequestCorrected', 5, { category: 'PARKING', dueAt: minute(9), matter: 'Two cars.' }));
  });

  it('keeps the reporter the same person under corrected particulars', () => {
    const particulars = { name: '王姨', phone: null, address: null };
    request(...RAISED)
      .when(command('CorrectRequest', 5, { reporter: particulars }))
      .then(happened('RequestCorrected', 5, { reporter: { personId, ...particulars } }));
  });

  it('names the offer or task standing, which shows the facts too', () => {
    for (const status of ['OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'] as const) {
      const corrected = happened('RequestCorrected', 60, { taskId: firstTask });
      request(...HISTORIES[status])
        .when(command('CorrectRequest', 60))
        .then(corrected);
    }
    request(...RESOLVED)
      .when(command('CorrectRequest', 60))
      .then(happened('RequestCorrected', 60));
  });
});

describe('confirming', () => {
  it('closes what was reported done, and says when to call back', () => {
    const confirmed = request(...DONE).when(command('ConfirmResolution', 50, { result: null }));
    confirmed.then(happened('ResolutionConfirmed', 50));
    expect(confirmed.state()).toMatchObject({ status: 'RESOLVED' });
  });

  it('out of follow-up needs the result, for nobody reported it', () => {
    const solved = { taskId: null, result: 'Pipe renewed.' };
    request(...FOLLOW_UP)
      .when(command('ConfirmResolution', 50, { result: 'Pipe renewed.' }))
      .then(happened('ResolutionConfirmed', 50, solved));
    request(...FOLLOW_UP)
      .when(command('ConfirmResolution', 50, { result: null }))
      .thenRejected('RESULT_REQUIRED');
  });
});

describe('the call-back', () => {
  const called = (over: object) => request(...RESOLVED).when(command('RecordCallBack', 60, over));

  it('says what the resident says, also that it is not solved', () => {
    const answer = { reached: true, solved: false, satisfaction: 'DISSATISFIED', note: 'Drips.' } as const;
    called(answer).then(happened('CallBackRecorded', 60, answer));
    expect(called(answer).state()).toMatchObject({ status: 'RESOLVED' });
  });

  it('may find nobody, and then has no answer', () => {
    const nobody = { reached: false, solved: null, satisfaction: null };
    called(nobody).then(happened('CallBackRecorded', 60, nobody));
    called({ ...nobody, solved: false }).thenRejected('CALL_BACK_INCONSISTENT');
    called({ ...nobody, satisfaction: 'SATISFIED' }).thenRejected('CALL_BACK_INCONSISTENT');
  });

  it('counts afresh after a reopening', () => {
    const again = [...RESOLVED, happened('CallBackRecorded', 60), happened('RequestReopened', 70)];
    request(...again)
      .when(command('RecordCallBack', 80))
      .thenRejected('NOT_IN_THIS_STATE', { status: 'RAISED' });
  });
});

describe('rework', () => {
  const backAndDone = (at: number) => [happened('WorkSentBack', at), happened('DoneReported', at + 1)];
  const twice = [...DONE, ...backAndDone(60), ...backAndDone(62)];

  it('escalates at the third time, sent back', () => {
    request(...DONE, ...backAndDone(60))
      .when(command('SendBack', 70))
      .then(happened('WorkSentBack', 70));
    request(...twice)
      .when(command('SendBack', 70))
      .then(happened('WorkSentBack', 70), happened('RequestEscalated', 70, { taskId: firstTask }));
  });

  it('escalates at the third time, reopened', () => {
    request(...twice, happened('ResolutionConfirmed', 65))
      .when(command('ReopenRequest', 70))
      .then(happened('RequestReopened', 70), happened('RequestEscalated', 70));
  });

  it('escalates once', () => {
    request(...twice, ...backAndDone(64), happened('RequestEscalated', 64))
      .when(command('SendBack', 70))
      .then(happened('WorkSentBack', 70));
  });

  it('needs a new offer after a reopening', () => {
    const reopened = request(...RESOLVED).when(command('ReopenRequest', 70));
    reopened.then(happened('RequestReopened', 70));
    expect(reopened.state()).toMatchObject({ status: 'RAISED', reworks: 1 });
    request(...RESOLVED, happened('RequestReopened', 70))
      .when(command('AcceptTask', 80, { volunteerId: boris }))
      .thenRejected('TASK_ALREADY_ACCEPTED');
  });
});

describe('long-term follow-up', () => {
  it.each(['PlaceInFollowUp', 'RecordFollowUp'] as const)('%s needs a review today or later', (type) => {
    const at = (reviewOn: string) => command(type, 60, { today: '2026-03-02', reviewOn });
    const history = type === 'PlaceInFollowUp' ? RAISED : FOLLOW_UP;
    const event = type === 'PlaceInFollowUp' ? 'PlacedInFollowUp' : 'FollowUpRecorded';
    request(...history)
      .when(at('2026-03-01'))
      .thenRejected('REVIEW_DATE_IN_PAST', { reviewOn: '2026-03-01' });
    request(...history)
      .when(at('2026-03-02'))
      .then(happened(event, 60, { reviewOn: '2026-03-02' }));
  });

  it('leads back to the office', () => {
    const resumed = request(...FOLLOW_UP).when(command('ResumeFromFollowUp', 60));
    resumed.then(happened('FollowUpResumed', 60));
    expect(resumed.state().status).toBe('RAISED');
  });
});

describe('declining and withdrawing', () => {
  it('a volunteer’s task is not declined over their head', () => {
    for (const status of ['ACCEPTED', 'IN_PROGRESS', 'DONE'] as const) {
      request(...HISTORIES[status])
        .when(command('DeclineRequest', 60))
        .thenRejected('NOT_IN_THIS_STATE', { status });
    }
  });

  it('a withdrawal ends the task it names', () => {
    request(...HISTORIES.IN_PROGRESS)
      .when(command('WithdrawRequest', 60, { reason: 'Solved by itself.' }))
      .then(happened('RequestWithdrawn', 60, { taskId: firstTask, reason: 'Solved by itself.' }));
  });
});
