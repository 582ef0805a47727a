// A volunteer's record: registered by the office or by themselves, verified by the office, on duty when they say so.
// Pure; every rule has a given/when/then specification.
import { accept, assertNever } from '#libs/kernel';
import type { Decider, Decision, Instant } from '#libs/kernel';
import { decideSlot } from './decide-slot.ts';
import type {
  CorrectVolunteerContact,
  RecordCommand,
  SlotCommand,
  SuspendVolunteer,
  VolunteerCommand,
} from './volunteer.commands.ts';
import type { VolunteerEvent } from './volunteer.events.ts';
import type { VolunteerRejection } from './volunteer.rejections.ts';
import { refuse } from './volunteer.rejections.ts';
import type { KnownVolunteer, VolunteerState } from './volunteer.state.ts';
import { evolve, initialVolunteer, knownSince } from './volunteer.state.ts';

type Outcome = Decision<VolunteerEvent, VolunteerRejection>;

export const volunteerDecider: Decider<VolunteerState, VolunteerCommand, VolunteerEvent, VolunteerRejection> = {
  initial: initialVolunteer,
  decide,
  evolve,
};

function decide(command: VolunteerCommand, state: VolunteerState): Outcome {
  const { at, now } = command;
  if (at > now) return refuse('OCCURRED_IN_FUTURE', 'It cannot have happened later than now.', { now });
  if (command.type === 'RegisterVolunteer') {
    if (state.status !== 'NONE')
      return refuse('VOLUNTEER_ALREADY_REGISTERED', 'This volunteer has been registered before.');
    const { type: _, now: __, ...data } = command;
    return accept({ type: 'VolunteerRegistered', data });
  }
  if (state.status === 'NONE') return refuse('NOT_FOUND', 'There is no such volunteer.');
  // The log gives the order, not the clocks: what is told as it happens comes last, though its sender's clock be behind.
  if (at === now) return decideKnown({ ...command, at: latest(at, knownSince(state)) }, state);
  if (at < state.registeredAt) {
    const notBefore = state.registeredAt;
    return refuse('OCCURRED_TOO_EARLY', 'It cannot have happened before the volunteer registered.', { notBefore });
  }
  return decideKnown(command, state);
}

function decideKnown(command: RecordCommand | SlotCommand, state: KnownVolunteer): Outcome {
  switch (command.type) {
    case 'ReserveTaskSlot':
    case 'RestoreTaskSlot':
    case 'FreeTaskSlot':
      return decideSlot(command, state);
    default:
      return decideRecord(command, state);
  }
}

function latest(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

function decideRecord(command: RecordCommand, state: KnownVolunteer): Outcome {
  const about = { volunteerId: state.volunteerId, at: command.at };
  switch (command.type) {
    case 'VerifyVolunteer':
      return state.status === 'REGISTERED' ? accept({ type: 'VolunteerVerified', data: about }) : accept();
    case 'SetVolunteerSkills': {
      const { skills } = command;
      const same = skills.length === state.skills.length && skills.every((skill) => state.skills.includes(skill));
      return same ? accept() : accept({ type: 'VolunteerSkillsSet', data: { ...about, skills } });
    }
    case 'SetDuty': {
      const { onDuty } = command;
      return onDuty === state.onDuty ? accept() : accept({ type: 'VolunteerDutySet', data: { ...about, onDuty } });
    }
    case 'SuspendVolunteer':
      return suspend(command, state);
    case 'ReinstateVolunteer':
      return state.status === 'SUSPENDED' ? accept({ type: 'VolunteerReinstated', data: about }) : accept();
    case 'CorrectVolunteerContact':
      return correctContact(command, state);
    default:
      return assertNever(command);
  }
}

function suspend({ at, reason, until }: SuspendVolunteer, state: KnownVolunteer): Outcome {
  if (state.status === 'REGISTERED') {
    return refuse('VOLUNTEER_NOT_VERIFIED', 'Who is not verified yet cannot take tasks anyway.');
  }
  if (until !== null && until <= at) {
    return refuse('SUSPENDED_UNTIL_IN_PAST', 'A suspension must end after it begins.', { until });
  }
  return accept({ type: 'VolunteerSuspended', data: { volunteerId: state.volunteerId, at, reason, until } });
}

function correctContact({ at, name, phone }: CorrectVolunteerContact, { volunteerId }: KnownVolunteer): Outcome {
  if (name === undefined && phone === undefined) return accept();
  const changes = { ...(name === undefined ? {} : { name }), ...(phone === undefined ? {} : { phone }) };
  return accept({ type: 'VolunteerContactCorrected', data: { volunteerId, at, ...changes } });
}
