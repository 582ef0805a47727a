// A volunteer never holds more tasks than the policy allows, however many are accepted at once: every accept first
// reserves a slot on the volunteer's own stream, where revisions put all of them in one line.
import { accept, assertNever } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import type { ReserveTaskSlot, SlotCommand } from './volunteer.commands.ts';
import type { TaskSlotFreed, VolunteerEvent } from './volunteer.events.ts';
import type { Refusal, VolunteerRejection } from './volunteer.rejections.ts';
import { refuse } from './volunteer.rejections.ts';
import type { KnownVolunteer } from './volunteer.state.ts';
import { isSuspended, slotsToSettle } from './volunteer.state.ts';

type Outcome = Decision<VolunteerEvent, VolunteerRejection>;

export function decideSlot(command: SlotCommand, state: KnownVolunteer): Outcome {
  const { taskId } = command;
  const hasSlot = state.slots.some((slot) => slot.taskId === taskId);
  switch (command.type) {
    case 'ReserveTaskSlot':
      return hasSlot ? accept() : reserve(command, state);
    case 'RestoreTaskSlot':
      return hasSlot ? accept() : accept(reserved(command, state));
    case 'FreeTaskSlot':
      return hasSlot ? accept(freed(command, state, taskId, 'TASK_ENDED')) : accept();
    default:
      return assertNever(command);
  }
}

function reserve(command: ReserveTaskSlot, state: KnownVolunteer): Outcome {
  const refusal = notEligible(command, state);
  if (refusal) return refusal;
  const settled = slotsToSettle(state, command.now).filter(({ taskId }) => command.notHeld.includes(taskId));
  const open = state.slots.length - settled.length;
  if (open >= command.limit) {
    const { limit } = command;
    return refuse('TOO_MANY_OPEN_TASKS', 'The volunteer holds as many tasks as one may.', { open, limit });
  }
  return accept<VolunteerEvent>(
    ...settled.map(({ taskId }) => freed(command, state, taskId, 'NOT_HELD')),
    reserved(command, state),
  );
}

function notEligible({ at, communityId, skills }: ReserveTaskSlot, state: KnownVolunteer): Refusal | undefined {
  if (communityId !== state.communityId) {
    return refuse('VOLUNTEER_OF_ANOTHER_COMMUNITY', 'The volunteer serves in another community.');
  }
  if (state.status === 'REGISTERED') {
    return refuse('VOLUNTEER_NOT_VERIFIED', 'The office has not verified this volunteer yet.');
  }
  if (isSuspended(state, at)) return refuse('VOLUNTEER_SUSPENDED', 'The volunteer is suspended.');
  if (!state.onDuty) return refuse('VOLUNTEER_OFF_DUTY', 'The volunteer is off duty.');
  const missing = skills.filter((skill) => !state.skills.includes(skill));
  return missing.length > 0 ? refuse('SKILL_MISSING', 'The task needs another skill.', { missing }) : undefined;
}

function reserved({ at, now, taskId }: SlotCommand, { volunteerId }: KnownVolunteer): VolunteerEvent {
  return { type: 'TaskSlotReserved', data: { volunteerId, at, taskId, reservedAt: now } };
}

function freed(
  { at }: SlotCommand,
  { volunteerId }: KnownVolunteer,
  taskId: string,
  cause: TaskSlotFreed['data']['cause'],
): VolunteerEvent {
  return { type: 'TaskSlotFreed', data: { volunteerId, at, taskId, cause } };
}
