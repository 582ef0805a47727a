// Erasing a person: asked for by one, approved by another, carried out after a delay in which it can be cancelled, and
// never while something holds it. Pure; every rule has a given/when/then specification.
import type { Decider, Decision, Instant } from '#libs/kernel';
import { accept, assertNever, plus } from '#libs/kernel';
import type {
  ApproveErasure,
  BeginByRetention,
  BeginErasure,
  CompleteErasure,
  ErasureCommand,
  PlaceHold,
  RequestErasure,
  SubjectFacts,
} from './erasure.commands.ts';
import type { ErasureEvent, ErasureRequested, Hold } from './erasure.events.ts';
import type { ErasureRejection } from './erasure.rejections.ts';
import { held, refuse } from './erasure.rejections.ts';
import type { ErasureState, KnownErasure, UnderWay } from './erasure.state.ts';
import { evolve, initialErasure, isUnderWay } from './erasure.state.ts';

type Outcome = Decision<ErasureEvent, ErasureRejection>;

export const erasureDecider: Decider<ErasureState, ErasureCommand, ErasureEvent, ErasureRejection> = {
  initial: initialErasure,
  decide,
  evolve,
};

const NOT_REQUESTED = () => refuse('ERASURE_NOT_REQUESTED', 'Nobody has asked for this erasure.');

function decide(command: ErasureCommand, state: ErasureState): Outcome {
  if (command.type === 'RequestErasure') return request(command, state);
  if (command.type === 'BeginByRetention') return beginByRetention(command, state);
  if (command.type === 'PlaceHold') return placeHold(command, state);
  if (state.status === 'NONE') return NOT_REQUESTED();
  const { personId } = state;
  const at = notBefore(command.at, state);
  switch (command.type) {
    case 'ApproveErasure':
      return approve(command, state, at);
    case 'CancelErasure':
      if (isUnderWay(state)) return underWay(state);
      if (state.status !== 'REQUESTED' && state.status !== 'APPROVED') return NOT_REQUESTED();
      return accept({ type: 'ErasureCancelled', data: { personId, at, by: command.by } });
    case 'BeginErasure':
      return begin(command, state, at);
    case 'RecordKeyDestroyed': {
      // A fact, also where another eraser found a hold in the moment before.
      if (state.status === 'KEY_DESTROYED' || state.status === 'ERASED') return accept();
      const { subject } = state;
      return accept({ type: 'PersonKeyDestroyed', data: { personId, at, subject, tasks: command.tasks } });
    }
    case 'CompleteErasure':
      return complete(command, state, at);
    case 'LiftHold':
      if (state.legalHold === null) return accept();
      return accept({ type: 'HoldLifted', data: { personId, at, by: command.by } });
    default:
      return assertNever(command);
  }
}

function request({ by, grounds, at, ...facts }: RequestErasure, state: ErasureState): Outcome {
  if (state.status !== 'NONE') {
    if (isUnderWay(state)) return underWay(state);
    if (state.status === 'REQUESTED' || state.status === 'APPROVED') {
      return refuse('ERASURE_ALREADY_REQUESTED', 'This erasure has been asked for already.');
    }
  }
  const hold = holdOn(facts, state);
  return hold ? held(hold) : accept(requested(facts, grounds, by, notBefore(at, state)));
}

function requested(
  { personId, subject, communityId }: SubjectFacts,
  grounds: ErasureRequested['data']['grounds'],
  by: string,
  at: Instant,
): ErasureRequested {
  return { type: 'ErasureRequested', data: { personId, at, subject, communityId, grounds, by } };
}

function approve({ by, delayMs }: ApproveErasure, state: KnownErasure, at: Instant): Outcome {
  if (isUnderWay(state)) return underWay(state);
  if (state.status === 'APPROVED') return accept();
  if (state.status !== 'REQUESTED') return NOT_REQUESTED();
  if (state.requestedBy === by) {
    return refuse('SECOND_PERSON_NEEDED', 'Whoever asked for an erasure cannot approve it: a second person must.');
  }
  const { personId } = state;
  return accept({ type: 'ErasureApproved', data: { personId, at, by, dueAt: plus(at, delayMs) } });
}

/** A hold that is known already is not recorded again; what has begun is held until it is listed. */
function begin(command: BeginErasure, state: KnownErasure, at: Instant): Outcome {
  const { personId } = state;
  const hold = command.isListed ? null : (holdOn(command, state) ?? reopenedSince(command, state));
  const heldNow = (): Outcome => (hold ? accept({ type: 'ErasureHeld', data: { personId, at, hold } }) : accept());
  if (isUnderWay(state)) return state.status === 'BEGUN' ? heldNow() : accept();
  if (state.status === 'REQUESTED') {
    return refuse('ERASURE_NOT_APPROVED', 'A second person has not approved this erasure yet.');
  }
  if (state.status !== 'APPROVED') return NOT_REQUESTED();
  const { dueAt } = state;
  // The command's own time: `at` never lies before what is recorded, but what is due is told by the clock.
  if (command.at < dueAt) {
    return refuse('ERASURE_NOT_DUE', 'The time in which this erasure can be cancelled is not over.', { dueAt });
  }
  if (hold) return hold === state.heldBy ? accept() : heldNow();
  return accept({ type: 'ErasureBegun', data: { personId, at, trace: command.trace, tasks: command.tasks } });
}

function beginByRetention(command: BeginByRetention, state: ErasureState): Outcome {
  if (isUnderWay(state)) return accept();
  const { personId, trace, tasks, closedAt, closedBefore } = command;
  const hold = holdOn(command, state);
  if (hold) return held(hold);
  if (closedAt === null || closedAt > closedBefore) {
    return refuse('ERASURE_NOT_DUE', 'The request was not closed long enough ago.');
  }
  const at = notBefore(command.at, state);
  const begun: ErasureEvent = { type: 'ErasureBegun', data: { personId, at, trace, tasks } };
  const isAskedFor = state.status === 'REQUESTED' || state.status === 'APPROVED';
  return isAskedFor ? accept(begun) : accept<ErasureEvent>(requested(command, 'RETENTION', 'system', at), begun);
}

function complete(command: CompleteErasure, state: KnownErasure, at: Instant): Outcome {
  if (state.status === 'ERASED') return accept();
  if (state.status !== 'KEY_DESTROYED') return refuse('ERASURE_UNDER_WAY', 'The key has not been destroyed yet.');
  const { files, bytes, texts, textsFound } = command;
  return accept({ type: 'PersonErased', data: { personId: state.personId, at, files, bytes, texts, textsFound } });
}

function placeHold(command: PlaceHold, state: ErasureState): Outcome {
  const { personId, subject, communityId, reason, by, at, isListed } = command;
  if (state.status !== 'NONE') {
    if (isUnderWay(state) && (isListed || state.status !== 'BEGUN')) return underWay(state);
    if (state.legalHold === reason) return accept();
  }
  const data = { personId, at: notBefore(at, state), subject, communityId, reason, by };
  return accept({ type: 'HoldPlaced', data });
}

function holdOn({ hold }: SubjectFacts, state: ErasureState): Hold | null {
  return state.status !== 'NONE' && state.legalHold !== null ? 'LEGAL_HOLD' : hold;
}

/** What retention began, without a second person's approval, was closed long enough ago only if it was not open since. */
function reopenedSince({ closedAt }: SubjectFacts, state: KnownErasure): Hold | null {
  const isByAge = state.status === 'BEGUN' && state.dueAt === null;
  return isByAge && closedAt !== null && closedAt > state.begunAt ? 'REQUEST_OPEN' : null;
}

function underWay({ status }: UnderWay): Outcome {
  return status === 'ERASED'
    ? refuse('PERSON_ERASED', 'The personal data of this person was erased.')
    : refuse('ERASURE_UNDER_WAY', 'The erasure is being carried out: it is too late for this.');
}

/** Recorded times never run backwards, whatever a clock does. */
function notBefore(at: Instant, state: ErasureState): Instant {
  return state.status !== 'NONE' && state.since > at ? state.since : at;
}
