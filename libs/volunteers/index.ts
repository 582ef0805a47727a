// Volunteers: their record, whether they may take a task, and how many they hold.
export { TaskSlots } from './application/task-slots.ts';
export type { SlotRequest } from './application/task-slots.ts';
export { volunteerAggregate } from './application/volunteer.aggregate.ts';
export { newVolunteerId, VOLUNTEER_LIMITS, VolunteerDesk } from './application/volunteer.desk.ts';
export type { VolunteerDetails, VolunteerOrder } from './application/volunteer.desk.ts';
export { volunteerListProjection } from './read-models/volunteer-list.projection.ts';
export { VolunteerQueries } from './read-models/volunteer-list.query.ts';
export type { VolunteerCriteria, VolunteerTables } from './read-models/volunteer-list.query.ts';
