// What can have happened to a volunteer. Names are permanent; the codec fixes versions, schemas and what is sealed.
import type { Instant } from '#libs/kernel';

interface Fact<Type extends string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data & {
    readonly volunteerId: string;
    /** When it happened; the same as the metadata's, here because deciders compare it. */
    readonly at: Instant;
  };
}

export type VolunteerRegistered = Fact<
  'VolunteerRegistered',
  {
    readonly communityId: string;
    /** Sealed with the volunteer's key, like `phone`. */
    readonly name: string;
    readonly phone: string | null;
    readonly skills: readonly string[];
    readonly registeredBy: 'OFFICE' | 'SELF';
  }
>;
export type VolunteerVerified = Fact<'VolunteerVerified'>;
export type VolunteerSkillsSet = Fact<'VolunteerSkillsSet', { readonly skills: readonly string[] }>;
export type VolunteerDutySet = Fact<'VolunteerDutySet', { readonly onDuty: boolean }>;
export type VolunteerSuspended = Fact<
  'VolunteerSuspended',
  {
    /** Sealed with the volunteer's key. */
    readonly reason: string;
    /** First moment it no longer holds; null until reinstated. */
    readonly until: Instant | null;
  }
>;
export type VolunteerReinstated = Fact<'VolunteerReinstated'>;
/** What is absent stays as it was. */
export type VolunteerContactCorrected = Fact<
  'VolunteerContactCorrected',
  { readonly name?: string; readonly phone?: string | null }
>;

export type TaskSlotReserved = Fact<
  'TaskSlotReserved',
  {
    readonly taskId: string;
    /** When it was recorded: young slots may belong to an accept that is still under way. */
    readonly reservedAt: Instant;
  }
>;
export type TaskSlotFreed = Fact<
  'TaskSlotFreed',
  {
    readonly taskId: string;
    /** Given back by the task's end, or found to belong to no task that is held. */
    readonly cause: 'TASK_ENDED' | 'NOT_HELD';
  }
>;

export type VolunteerEvent =
  | VolunteerRegistered
  | VolunteerVerified
  | VolunteerSkillsSet
  | VolunteerDutySet
  | VolunteerSuspended
  | VolunteerReinstated
  | VolunteerContactCorrected
  | TaskSlotReserved
  | TaskSlotFreed;
