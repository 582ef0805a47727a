// Carries out orders on requests: load, admit, add the facts, decide, append; and keeps the volunteer's slot in step
// with the task. A slot is reserved before an accept and given back after the task ends; what a crash leaves between
// the two is settled from the request's own stream when the volunteer next meets the limit.
import { randomUUID } from 'node:crypto';
import type { CommandExecutor, LoadedAggregate } from '#libs/commands';
import { requireExpectedRevision } from '#libs/commands';
import type { Catalogues } from '#libs/communities';
import { deterministicId } from '#libs/event-store';
import type { CommandContext } from '#libs/kernel';
import { NotFound, Rejected } from '#libs/kernel';
import type { TaskSlots } from '#libs/volunteers';
import type { AcceptTask, RaiseRequest } from '../domain/request.commands.ts';
import { requestDecider } from '../domain/request.decider.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import type { KnownRequest, RequestState, Task } from '../domain/request.state.ts';
import { requestIdOf } from '../domain/request.state.ts';
import { completeOrder, deadline } from './complete-order.ts';
import { localDay } from './local-day.ts';
import type { FindablePersons } from './findable-reporter.ts';
import { keepFound } from './findable-reporter.ts';
import { requestAggregate } from './request.aggregate.ts';
import type { Admission, Order, RaiseDetails, RequestOutcome } from './request.orders.ts';
import { TrackingCodes } from './tracking-codes.ts';

/** The id of a request of the paper ledger follows from its number there, so that a number is used once. */
export function numberedRequestId(communityId: string, ledgerNumber: string): string {
  return deterministicId('ledger number', communityId, ledgerNumber);
}

export interface RequestDeskParts {
  readonly executor: CommandExecutor;
  readonly catalogues: Catalogues;
  readonly slots: TaskSlots;
  readonly vault: FindablePersons;
}

export class RequestDesk {
  readonly #executor: CommandExecutor;
  readonly #catalogues: Catalogues;
  readonly #slots: TaskSlots;
  readonly #vault: FindablePersons;
  /** Of requests that are not of the paper ledger. */
  readonly codes: TrackingCodes;

  constructor({ executor, catalogues, slots, vault }: RequestDeskParts) {
    this.#executor = executor;
    this.#catalogues = catalogues;
    this.#slots = slots;
    this.#vault = vault;
    this.codes = new TrackingCodes((purpose) => vault.deriveSecret(purpose));
  }

  /** The request as its own stream has it now. */
  load(requestId: string): Promise<LoadedAggregate<RequestState, RequestEvent>> {
    return this.#executor.load(requestAggregate, requestId);
  }

  /** Ids of the persons who reported with this telephone number, in the form of `phoneForm`; `limit` at most. */
  reportersWith(communityId: string, phone: string, limit: number): Promise<readonly string[]> {
    return this.#vault.findPersons(communityId, phone, limit);
  }

  async raise(details: RaiseDetails, context: CommandContext): Promise<RequestOutcome> {
    const { occurredAt: at, recordedAt: now, commandId, signal } = context;
    const { communityId, ledgerNumber } = details;
    const requestId =
      ledgerNumber === null
        ? this.codes.requestIdOf(this.codes.of(commandId))
        : numberedRequestId(communityId, ledgerNumber);
    const command = async (): Promise<RaiseRequest> => {
      const catalogue = await this.#catalogues.of(communityId, { at, signal });
      return {
        ...details,
        type: 'RaiseRequest',
        at,
        now,
        requestId,
        catalogueVersion: catalogue.version,
        reporter: { ...details.reporter, personId: deterministicId(commandId, 'person') },
        reportedOn: localDay(at, catalogue.policy.timeZone),
        dueAt: deadline(catalogue, details.category, at),
      };
    };
    return this.#executor.execute(requestAggregate, requestId, command, communityId, context);
  }

  async order(requestId: string, order: Order, admits: Admission, context: CommandContext): Promise<RequestOutcome> {
    const { state, revision, events } = await this.#executor.load(requestAggregate, requestId, context.signal);
    if (state.status === 'NONE' || !admits(state)) throw new NotFound('There is no such request.');
    const repeated = events.some((event) => event.metadata.commandId === context.commandId);
    const catalogue = await this.#catalogues.of(state.communityId, { at: state.reportedAt, signal: context.signal });
    const command = (standing: RequestState) =>
      completeOrder(order, standing.status === 'NONE' ? state : standing, catalogue, context);
    if (!repeated) await this.#requireAddressee(order, state, context);
    const carryOut = () => this.#executor.execute(requestAggregate, requestId, command, state.communityId, context);
    if (order.type === 'AcceptTask' && !repeated) {
      requireExpectedRevision(context, revision);
      return this.#accept({ ...order, at: context.occurredAt, now: context.recordedAt }, state, context, carryOut);
    }
    const outcome = await carryOut().catch(async (error: unknown) => {
      if (order.type === 'CorrectRequest' && order.reporter) await this.#findAsRecorded(requestId);
      throw error;
    });
    await this.#followTask(outcome, repeated ? state : outcome.state, context);
    return outcome;
  }

  /**
   * What a reporter is found by is kept before the event is stored, so that no stored number is without it. Where the
   * event was not stored after all, the number that is in the log counts.
   */
  async #findAsRecorded(requestId: string): Promise<void> {
    const { state, events } = await this.load(requestId);
    if (state.status !== 'NONE') await keepFound(this.#vault, state.communityId, events).catch(() => undefined);
  }

  /** A directed offer nobody can answer would keep the request from everyone else. */
  async #requireAddressee(order: Order, { communityId }: KnownRequest, { signal }: CommandContext): Promise<void> {
    if (order.type !== 'DispatchRequest' || order.audience.kind === 'OPEN') return;
    const known = await this.#slots.isOf(communityId, order.audience.volunteerId, signal);
    if (!known) throw new NotFound('There is no such volunteer.', { field: 'volunteerId' });
  }

  /** Reserves the volunteer's slot first: the request's revision alone cannot hold the limit of open tasks. */
  async #accept(
    command: AcceptTask,
    state: KnownRequest,
    context: CommandContext,
    carryOut: () => Promise<RequestOutcome>,
  ): Promise<RequestOutcome> {
    const decision = requestDecider.decide(command, state);
    if (decision.kind === 'rejected') throw new Rejected(decision.rejection);
    const { taskId, volunteerId } = command;
    const skills = state.status === 'OFFERED' ? state.offer.skills : [];
    const slot = { volunteerId, taskId, skills, communityId: state.communityId };
    await this.#slots.reserve({ ...slot, isHeld: (held) => this.#isHeld(held, volunteerId) }, beside(context));
    try {
      return await carryOut();
    } catch (error) {
      // Only a refusal settles the matter: after a lost answer or a conflict the accept, or another one of the same
      // volunteer, may yet be stored, so the slot stays until it is settled from the request's stream.
      const refused = error instanceof Rejected && !(await this.#isHeld(taskId, volunteerId));
      if (refused) await this.#slots.free(slot, beside(context));
      throw error;
    }
  }

  /**
   * Brings the slots of the tasks this command ended or gave back in line with where the request stands. A repeat does
   * what the first call may not have come to, and must not touch what has happened since.
   */
  async #followTask({ events, state }: RequestOutcome, standing: RequestState, context: CommandContext): Promise<void> {
    const own = events.findIndex(({ metadata }) => metadata.commandId === context.commandId);
    if (own < 0) return;
    const [before, after] = [openTask(stateAfter(events.slice(0, own))), openTask(state)];
    if (before?.taskId === after?.taskId) return;
    for (const task of [before, after]) {
      if (!task) continue;
      // Sent back to the same volunteer: theirs again whatever the limit says.
      if (openTask(standing)?.taskId === task.taskId) await this.#slots.restore(task, beside(context));
      else await this.#slots.free(task, beside(context));
    }
  }

  async #isHeld(taskId: string, volunteerId: string): Promise<boolean> {
    const requestId = requestIdOf(taskId);
    if (!requestId) return false;
    const { state } = await this.#executor.load(requestAggregate, requestId);
    const task = openTask(state);
    return task?.taskId === taskId && task.volunteerId === volunteerId;
  }
}

function stateAfter(events: readonly RequestEvent[]): RequestState {
  return events.reduce<RequestState>((state, event) => requestDecider.evolve(state, event), requestDecider.initial);
}

/** The task that counts towards its volunteer's limit: accepted or in progress, not yet reported done. */
function openTask(state: RequestState): Task | undefined {
  return state.status === 'ACCEPTED' || state.status === 'IN_PROGRESS' ? state.task : undefined;
}

/** A command of its own beside the caller's, on another stream; safe to repeat because slots are kept by task id. */
function beside(context: CommandContext): CommandContext {
  return { ...context, commandId: randomUUID(), expectedRevision: undefined };
}
