// Why a command on a volunteer can be refused. Codes are part of the public API.
import { reject } from '#libs/kernel';
import type { Decision } from '#libs/kernel';

export type VolunteerRejection =
  | 'NOT_FOUND'
  | 'VOLUNTEER_ALREADY_REGISTERED'
  | 'VOLUNTEER_NOT_VERIFIED'
  | 'VOLUNTEER_SUSPENDED'
  | 'VOLUNTEER_OFF_DUTY'
  | 'VOLUNTEER_OF_ANOTHER_COMMUNITY'
  | 'SKILL_MISSING'
  | 'TOO_MANY_OPEN_TASKS'
  | 'SUSPENDED_UNTIL_IN_PAST'
  | 'OCCURRED_IN_FUTURE'
  | 'OCCURRED_TOO_EARLY';
export type Refusal = Decision<never, VolunteerRejection>;

export const refuse = reject<VolunteerRejection>;
