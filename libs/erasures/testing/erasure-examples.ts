// Example events and commands of one erasure, so that a specification states only what it is about.
import type { Instant } from '#libs/kernel';
import { HOUR, instantOf, plus } from '#libs/kernel';
import { given } from '#libs/kernel/testing';
import type { ErasureCommand, SubjectFacts } from '../domain/erasure.commands.ts';
import { erasureDecider } from '../domain/erasure.decider.ts';
import type { ErasureEvent } from '../domain/erasure.events.ts';

type EventOf<Type> = Extract<ErasureEvent, { type: Type }>;
type CommandOf<Type> = Extract<ErasureCommand, { type: Type }>;

export const START = instantOf(1_700_000_000_000);
export const after = (milliseconds: number): Instant => plus(START, milliseconds);
export const personId = 'person-1';
const subject = { kind: 'REQUEST', id: 'request-1' } as const;
const place = { subject, communityId: 'liuxia' };
const facts: SubjectFacts = { personId, ...place, hold: null, closedAt: START, tasks: 2 };
export const DELAY = 72 * HOUR;
export const dueAt = after(HOUR + DELAY);

export const requested: EventOf<'ErasureRequested'> = {
  ...{ type: 'ErasureRequested', data: { personId, at: START, ...place, grounds: 'ASKED_FOR', by: 'anna' } },
};
export const approved: EventOf<'ErasureApproved'> = {
  type: 'ErasureApproved',
  data: { personId, at: after(HOUR), by: 'boris', dueAt },
};
export const cancelled: EventOf<'ErasureCancelled'> = {
  type: 'ErasureCancelled',
  data: { personId, at: after(2 * HOUR), by: 'anna' },
};
export const begun: EventOf<'ErasureBegun'> = {
  type: 'ErasureBegun',
  data: { personId, at: dueAt, trace: 'AQID', tasks: 2 },
};
export const destroyed: EventOf<'PersonKeyDestroyed'> = {
  type: 'PersonKeyDestroyed',
  data: { personId, at: dueAt, subject, tasks: 2 },
};
export const found = { files: 3, bytes: 4_096, texts: 5, textsFound: 0 };
export const erased: EventOf<'PersonErased'> = { type: 'PersonErased', data: { personId, at: dueAt, ...found } };
export const heldEvent: EventOf<'ErasureHeld'> = {
  type: 'ErasureHeld',
  data: { personId, at: dueAt, hold: 'REQUEST_OPEN' },
};
export const placed: EventOf<'HoldPlaced'> = {
  ...{ type: 'HoldPlaced', data: { personId, at: START, ...place, reason: 'AUDIT', by: 'anna' } },
};
export const lifted: EventOf<'HoldLifted'> = { type: 'HoldLifted', data: { personId, at: after(HOUR), by: 'boris' } };

export const APPROVED = [requested, approved];
export const BEGUN = [...APPROVED, begun];
export const DESTROYED = [...BEGUN, destroyed];
export const ERASED = [...DESTROYED, erased];

export const erasure = (...history: ErasureEvent[]) => given(erasureDecider, history);
export const request = (more: Partial<SubjectFacts> = {}, at = START): ErasureCommand => ({
  ...{ type: 'RequestErasure', ...facts, ...more, grounds: 'ASKED_FOR', by: 'anna', at },
});
export const approve = (by: string, at = after(HOUR)): ErasureCommand => ({
  type: 'ApproveErasure',
  by,
  at,
  delayMs: DELAY,
});
export const cancel = (at = after(2 * HOUR)): ErasureCommand => ({ type: 'CancelErasure', by: 'anna', at });
export const begin = (at: Instant = dueAt, hold: SubjectFacts['hold'] = null, isListed = false): ErasureCommand => ({
  ...{ type: 'BeginErasure', ...facts, hold, isListed, trace: 'AQID', at },
});
export const byRetention = (hold: SubjectFacts['hold'] = null, closedAt: Instant | null = START): ErasureCommand => ({
  ...{ type: 'BeginByRetention', ...facts, hold, closedAt, closedBefore: START, trace: null, at: START },
});
export const recordDestroyed: ErasureCommand = { type: 'RecordKeyDestroyed', at: dueAt, tasks: 2 };
export const hold: CommandOf<'PlaceHold'> = {
  type: 'PlaceHold',
  ...facts,
  isListed: false,
  reason: 'AUDIT',
  by: 'anna',
  at: START,
};
export const lift: ErasureCommand = { type: 'LiftHold', by: 'boris', at: after(HOUR) };
