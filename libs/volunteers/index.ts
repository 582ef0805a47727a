// Volunteers: their record, whether they may take a task, and how many they hold.
export { TaskSlots } from './application/task-slots.ts';
export type { SlotRequest, TaskOfVolunteer } from './application/task-slots.ts';
export { volunteerAggregate } from './application/volunteer.aggregate.ts';
export { volunteerCodec } from './codec/volunteer.codec.ts';
export { newVolunteerId, VOLUNTEER_LIMITS, VolunteerDesk } from './application/volunteer.desk.ts';
export type {
  VolunteerAdmission,
  VolunteerDetails,
  VolunteerOrder,
  VolunteerOutcome,
} from './application/volunteer.desk.ts';
export type { VolunteerEvent } from './domain/volunteer.events.ts';
export { VOLUNTEER_REJECTIONS } from './domain/volunteer.rejections.ts';
export type { KnownVolunteer, VolunteerState, VolunteerStatus } from './domain/volunteer.state.ts';
export { volunteerListProjection } from './read-models/volunteer-list.projection.ts';
export { VolunteerQueries } from './read-models/volunteer-list.query.ts';
export type {
  Eligibility,
  VolunteerCriteria,
  VolunteerPage,
  VolunteerTables,
} from './read-models/volunteer-list.query.ts';
export { volunteerCount, volunteerList, volunteerSkill } from './read-models/volunteer-list.tables.ts';
export type { VolunteerRow } from './read-models/volunteer-list.tables.ts';
