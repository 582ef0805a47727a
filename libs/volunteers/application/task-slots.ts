// Keeps a volunteer's open tasks within the community's limit. A slot is reserved before a task is accepted and given
// back when the task ends; one left behind by a crash between the two is settled when the limit is next met.
import { CurrentStates } from '#libs/commands';
import type { Catalogues } from '#libs/communities';
import type { EventStore, PersonalDataSealer } from '#libs/event-store';
import { deterministicId, WrongExpectedRevision } from '#libs/event-store';
import type { CommandContext } from '#libs/kernel';
import { Rejected } from '#libs/kernel';
import type { SlotCommand, VolunteerCommand } from '../domain/volunteer.commands.ts';
import type { VolunteerEvent } from '../domain/volunteer.events.ts';
import type { VolunteerState } from '../domain/volunteer.state.ts';
import { slotsToSettle } from '../domain/volunteer.state.ts';
import { volunteerAggregate } from './volunteer.aggregate.ts';

/** Every lost race means another change to the same volunteer went through, so this is only met under attack. */
const ATTEMPTS = 50;

export interface TaskOfVolunteer {
  readonly volunteerId: string;
  readonly taskId: string;
}

export interface SlotRequest extends TaskOfVolunteer {
  /** Of the task. */
  readonly communityId: string;
  readonly skills: readonly string[];
  /** Whether the volunteer holds a task now, by the task's own stream. */
  readonly isHeld: (taskId: string) => Promise<boolean>;
}

/**
 * Safe to repeat under any command id: a slot is known by its task, so what is already so stays so. All methods
 * resolve once the change is durable.
 *
 * @throws Rejected with a code of `VolunteerRejection`
 * @throws Conflict after 50 lost races on one volunteer
 * @throws Unavailable when the store cannot serve; the slot may or may not have changed
 */
export class TaskSlots {
  readonly #store: EventStore;
  readonly #sealer: PersonalDataSealer;
  readonly #catalogues: Catalogues;
  readonly #volunteers: CurrentStates<VolunteerState, VolunteerCommand, VolunteerEvent>;

  constructor(store: EventStore, sealer: PersonalDataSealer, catalogues: Catalogues) {
    this.#store = store;
    this.#sealer = sealer;
    this.#catalogues = catalogues;
    this.#volunteers = new CurrentStates(store, volunteerAggregate);
  }

  /**
   * Refused with VOLUNTEER_NOT_VERIFIED, VOLUNTEER_SUSPENDED, VOLUNTEER_OFF_DUTY, SKILL_MISSING,
   * VOLUNTEER_OF_ANOTHER_COMMUNITY or TOO_MANY_OPEN_TASKS. At the limit, slots older than a minute whose tasks are
   * not held are given back first.
   */
  async reserve(request: SlotRequest, context: CommandContext): Promise<void> {
    const { taskId, communityId, skills, isHeld } = request;
    // Nobody who was erased takes on anything new; refused with PERSON_ERASED.
    await this.#sealer.ensureKeys([request.volunteerId]);
    const { policy } = await this.#catalogues.of(communityId, { signal: context.signal });
    const limit = policy.openTaskLimit;
    await this.#change(request, context, async (times, state) => {
      const full = state.status !== 'NONE' && state.slots.length >= limit;
      const notHeld = full ? await unheldSlots(state, context, isHeld) : [];
      return { type: 'ReserveTaskSlot', ...times, taskId, communityId, skills, limit, notHeld };
    });
  }

  /** Whether there is such a volunteer in the community, verified or not. */
  async isOf(communityId: string, volunteerId: string, signal?: AbortSignal): Promise<boolean> {
    const { state } = await this.#volunteers.of(volunteerId, signal);
    return state.status !== 'NONE' && state.communityId === communityId;
  }

  /** For a task sent back to who did it: theirs again, whatever the limit or their duty says. */
  async restore(task: TaskOfVolunteer, context: CommandContext): Promise<void> {
    await this.#change(task, context, (times) => ({ type: 'RestoreTaskSlot', ...times, taskId: task.taskId }));
  }

  async free(task: TaskOfVolunteer, context: CommandContext): Promise<void> {
    await this.#change(task, context, (times) => ({ type: 'FreeTaskSlot', ...times, taskId: task.taskId }));
  }

  async #change(
    { volunteerId, taskId }: TaskOfVolunteer,
    context: CommandContext,
    commandOn: (times: Pick<SlotCommand, 'at' | 'now'>, state: VolunteerState) => SlotCommand | Promise<SlotCommand>,
  ): Promise<void> {
    const times = { at: context.occurredAt, now: context.recordedAt };
    for (let attempt = 1; ; attempt += 1) {
      const { state, revision } = await this.#volunteers.of(volunteerId, context.signal);
      const decision = volunteerAggregate.decider.decide(await commandOn(times, state), state);
      if (decision.kind === 'rejected') throw new Rejected(decision.rejection);
      if (state.status === 'NONE' || decision.events.length === 0) return;
      // One command may reserve, free and reserve again: the revision tells these changes apart.
      const commandId = deterministicId(context.commandId, 'task-slot', taskId, String(revision));
      const { communityId } = state;
      const events = await volunteerAggregate.codec.encode(
        decision.events,
        { ...context, commandId, communityId },
        this.#sealer,
      );
      try {
        const stream = `${volunteerAggregate.category}-${volunteerId}`;
        await this.#store.append(stream, events, { expected: revision, signal: context.signal });
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || attempt === ATTEMPTS) throw error;
      }
    }
  }
}

async function unheldSlots(
  state: VolunteerState,
  context: CommandContext,
  isHeld: SlotRequest['isHeld'],
): Promise<string[]> {
  const slots = slotsToSettle(state, context.recordedAt);
  const held = await Promise.all(slots.map(({ taskId }) => isHeld(taskId)));
  return slots.filter((_, index) => !held[index]).map(({ taskId }) => taskId);
}
