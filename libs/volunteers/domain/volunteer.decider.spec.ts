import { describe, expect, it } from '@jest/globals';
import type { Instant } from '#libs/kernel';
import { given } from '#libs/kernel/testing';
import fc from 'fast-check';
import type { ReserveTaskSlot, VolunteerCommand } from './volunteer.commands.ts';
import { volunteerDecider } from './volunteer.decider.ts';
import type { VolunteerEvent } from './volunteer.events.ts';
import type { VolunteerState } from './volunteer.state.ts';
import { evolve, initialVolunteer } from './volunteer.state.ts';

const day = (of: number, seconds = 0) =>
  `2026-03-0${String(of)}T08:0${seconds < 60 ? '0' : '1'}:${String(seconds % 60).padStart(2, '0')}.000Z` as Instant;
const volunteerId = 'v';
const on = (of: number) => ({ volunteerId, at: day(of) });
const times = (of: number) => ({ at: day(of), now: day(of) });

const registered: VolunteerEvent = {
  type: 'VolunteerRegistered',
  data: { ...on(1), communityId: 'c', name: 'sealed', phone: null, skills: ['PLUMBING'], registeredBy: 'OFFICE' },
};
const verified: VolunteerEvent = { type: 'VolunteerVerified', data: on(2) };
const duty = (onDuty: boolean): VolunteerEvent => ({ type: 'VolunteerDutySet', data: { ...on(2), onDuty } });
const suspended = (until: Instant | null): VolunteerEvent => ({
  type: 'VolunteerSuspended',
  data: { ...on(3), reason: 'sealed', until },
});
const reinstated: VolunteerEvent = { type: 'VolunteerReinstated', data: on(5) };
const ready = [registered, verified, duty(true)];

describe('the record of a volunteer', () => {
  const register: VolunteerCommand = { type: 'RegisterVolunteer', ...times(1), ...registered.data };

  it('begins with a registration that awaits verification', () => {
    given(volunteerDecider, []).when(register).then(registered);
    expect(given(volunteerDecider, []).when(register).state()).toMatchObject({ status: 'REGISTERED', onDuty: false });
    given(volunteerDecider, [registered]).when(register).thenRejected('VOLUNTEER_ALREADY_REGISTERED');
  });

  it('is verified once', () => {
    given(volunteerDecider, [registered])
      .when({ type: 'VerifyVolunteer', ...times(2) })
      .then(verified);
    given(volunteerDecider, ready)
      .when({ type: 'VerifyVolunteer', ...times(2) })
      .thenNothing();
  });

  it('changes skills and duty only when they change', () => {
    const known = given(volunteerDecider, ready);
    known.when({ type: 'SetDuty', ...times(2), onDuty: false }).then(duty(false));
    known.when({ type: 'SetDuty', ...times(2), onDuty: true }).thenNothing();
    known.when({ type: 'SetVolunteerSkills', ...times(2), skills: ['PLUMBING'] }).thenNothing();
    const skills = ['MEDIATION', 'PLUMBING'];
    known
      .when({ type: 'SetVolunteerSkills', ...times(2), skills })
      .then({ type: 'VolunteerSkillsSet', data: { ...on(2), skills } });
  });

  it('is suspended with an end that lies after its beginning, and reinstated', () => {
    const suspend = (until: Instant | null) =>
      ({ type: 'SuspendVolunteer', ...times(3), reason: 'sealed', until }) as const;
    given(volunteerDecider, ready)
      .when(suspend(day(4)))
      .then(suspended(day(4)));
    given(volunteerDecider, ready).when(suspend(null)).then(suspended(null));
    given(volunteerDecider, ready)
      .when(suspend(day(3)))
      .thenRejected('SUSPENDED_UNTIL_IN_PAST');
    given(volunteerDecider, [registered]).when(suspend(null)).thenRejected('VOLUNTEER_NOT_VERIFIED');
    given(volunteerDecider, [...ready, suspended(null)])
      .when({ type: 'ReinstateVolunteer', ...times(5) })
      .then(reinstated);
    given(volunteerDecider, ready)
      .when({ type: 'ReinstateVolunteer', ...times(5) })
      .thenNothing();
  });

  it('corrects only the contact that is given', () => {
    const correct = { type: 'CorrectVolunteerContact', ...times(2) } as const;
    const known = given(volunteerDecider, ready);
    known
      .when({ ...correct, phone: null })
      .then({ type: 'VolunteerContactCorrected', data: { ...on(2), phone: null } });
    known.when({ ...correct, name: '李' }).then({ type: 'VolunteerContactCorrected', data: { ...on(2), name: '李' } });
    known.when(correct).thenNothing();
  });

  it('refuses what is unknown, in the future, or before the registration', () => {
    given(volunteerDecider, [])
      .when({ type: 'VerifyVolunteer', ...times(2) })
      .thenRejected('NOT_FOUND');
    given(volunteerDecider, [registered])
      .when({ type: 'VerifyVolunteer', at: day(2), now: day(1) })
      .thenRejected('OCCURRED_IN_FUTURE');
    const second = { ...registered, data: { ...registered.data, at: day(2) } } as VolunteerEvent;
    given(volunteerDecider, [second])
      .when({ type: 'VerifyVolunteer', at: day(1), now: day(2) })
      .thenRejected('OCCURRED_TOO_EARLY', { notBefore: day(2) });
  });

  it('orders by the log when a clock is behind: what happens now follows what happened last', () => {
    const tomorrow = { ...registered, data: { ...registered.data, at: day(2) } } as VolunteerEvent;
    given(volunteerDecider, [tomorrow])
      .when({ type: 'VerifyVolunteer', ...times(1) })
      .then(verified);
  });
});

describe("a volunteer's task slots", () => {
  const reserve = (over: Partial<ReserveTaskSlot> = {}): ReserveTaskSlot => ({
    ...{ type: 'ReserveTaskSlot', ...times(4), taskId: 't', communityId: 'c', skills: [], limit: 2, notHeld: [] },
    ...over,
  });
  const slot = (taskId: string, of = 4, reservedAt = day(of)): VolunteerEvent => ({
    type: 'TaskSlotReserved',
    data: { ...on(of), taskId, reservedAt },
  });
  const freed = (taskId: string, cause: 'TASK_ENDED' | 'NOT_HELD'): VolunteerEvent => ({
    type: 'TaskSlotFreed',
    data: { ...on(4), taskId, cause },
  });

  it('are reserved once for each task', () => {
    given(volunteerDecider, ready)
      .when(reserve({ skills: ['PLUMBING'] }))
      .then(slot('t'));
    given(volunteerDecider, [...ready, slot('t')])
      .when(reserve())
      .thenNothing();
  });

  it.each([
    ['VOLUNTEER_NOT_VERIFIED', [registered, duty(true)], {}],
    ['VOLUNTEER_OFF_DUTY', [registered, verified], {}],
    ['VOLUNTEER_OFF_DUTY', [...ready, duty(false)], {}],
    ['VOLUNTEER_SUSPENDED', [...ready, suspended(null)], {}],
    ['VOLUNTEER_OF_ANOTHER_COMMUNITY', ready, { communityId: 'd' }],
    ['SKILL_MISSING', ready, { skills: ['PLUMBING', 'MEDIATION'] }],
    ['TOO_MANY_OPEN_TASKS', [...ready, slot('1'), slot('2')], {}],
  ])('refuse with %s', (code, history, over) => {
    given(volunteerDecider, history).when(reserve(over)).thenRejected(code);
  });

  it('are refused to the suspended though the clock is behind the suspension, and given back at any time', () => {
    const history = [...ready, slot('1'), suspended(null)];
    given(volunteerDecider, history)
      .when(reserve(times(2)))
      .thenRejected('VOLUNTEER_SUSPENDED');
    given(volunteerDecider, history)
      .when({ type: 'FreeTaskSlot', at: day(0), now: day(0), taskId: '1' })
      .then({ type: 'TaskSlotFreed', data: { ...on(3), taskId: '1', cause: 'TASK_ENDED' } });
  });

  it('are not refused by a suspension that was over, had not begun, or was lifted when it happened', () => {
    const until = [...ready, suspended(day(4))];
    given(volunteerDecider, until)
      .when(reserve({ at: day(3) }))
      .thenRejected('VOLUNTEER_SUSPENDED');
    given(volunteerDecider, until)
      .when(reserve({ at: day(4) }))
      .then(slot('t'));
    expect(
      given(volunteerDecider, until)
        .when(reserve({ at: day(2) }))
        .state(),
    ).toMatchObject({ slots: [{ taskId: 't' }] });
    expect(
      given(volunteerDecider, [...until, reinstated])
        .when(reserve({ at: day(3) }))
        .state(),
    ).toBeDefined();
  });

  it('are given back, and found given back', () => {
    given(volunteerDecider, [...ready, slot('t')])
      .when({ type: 'FreeTaskSlot', ...times(4), taskId: 't' })
      .then(freed('t', 'TASK_ENDED'));
    given(volunteerDecider, ready)
      .when({ type: 'FreeTaskSlot', ...times(4), taskId: 't' })
      .thenNothing();
  });

  it('are settled after a minute when their task is not held, and only then', () => {
    const young = [...ready, slot('1', 4, day(4, 0)), slot('2', 4, day(4, 1))];
    const now = day(4, 61);
    given(volunteerDecider, young)
      .when(reserve({ now, notHeld: ['1', '2'] }))
      .then(freed('1', 'NOT_HELD'), slot('t', 4, now));
    given(volunteerDecider, young).when(reserve({ now })).thenRejected('TOO_MANY_OPEN_TASKS', { open: 2, limit: 2 });
  });

  it('are restored whatever the limit or the duty says', () => {
    given(volunteerDecider, [...ready, slot('1'), slot('2'), duty(false)])
      .when({ type: 'RestoreTaskSlot', ...times(4), taskId: 't' })
      .then(slot('t'));
    given(volunteerDecider, [...ready, slot('t')])
      .when({ type: 'RestoreTaskSlot', ...times(4), taskId: 't' })
      .thenNothing();
  });

  it('never exceed the limit, whatever is reserved, given back and settled', () => {
    const task = fc.constantFrom('1', '2', '3', '4', '5', '6');
    const step = fc.oneof(
      fc.record({
        type: fc.constant('ReserveTaskSlot' as const),
        taskId: task,
        notHeld: fc.array(task),
        second: fc.nat(99),
      }),
      fc.record({ type: fc.constant('FreeTaskSlot' as const), taskId: task }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        let state = ready.reduce<VolunteerState>((so, event) => evolve(so, event), initialVolunteer);
        for (const { type, ...over } of steps) {
          const now = day(4, 'second' in over ? over.second : 0);
          const decision = volunteerDecider.decide({ ...reserve({ limit, now }), ...over, type }, state);
          if (decision.kind === 'accepted') state = decision.events.reduce((so, event) => evolve(so, event), state);
          expect('slots' in state && state.slots.length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});
