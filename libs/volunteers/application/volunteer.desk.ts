// Carries out what is asked of volunteers' records: makes texts fit to keep, asks whether the sender may touch the
// record, and lets the decider decide.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import type { Catalogues } from '#libs/communities';
import { isCode } from '#libs/communities';
import { deterministicId } from '#libs/event-store';
import type { CommandContext, Instant } from '#libs/kernel';
import { cleanText, InvalidInput, NotFound } from '#libs/kernel';
import type { RecordCommand, RegisterVolunteer } from '../domain/volunteer.commands.ts';
import type { VolunteerEvent } from '../domain/volunteer.events.ts';
import type { KnownVolunteer, VolunteerState } from '../domain/volunteer.state.ts';
import { isSuspended } from '../domain/volunteer.state.ts';
import { volunteerAggregate } from './volunteer.aggregate.ts';

export type VolunteerOutcome = CommandOutcome<VolunteerState, VolunteerEvent>;

/** Whether the sender may touch this volunteer at all; if not, it is answered as absent. */
export type VolunteerAdmission = (volunteer: KnownVolunteer) => boolean;

export type VolunteerDetails = Omit<RegisterVolunteer, 'type' | 'at' | 'now' | 'volunteerId'>;

type Sent<C> = C extends unknown ? Omit<C, 'at' | 'now'> : never;
/** A domain command as its sender gives it. */
export type VolunteerOrder = Sent<RecordCommand>;

export const VOLUNTEER_LIMITS = { name: 100, phone: 32, skills: 20, reason: 1_000 } as const;
const PHONE = /^\+?[0-9][0-9 ()-]{2,}$/;

/** The new volunteer's id follows from the command id, so a repeated command finds the volunteer it made. */
export function newVolunteerId(commandId: string): string {
  return deterministicId(commandId, 'volunteer');
}

/** An account registers one volunteer by itself: its second try meets the record of the first. */
function selfRegisteredId(accountId: string): string {
  return deterministicId(accountId, 'own volunteer');
}

/**
 * Every method resolves once its events are durable, and answers a repeat of its command with the first result.
 *
 * @throws InvalidInput for texts and skills that cannot be kept
 * @throws NotFound when there is no such community or volunteer, or not for this sender
 * @throws Rejected with a code of `VolunteerRejection`
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class VolunteerDesk {
  readonly #executor: CommandExecutor;
  readonly #catalogues: Catalogues;

  constructor(executor: CommandExecutor, catalogues: Catalogues) {
    this.#executor = executor;
    this.#catalogues = catalogues;
  }

  async register(details: VolunteerDetails, context: CommandContext): Promise<VolunteerOutcome> {
    const { communityId, registeredBy } = details;
    await this.#catalogues.of(communityId, { signal: context.signal });
    const volunteerId =
      registeredBy === 'SELF' ? selfRegisteredId(context.actor.accountId) : newVolunteerId(context.commandId);
    const command: RegisterVolunteer = {
      ...{ type: 'RegisterVolunteer', ...timesOf(context), volunteerId, communityId, registeredBy },
      name: cleanName(details.name),
      phone: details.phone === null ? null : cleanPhone(details.phone),
      skills: cleanSkills(details.skills),
    };
    return this.#executor.execute(volunteerAggregate, volunteerId, command, communityId, context);
  }

  async order(
    volunteerId: string,
    order: VolunteerOrder,
    admits: VolunteerAdmission,
    context: CommandContext,
  ): Promise<VolunteerOutcome> {
    const { communityId } = await this.read(volunteerId, admits, context.signal);
    const command = { ...clean(order), ...timesOf(context) };
    return this.#executor.execute(volunteerAggregate, volunteerId, command, communityId, context);
  }

  /** Whether they are kept from taking tasks at this time; so is who is no volunteer. */
  async isSuspended(volunteerId: string, at: Instant): Promise<boolean> {
    const { state } = await this.#executor.load(volunteerAggregate, volunteerId);
    return state.status === 'NONE' || isSuspended(state, at);
  }

  /** The volunteer as its stream has it now. */
  async read(volunteerId: string, admits: VolunteerAdmission, signal?: AbortSignal): Promise<KnownVolunteer> {
    const { state } = await this.#executor.load(volunteerAggregate, volunteerId, signal);
    if (state.status === 'NONE' || !admits(state)) throw new NotFound('There is no such volunteer.');
    return state;
  }
}

function timesOf({ occurredAt, recordedAt }: CommandContext) {
  return { at: occurredAt, now: recordedAt };
}

function clean(order: VolunteerOrder): VolunteerOrder {
  switch (order.type) {
    case 'SetVolunteerSkills':
      return { ...order, skills: cleanSkills(order.skills) };
    case 'SuspendVolunteer':
      return {
        ...order,
        reason: cleanText(order.reason, { field: 'reason', max: VOLUNTEER_LIMITS.reason, lines: true }),
      };
    case 'CorrectVolunteerContact':
      return {
        ...order,
        ...(order.name === undefined ? {} : { name: cleanName(order.name) }),
        ...(order.phone == null ? {} : { phone: cleanPhone(order.phone) }),
      };
    default:
      return order;
  }
}

function cleanName(name: string): string {
  return cleanText(name, { field: 'name', max: VOLUNTEER_LIMITS.name });
}

function cleanPhone(phone: string): string {
  const text = cleanText(phone, { field: 'phone', max: VOLUNTEER_LIMITS.phone });
  if (!PHONE.test(text)) throw new InvalidInput('This is not a telephone number.', { field: 'phone' });
  return text;
}

function cleanSkills(skills: readonly string[]): string[] {
  const distinct = [...new Set(skills)];
  if (distinct.length > VOLUNTEER_LIMITS.skills || !distinct.every(isCode)) {
    throw new InvalidInput('The skills are too many or not in their form.', {
      field: 'skills',
      limit: VOLUNTEER_LIMITS.skills,
    });
  }
  return distinct;
}
