// What each refusal about a volunteer means to a client.
import { registerErrorCodes } from '#libs/graphql-kit';
import type { VolunteerRejection } from '../domain/volunteer.rejections.ts';

const CODES: Readonly<Record<Exclude<VolunteerRejection, 'NOT_FOUND'>, string>> = {
  VOLUNTEER_ALREADY_REGISTERED: 'The volunteer has been registered before.',
  VOLUNTEER_NOT_VERIFIED: 'The office has not verified the volunteer yet.',
  VOLUNTEER_SUSPENDED: 'The volunteer is suspended at that time.',
  VOLUNTEER_OFF_DUTY: 'The volunteer is off duty.',
  VOLUNTEER_OF_ANOTHER_COMMUNITY: 'The volunteer serves in another community.',
  SKILL_MISSING: 'The task needs skills the volunteer does not have; `details.missing` names them.',
  TOO_MANY_OPEN_TASKS: 'The volunteer holds as many tasks as one may; `details.limit` says how many.',
  SUSPENDED_UNTIL_IN_PAST: 'A suspension must end after it begins.',
  OCCURRED_IN_FUTURE: 'It cannot have happened later than now.',
  OCCURRED_TOO_EARLY: 'It cannot have happened before what came before it; `details.notBefore` is the earliest time.',
};

registerErrorCodes(CODES);
