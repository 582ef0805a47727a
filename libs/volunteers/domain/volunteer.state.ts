// What is known of a volunteer when a command is decided. Sealed texts are never opened, so they are not kept.
import { assertNever, millisecondsBetween, MINUTE } from '#libs/kernel';
import type { Instant } from '#libs/kernel';
import type { VolunteerEvent, VolunteerRegistered } from './volunteer.events.ts';

/** A place among the volunteer's open tasks. */
export interface TaskSlot {
  readonly taskId: string;
  readonly reservedAt: Instant;
}

interface Volunteer {
  readonly volunteerId: string;
  readonly communityId: string;
  readonly registeredAt: Instant;
  readonly skills: readonly string[];
  readonly onDuty: boolean;
  readonly slots: readonly TaskSlot[];
}

export type KnownVolunteer = Volunteer &
  (
    | { readonly status: 'REGISTERED' }
    | { readonly status: 'VERIFIED' }
    | { readonly status: 'SUSPENDED'; readonly from: Instant; readonly until: Instant | null }
  );
export type VolunteerState = { readonly status: 'NONE' } | KnownVolunteer;
export type VolunteerStatus = KnownVolunteer['status'];

export const initialVolunteer: VolunteerState = { status: 'NONE' };

const SETTLE_AFTER = MINUTE;

/** A suspension ends by itself: whether it holds is a matter of the time asked about. */
export function isSuspended(state: KnownVolunteer, at: Instant): boolean {
  return state.status === 'SUSPENDED' && at >= state.from && (state.until === null || at < state.until);
}

/** The latest time that later decisions compare with: when the suspension in force began, or the registration. */
export function knownSince(state: KnownVolunteer): Instant {
  return state.status === 'SUSPENDED' && state.from > state.registeredAt ? state.from : state.registeredAt;
}

/** Slots old enough that an accept still under way cannot be their reason. */
export function slotsToSettle(state: VolunteerState, now: Instant): readonly TaskSlot[] {
  if (state.status === 'NONE') return [];
  return state.slots.filter(({ reservedAt }) => millisecondsBetween(reservedAt, now) > SETTLE_AFTER);
}

export function evolve(state: VolunteerState, event: VolunteerEvent): VolunteerState {
  if (event.type === 'VolunteerRegistered') return registered(event);
  if (state.status === 'NONE') return state;
  switch (event.type) {
    case 'VolunteerVerified':
    case 'VolunteerReinstated':
      return { ...known(state), status: 'VERIFIED' };
    case 'VolunteerSuspended':
      return { ...known(state), status: 'SUSPENDED', from: event.data.at, until: event.data.until };
    case 'VolunteerSkillsSet':
      return { ...state, skills: event.data.skills };
    case 'VolunteerDutySet':
      return { ...state, onDuty: event.data.onDuty };
    case 'VolunteerContactCorrected':
      return state;
    case 'TaskSlotReserved': {
      const { taskId, reservedAt } = event.data;
      return { ...state, slots: [...state.slots, { taskId, reservedAt }] };
    }
    case 'TaskSlotFreed':
      return { ...state, slots: state.slots.filter(({ taskId }) => taskId !== event.data.taskId) };
    default:
      return assertNever(event);
  }
}

function registered({ data }: VolunteerRegistered): KnownVolunteer {
  const { volunteerId, communityId, skills, at } = data;
  return { status: 'REGISTERED', volunteerId, communityId, registeredAt: at, skills, onDuty: false, slots: [] };
}

function known({ volunteerId, communityId, registeredAt, skills, onDuty, slots }: KnownVolunteer): Volunteer {
  return { volunteerId, communityId, registeredAt, skills, onDuty, slots };
}
