// What may be asked of a volunteer's record. Times, ids and facts about communities and tasks arrive here.
import type { Instant } from '#libs/kernel';

interface Command<Type extends string> {
  readonly type: Type;
  /** When it happened. */
  readonly at: Instant;
  /** When we learnt it; `at` is never after it. */
  readonly now: Instant;
}

export interface RegisterVolunteer extends Command<'RegisterVolunteer'> {
  readonly volunteerId: string;
  readonly communityId: string;
  readonly name: string;
  readonly phone: string | null;
  readonly skills: readonly string[];
  readonly registeredBy: 'OFFICE' | 'SELF';
}

export type VerifyVolunteer = Command<'VerifyVolunteer'>;
export interface SetVolunteerSkills extends Command<'SetVolunteerSkills'> {
  readonly skills: readonly string[];
}
export interface SetDuty extends Command<'SetDuty'> {
  readonly onDuty: boolean;
}
export interface SuspendVolunteer extends Command<'SuspendVolunteer'> {
  readonly reason: string;
  readonly until: Instant | null;
}
export type ReinstateVolunteer = Command<'ReinstateVolunteer'>;
/** Absent fields stay as they are. */
export interface CorrectVolunteerContact extends Command<'CorrectVolunteerContact'> {
  readonly name?: string | undefined;
  readonly phone?: string | null | undefined;
}

export type RecordCommand =
  VerifyVolunteer | SetVolunteerSkills | SetDuty | SuspendVolunteer | ReinstateVolunteer | CorrectVolunteerContact;

/** Asked by a task that is about to be accepted. */
export interface ReserveTaskSlot extends Command<'ReserveTaskSlot'> {
  readonly taskId: string;
  /** The task's community and the skills it needs. */
  readonly communityId: string;
  readonly skills: readonly string[];
  /** Most open tasks, by the community's policy. */
  readonly limit: number;
  /** Tasks with a slot here that their own streams say this volunteer does not hold. */
  readonly notHeld: readonly string[];
}
/** The task is this volunteer's again, whatever has changed since: sent back to who did it. */
export interface RestoreTaskSlot extends Command<'RestoreTaskSlot'> {
  readonly taskId: string;
}
export interface FreeTaskSlot extends Command<'FreeTaskSlot'> {
  readonly taskId: string;
}

export type SlotCommand = ReserveTaskSlot | RestoreTaskSlot | FreeTaskSlot;
export type VolunteerCommand = RegisterVolunteer | RecordCommand | SlotCommand;
