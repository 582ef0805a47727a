// Every rule of erasing a person, given / when / then, but what holds it once it has begun.
import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR } from '#libs/kernel';
import {
  after,
  approve,
  approved,
  APPROVED,
  begin,
  begun,
  BEGUN,
  byRetention,
  cancel,
  cancelled,
  DELAY,
  destroyed,
  DESTROYED,
  dueAt,
  erased,
  ERASED,
  erasure,
  found,
  heldEvent,
  lifted,
  personId,
  placed,
  recordDestroyed,
  request,
  requested,
  START,
} from '../testing/erasure-examples.ts';
import type { ErasureEvent } from './erasure.events.ts';

describe('asking for an erasure', () => {
  it('is recorded once, and again after it was cancelled', () => {
    erasure().when(request()).then(requested);
    erasure(requested).when(request()).thenRejected('ERASURE_ALREADY_REQUESTED');
    erasure(...APPROVED)
      .when(request())
      .thenRejected('ERASURE_ALREADY_REQUESTED');
    erasure(requested, cancelled)
      .when(request({}, after(DAY)))
      .then({ ...requested, data: { ...requested.data, at: after(DAY) } });
  });

  it.each(['REQUEST_OPEN', 'TASK_OPEN', 'LAST_ADMINISTRATOR'] as const)('is refused while held by %s', (of) => {
    erasure()
      .when(request({ hold: of }))
      .thenRejected(`ERASURE_HELD_BY_${of}`, { hold: of });
  });

  it('is refused under a legal hold, until that is lifted', () => {
    erasure(placed).when(request()).thenRejected('ERASURE_HELD_BY_LEGAL_HOLD');
    erasure(placed, lifted)
      .when(request({}, after(HOUR)))
      .state();
  });

  it('is refused once it is carried out', () => {
    for (const history of [BEGUN, DESTROYED])
      erasure(...history)
        .when(request())
        .thenRejected('ERASURE_UNDER_WAY');
    erasure(...ERASED)
      .when(request())
      .thenRejected('PERSON_ERASED');
  });
});

describe('approving', () => {
  it('takes a second person, and begins the delay', () => {
    erasure(requested).when(approve('anna')).thenRejected('SECOND_PERSON_NEEDED');
    erasure(requested).when(approve('boris')).then(approved);
    erasure(...APPROVED)
      .when(approve('carla'))
      .thenNothing();
  });

  it('takes something to approve', () => {
    for (const history of [[], [placed], [requested, cancelled]])
      erasure(...history)
        .when(approve('boris'))
        .thenRejected('ERASURE_NOT_REQUESTED');
    erasure(...BEGUN)
      .when(approve('boris'))
      .thenRejected('ERASURE_UNDER_WAY');
    erasure(...ERASED)
      .when(approve('boris'))
      .thenRejected('PERSON_ERASED');
  });

  it('counts the delay from the request when the clock went back since', () => {
    erasure(requested)
      .when(approve('boris', after(-DAY)))
      .then({ ...approved, data: { personId, at: START, by: 'boris', dueAt: after(DELAY) } });
  });
});

describe('cancelling', () => {
  it('is possible until it is carried out', () => {
    for (const history of [[requested], APPROVED])
      erasure(...history)
        .when(cancel())
        .then(cancelled);
    for (const history of [BEGUN, DESTROYED])
      erasure(...history)
        .when(cancel())
        .thenRejected('ERASURE_UNDER_WAY');
    for (const history of [[], [placed], [requested, cancelled]])
      erasure(...history)
        .when(cancel())
        .thenRejected('ERASURE_NOT_REQUESTED');
    erasure(requested, cancelled).when(begin()).thenRejected('ERASURE_NOT_REQUESTED');
  });
});

describe('carrying out', () => {
  it('waits for approval and for the end of the delay, told by the clock as it is', () => {
    erasure(requested).when(begin()).thenRejected('ERASURE_NOT_APPROVED');
    erasure(...APPROVED)
      .when(begin(after(HOUR + DELAY - 1)))
      .thenRejected('ERASURE_NOT_DUE', { dueAt });
    erasure(...APPROVED)
      .when(begin())
      .then(begun);
  });

  it('does not come early by a clock that was ahead and went back', () => {
    const ahead = { ...placed, data: { ...placed.data, at: after(30 * DAY) } } as ErasureEvent;
    erasure(...APPROVED, ahead, { ...lifted, data: { ...lifted.data, at: after(30 * DAY) } })
      .when(begin(after(2 * DAY)))
      .thenRejected('ERASURE_NOT_DUE');
  });

  it('looks for holds again, records each once, and goes on without', () => {
    const open = begin(dueAt, 'REQUEST_OPEN');
    erasure(...APPROVED)
      .when(open)
      .then(heldEvent);
    erasure(...APPROVED, heldEvent)
      .when(open)
      .thenNothing();
    expect(
      erasure(...APPROVED)
        .when(open)
        .state(),
    ).toMatchObject({ status: 'APPROVED', heldBy: 'REQUEST_OPEN' });
    erasure(...APPROVED, heldEvent)
      .when(begin())
      .then(begun);
    erasure(...APPROVED, placed)
      .when(begin())
      .then({ ...heldEvent, data: { personId, at: dueAt, hold: 'LEGAL_HOLD' } });
  });

  it('has one effect, however often and by whomever it is begun and ended', () => {
    for (const history of [BEGUN, DESTROYED, ERASED]) {
      erasure(...history)
        .when(begin())
        .thenNothing();
      erasure(...history)
        .when(byRetention())
        .thenNothing();
    }
    erasure(...BEGUN)
      .when(recordDestroyed)
      .then(destroyed);
    for (const history of [DESTROYED, ERASED])
      erasure(...history)
        .when(recordDestroyed)
        .thenNothing();
    erasure().when(recordDestroyed).thenRejected('ERASURE_NOT_REQUESTED');
    erasure(...DESTROYED)
      .when({ type: 'CompleteErasure', at: dueAt, ...found })
      .then(erased);
    erasure(...ERASED)
      .when({ type: 'CompleteErasure', at: dueAt, ...found })
      .thenNothing();
    erasure(...BEGUN)
      .when({ type: 'CompleteErasure', at: dueAt, ...found })
      .thenRejected('ERASURE_UNDER_WAY');
  });
});

describe('retention', () => {
  it('spares what is not closed, or not long enough', () => {
    for (const closedAt of [null, after(1)])
      erasure().when(byRetention(null, closedAt)).thenRejected('ERASURE_NOT_DUE');
  });

  it('needs nobody else and no delay, and respects every hold', () => {
    const begunNow: ErasureEvent = { type: 'ErasureBegun', data: { personId, at: START, trace: null, tasks: 2 } };
    const asked = { ...requested, data: { ...requested.data, grounds: 'RETENTION', by: 'system' } } as ErasureEvent;
    erasure().when(byRetention()).then(asked, begunNow);
    erasure(requested).when(byRetention()).then(begunNow);
    erasure(placed).when(byRetention()).thenRejected('ERASURE_HELD_BY_LEGAL_HOLD');
    erasure().when(byRetention('REQUEST_OPEN')).thenRejected('ERASURE_HELD_BY_REQUEST_OPEN');
  });
});
