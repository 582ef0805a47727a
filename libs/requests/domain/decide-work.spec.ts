// Only the volunteer who holds a task works on it, and sees whom it is for.
import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import { anna, boris, command, happened, HISTORIES, requestId, stateAfter } from '../testing/request-examples.ts';
import { requestDecider } from './request.decider.ts';
import type { RequestEvent } from './request.events.ts';
import { holdsTask, initialRequest, REQUEST_STATUSES } from './request.state.ts';

const request = (...history: readonly RequestEvent[]) => given(requestDecider, history);

describe.each(['ReleaseTask', 'StartTask', 'RecordProgress', 'ReportDone'] as const)('%s', (type) => {
  it.each(['ACCEPTED', 'IN_PROGRESS', 'DONE'] as const)('is the holder’s alone when the task is %s', (status) => {
    const task = request(...HISTORIES[status]);
    task.when(command(type, 60, { volunteerId: boris })).thenRejected('NOT_YOUR_TASK');
    task.when(command(type, 60, { taskId: `${requestId}.2` })).thenRejected('NOT_YOUR_TASK');
  });
});

describe('working on a task', () => {
  it('says what was done', () => {
    request(...HISTORIES.IN_PROGRESS)
      .when(command('RecordProgress', 60, { note: 'Half way.' }))
      .then(happened('ProgressRecorded', 60, { note: 'Half way.' }));
    request(...HISTORIES.ACCEPTED)
      .when(command('ReportDone', 60, { result: 'Dry again.' }))
      .then(happened('DoneReported', 60, { result: 'Dry again.' }));
  });

  it('starts with the first progress', () => {
    request(...HISTORIES.ACCEPTED)
      .when(command('RecordProgress', 60))
      .then(happened('TaskStarted', 60), happened('ProgressRecorded', 60));
  });

  it('may be given back with a reason, and is then anybody’s', () => {
    const released = request(...HISTORIES.IN_PROGRESS).when(command('ReleaseTask', 60, { reason: 'Ill.' }));
    released.then(happened('TaskReleased', 60, { reason: 'Ill.' }));
    expect(released.state()).toMatchObject({ status: 'RAISED', offers: 1 });
    expect(released.state()).not.toHaveProperty('task');
  });

  it('goes on with the same volunteer when sent back', () => {
    const back = [...HISTORIES.DONE, happened('WorkSentBack', 60)];
    request(...back)
      .when(command('ReportDone', 70))
      .then(happened('DoneReported', 70));
    request(...back)
      .when(command('ReportDone', 70, { volunteerId: boris }))
      .thenRejected('NOT_YOUR_TASK');
  });
});

describe('the contact rule', () => {
  it.each(REQUEST_STATUSES)('at %s', (status) => {
    const state = stateAfter(HISTORIES[status]);
    expect(holdsTask(state, anna)).toBe(['ACCEPTED', 'IN_PROGRESS', 'DONE'].includes(status));
    expect(holdsTask(state, boris)).toBe(false);
  });

  it('ends with release, withdrawal and resolution, and begins again when work is sent back', () => {
    const holds = (...events: readonly RequestEvent[]) => holdsTask(stateAfter([...HISTORIES.DONE, ...events]), anna);
    expect(holds(happened('WorkSentBack', 60))).toBe(true);
    expect(holds(happened('WorkSentBack', 60), happened('TaskReleased', 70))).toBe(false);
    expect(holds(happened('RequestWithdrawn', 60))).toBe(false);
    expect(holds(happened('ResolutionConfirmed', 60))).toBe(false);
    expect(holds(happened('ResolutionConfirmed', 60), happened('RequestReopened', 70))).toBe(false);
    expect(holdsTask(initialRequest, anna)).toBe(false);
  });
});
