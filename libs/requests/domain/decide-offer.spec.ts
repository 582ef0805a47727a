// An offer has exactly one winner, goes to everyone or to one, and ends in one of four ways.
import { describe, expect, it } from '@jest/globals';
import { given } from '#libs/kernel/testing';
import {
  ACCEPT_BY,
  anna,
  boris,
  command,
  firstTask,
  happened,
  HISTORIES,
  minute,
  requestId,
  stateAfter,
} from '../testing/request-examples.ts';
import { requestDecider } from './request.decider.ts';
import type { RequestEvent } from './request.events.ts';

const offered = HISTORIES.OFFERED;
const directed = [
  happened('RequestRaised', 0),
  happened('RequestDispatched', 10, { audience: { kind: 'DIRECTED', volunteerId: anna } }),
];
const secondTask = `${requestId}.2`;
const request = (...history: readonly RequestEvent[]) => given(requestDecider, history);
const over = ACCEPT_BY + 1;

describe('dispatching', () => {
  it('offers the request as it was corrected, under a number of its own', () => {
    const corrected = { category: 'PARKING', building: null, dueAt: minute(99) };
    request(...[...offered, happened('OfferRecalled', 20), happened('RequestCorrected', 30, corrected)])
      .when(command('DispatchRequest', 40, { skills: [], briefing: 'Bring a ladder.', acceptBy: minute(41) }))
      .then(
        happened('RequestDispatched', 40, {
          ...corrected,
          ...{ taskId: secondTask, skills: [], briefing: 'Bring a ladder.', acceptBy: minute(41) },
        }),
      );
  });

  it('needs time to accept', () => {
    const dispatch = (acceptBy: number) => command('DispatchRequest', 40, { acceptBy: minute(acceptBy) });
    request(...HISTORIES.RAISED)
      .when(dispatch(40))
      .thenRejected('ACCEPT_BY_IN_PAST', { acceptBy: minute(40) });
    request(...HISTORIES.RAISED)
      .when(dispatch(39))
      .thenRejected('ACCEPT_BY_IN_PAST');
  });

  it('takes the place of an offer whose time is over, and records that end first', () => {
    const again = (at: number) => command('DispatchRequest', at, { acceptBy: minute(1_000) });
    request(...offered)
      .when(again(ACCEPT_BY))
      .thenRejected('NOT_IN_THIS_STATE', { status: 'OFFERED' });
    request(...offered)
      .when(again(over))
      .then(
        happened('OfferExpired', ACCEPT_BY),
        happened('RequestDispatched', over, { taskId: secondTask, acceptBy: minute(1_000) }),
      );
  });
});

describe('accepting', () => {
  it('has one winner', () => {
    const rival = { volunteerId: boris };
    const accepted = request(...offered).when(command('AcceptTask', 20, rival));
    accepted.then(happened('TaskAccepted', 20, rival));
    expect(accepted.state()).toMatchObject({ task: { taskId: firstTask, ...rival, skills: ['PLUMBING'] } });
    request(...HISTORIES.ACCEPTED)
      .when(command('AcceptTask', 20, rival))
      .thenRejected('TASK_ALREADY_ACCEPTED');
  });

  it('of a directed offer is for the one it was made to', () => {
    request(...directed)
      .when(command('AcceptTask', 20))
      .then(happened('TaskAccepted', 20));
    request(...directed)
      .when(command('AcceptTask', 20, { volunteerId: boris }))
      .thenRejected('OFFER_NOT_FOR_YOU');
  });

  it('may follow an own decline', () => {
    request(...offered, happened('TaskDeclined', 15))
      .when(command('AcceptTask', 20))
      .then(happened('TaskAccepted', 20));
  });

  const ENDS: readonly (readonly [string, ...RequestEvent[]])[] = [
    ['TASK_ALREADY_ACCEPTED', happened('TaskAccepted', 20), happened('TaskReleased', 30)],
    ['OFFER_EXPIRED', happened('OfferExpired', ACCEPT_BY)],
    ['OFFER_RECALLED', happened('OfferRecalled', 20)],
    ['OFFER_DECLINED', happened('TaskDeclined', 20, { endsOffer: true })],
  ];

  it.each(ENDS)('of an offer that is over says %s, also when another one stands', (code, ...end: RequestEvent[]) => {
    const ended = [...offered, ...end];
    const succeeded = [...ended, happened('RequestDispatched', 140, { taskId: secondTask, acceptBy: minute(900) })];
    request(...ended)
      .when(command('AcceptTask', 150))
      .thenRejected(code);
    request(...ended)
      .when(command('DeclineTask', 150))
      .thenRejected(code);
    request(...succeeded)
      .when(command('AcceptTask', 150))
      .thenRejected(code);
    request(...succeeded)
      .when(command('AcceptTask', 150, { taskId: secondTask }))
      .then(happened('TaskAccepted', 150, { taskId: secondTask }));
  });

  it('of a task that was never offered finds none', () => {
    request(...offered)
      .when(command('AcceptTask', 20, { taskId: secondTask }))
      .thenRejected('NOT_FOUND');
    request(...offered)
      .when(command('AcceptTask', 20, { taskId: 'toString' }))
      .thenRejected('NOT_FOUND');
    request(...offered)
      .when(command('DeclineTask', 20, { taskId: secondTask }))
      .thenRejected('NOT_FOUND');
  });
});

describe('declining', () => {
  const declined = { endsOffer: false, reason: 'Away.' };

  it('an open offer leaves it to the others', () => {
    request(...offered)
      .when(command('DeclineTask', 20, { reason: 'Away.' }))
      .then(happened('TaskDeclined', 20, declined));
    request(...offered, happened('TaskDeclined', 20))
      .when(command('AcceptTask', 30, { volunteerId: boris }))
      .then(happened('TaskAccepted', 30, { volunteerId: boris }));
  });

  it('twice is once', () => {
    const once = request(...offered, happened('TaskDeclined', 20));
    once.when(command('DeclineTask', 30)).thenNothing();
    once
      .when(command('DeclineTask', 30, { volunteerId: boris }))
      .then(happened('TaskDeclined', 30, { volunteerId: boris }));
  });

  it('a directed offer ends it and puts the request back', () => {
    const outcome = request(...directed).when(command('DeclineTask', 20));
    outcome.then(happened('TaskDeclined', 20, { endsOffer: true }));
    request(...directed)
      .when(command('DeclineTask', 20, { volunteerId: boris }))
      .thenRejected('OFFER_NOT_FOR_YOU');
    request(...directed, happened('TaskDeclined', 20, { endsOffer: true }))
      .when(command('DispatchRequest', 30))
      .then(happened('RequestDispatched', 30, { taskId: secondTask, acceptBy: minute(10_000) }));
  });
});

describe('the end of an offer', () => {
  it('comes by time, and counts from its accept-by time', () => {
    request(...offered)
      .when(command('ExpireOffer', ACCEPT_BY))
      .thenNothing();
    request(...offered)
      .when(command('ExpireOffer', 5_000))
      .then(happened('OfferExpired', ACCEPT_BY));
  });

  it('comes by recall', () => {
    request(...offered)
      .when(command('RecallOffer', 20, { reason: 'Solved.' }))
      .then(happened('OfferRecalled', 20, { reason: 'Solved.' }));
  });

  it.each(['PlaceInFollowUp', 'DeclineRequest', 'WithdrawRequest'] as const)('comes with %s', (type) => {
    const ends = (at: number) => {
      const decision = requestDecider.decide(command(type, at), stateAfter(offered));
      return decision.kind === 'accepted' ? decision.events[0] : undefined;
    };
    expect(ends(20)).toEqual(happened('OfferRecalled', 20, { reason: 'The request went another way.' }));
    expect(ends(ACCEPT_BY)).toEqual(happened('OfferRecalled', ACCEPT_BY, { reason: 'The request went another way.' }));
    expect(ends(over)).toEqual(happened('OfferExpired', ACCEPT_BY, { taskId: firstTask }));
  });
});
