// Every rule of what holds an erasure once it has begun, and of legal holds, given / when / then.
import { describe, expect, it } from '@jest/globals';
import { plus } from '#libs/kernel';
import {
  APPROVED,
  begin,
  begun,
  BEGUN,
  destroyed,
  DESTROYED,
  dueAt,
  ERASED,
  erasure,
  heldEvent,
  hold,
  lift,
  lifted,
  personId,
  placed,
  recordDestroyed,
  requested,
} from '../testing/erasure-examples.ts';
import type { ErasureCommand } from './erasure.commands.ts';
import type { ErasureEvent } from './erasure.events.ts';

describe('a hold that comes after it has begun', () => {
  const byAge: ErasureEvent = { ...requested, data: { ...requested.data, grounds: 'RETENTION', by: 'system' } };
  const open = begin(dueAt, 'REQUEST_OPEN');

  it('takes it back to what it was, as long as the key is there', () => {
    for (const [history, state] of [
      [APPROVED, { status: 'APPROVED', dueAt, heldBy: 'REQUEST_OPEN' }],
      [[requested], { status: 'REQUESTED', requestedBy: 'anna' }],
      [[byAge], { status: 'CANCELLED' }],
    ] as const) {
      const taken = () => erasure(...history, begun).when(open);
      taken().then(heldEvent);
      expect(taken().state()).toMatchObject(state);
    }
    for (const history of [DESTROYED, ERASED])
      erasure(...history)
        .when(open)
        .thenNothing();
  });

  it('is a request that was open since, where retention began it: its age counts from when it was closed last', () => {
    const closedSince = { ...begin(), closedAt: plus(dueAt, 1) } as ErasureCommand;
    for (const history of [[byAge], [requested]])
      erasure(...history, begun, placed, lifted)
        .when(closedSince)
        .then(heldEvent);
    for (const history of [[byAge, begun], BEGUN])
      erasure(...history)
        .when({ ...begin(), closedAt: dueAt } as ErasureCommand)
        .thenNothing();
    erasure(...BEGUN)
      .when(closedSince)
      .thenNothing();
    erasure(byAge, begun)
      .when({ ...closedSince, isListed: true } as ErasureCommand)
      .thenNothing();
  });

  it('comes too late once the list of erasures names them', () => {
    for (const history of [BEGUN, [...BEGUN, placed]])
      erasure(...history)
        .when(begin(dueAt, 'REQUEST_OPEN', true))
        .thenNothing();
    erasure(...APPROVED, heldEvent)
      .when(begin(dueAt, 'REQUEST_OPEN', true))
      .then(begun);
  });

  it('comes too late where another eraser has destroyed the key meanwhile', () => {
    erasure(...BEGUN, heldEvent)
      .when(recordDestroyed)
      .then(destroyed);
  });
});

describe('a legal hold', () => {
  it('is placed and lifted once, at any time before the list of erasures names them', () => {
    erasure().when(hold).then(placed);
    erasure(placed).when(hold).thenNothing();
    expect(
      erasure(...APPROVED)
        .when(hold)
        .state(),
    ).toMatchObject({ status: 'APPROVED', legalHold: 'AUDIT' });
    erasure(placed).when(lift).then(lifted);
    erasure(placed, lifted).when(lift).thenNothing();
    expect(
      erasure(...BEGUN)
        .when(hold)
        .state(),
    ).toMatchObject({ status: 'BEGUN', legalHold: 'AUDIT' });
    erasure(...BEGUN, placed)
      .when(begin())
      .then({ ...heldEvent, data: { personId, at: dueAt, hold: 'LEGAL_HOLD' } });
    erasure(...BEGUN)
      .when({ ...hold, isListed: true })
      .thenRejected('ERASURE_UNDER_WAY');
    erasure(...DESTROYED)
      .when(hold)
      .thenRejected('ERASURE_UNDER_WAY');
    erasure(...ERASED)
      .when(hold)
      .thenRejected('PERSON_ERASED');
    erasure().when(lift).thenRejected('ERASURE_NOT_REQUESTED');
  });
});
