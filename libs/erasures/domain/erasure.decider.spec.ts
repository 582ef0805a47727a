// Every rule of erasing a person, given / when / then.
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#libs/kernel';
import { DAY, HOUR, instantOf, plus } from '#libs/kernel';
import { given } from '#libs/kernel/testing';
import type { ErasureCommand, SubjectFacts } from './erasure.commands.ts';
import { erasureDecider } from './erasure.decider.ts';
import type { ErasureEvent } from './erasure.events.ts';

const START = instantOf(1_700_000_000_000);
const after = (milliseconds: number): Instant => plus(START, milliseconds);
const personId = 'person-1';
const subject = { kind: 'REQUEST', id: 'request-1' } as const;
const place = { subject, communityId: 'liuxia' };
const facts: SubjectFacts = { personId, ...place, hold: null, closedAt: START, tasks: 2 };
const DELAY = 72 * HOUR;
const dueAt = after(HOUR + DELAY);

const requested: ErasureEvent = {
  ...{ type: 'ErasureRequested', data: { personId, at: START, ...place, grounds: 'ASKED_FOR', by: 'anna' } },
};
const approved: ErasureEvent = { type: 'ErasureApproved', data: { personId, at: after(HOUR), by: 'boris', dueAt } };
const cancelled: ErasureEvent = { type: 'ErasureCancelled', data: { personId, at: after(2 * HOUR), by: 'anna' } };
const begun: ErasureEvent = { type: 'ErasureBegun', data: { personId, at: dueAt, trace: 'AQID', tasks: 2 } };
const destroyed: ErasureEvent = { type: 'PersonKeyDestroyed', data: { personId, at: dueAt, subject, tasks: 2 } };
const found = { files: 3, bytes: 4_096, texts: 5, textsFound: 0 };
const erased: ErasureEvent = { type: 'PersonErased', data: { personId, at: dueAt, ...found } };
const heldEvent: ErasureEvent = { type: 'ErasureHeld', data: { personId, at: dueAt, hold: 'REQUEST_OPEN' } };
const placed: ErasureEvent = {
  ...{ type: 'HoldPlaced', data: { personId, at: START, ...place, reason: 'AUDIT', by: 'anna' } },
};
const lifted: ErasureEvent = { type: 'HoldLifted', data: { personId, at: after(HOUR), by: 'boris' } };

const APPROVED = [requested, approved];
const BEGUN = [...APPROVED, begun];
const DESTROYED = [...BEGUN, destroyed];
const ERASED = [...DESTROYED, erased];

const erasure = (...history: ErasureEvent[]) => given(erasureDecider, history);
const request = (more: Partial<SubjectFacts> = {}, at = START): ErasureCommand => ({
  ...{ type: 'RequestErasure', ...facts, ...more, grounds: 'ASKED_FOR', by: 'anna', at },
});
const approve = (by: string, at = after(HOUR)): ErasureCommand => ({ type: 'ApproveErasure', by, at, delayMs: DELAY });
const cancel = (at = after(2 * HOUR)): ErasureCommand => ({ type: 'CancelErasure', by: 'anna', at });
const begin = (at: Instant = dueAt, hold: SubjectFacts['hold'] = null, isListed = false): ErasureCommand => ({
  ...{ type: 'BeginErasure', ...facts, hold, isListed, trace: 'AQID', at },
});
const byRetention = (hold: SubjectFacts['hold'] = null, closedAt: Instant | null = START): ErasureCommand => ({
  ...{ type: 'BeginByRetention', ...facts, hold, closedAt, closedBefore: START, trace: null, at: START },
});
const recordDestroyed: ErasureCommand = { type: 'RecordKeyDestroyed', at: dueAt, tasks: 2 };
const hold: ErasureCommand = { type: 'PlaceHold', ...facts, isListed: false, reason: 'AUDIT', by: 'anna', at: START };
const lift: ErasureCommand = { type: 'LiftHold', by: 'boris', at: after(HOUR) };

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
