// What a volunteer does with a task; the office may enter it for one who has no phone at hand.
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Viewer } from '#libs/graphql-kit';
import { Access, CommandContexts, GraphQLContext, roles } from '#libs/graphql-kit';
import { NotFound, NotPermitted } from '#libs/kernel';
import type { Admission, Order } from '../application/request.orders.ts';
import { OrderOnRequest } from '../application/request.orders.ts';
import { requestIdOf } from '../domain/request.state.ts';
import { taskRowOf } from './request-reader.ts';
import type { TaskInput } from './task.types.ts';
import {
  AcceptTaskInput,
  DeclineTaskInput,
  RecordProgressInput,
  ReleaseTaskInput,
  ReportDoneInput,
  StartTaskInput,
  TaskPayload,
} from './task.types.ts';

const ACTS = ['VOLUNTEER', 'OFFICE'] as const;

@Resolver()
export class TaskMutations {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;

  constructor(@Inject(CommandBus) bus: CommandBus, @Inject(CommandContexts) contexts: CommandContexts) {
    this.#bus = bus;
    this.#contexts = contexts;
  }

  @Mutation(() => TaskPayload, { description: 'Takes an offered task (接单). Of all who try exactly one succeeds.' })
  @Access(roles(...ACTS))
  acceptTask(@Args('input') input: AcceptTaskInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'AcceptTask', ...task }));
  }

  @Mutation(() => TaskPayload, { description: 'Says no to an offer (谢绝).' })
  @Access(roles(...ACTS))
  declineTask(@Args('input') input: DeclineTaskInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'DeclineTask', ...task, reason: input.reason ?? null }));
  }

  @Mutation(() => TaskPayload, { description: 'Gives an accepted task back, with a reason (放弃).' })
  @Access(roles(...ACTS))
  releaseTask(@Args('input') input: ReleaseTaskInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'ReleaseTask', ...task, reason: input.reason }));
  }

  @Mutation(() => TaskPayload, { description: 'Work has begun.' })
  @Access(roles(...ACTS))
  startTask(@Args('input') input: StartTaskInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'StartTask', ...task }));
  }

  @Mutation(() => TaskPayload, { description: 'Records progress; a claim lapses by last progress, not by age.' })
  @Access(roles(...ACTS))
  recordProgress(@Args('input') input: RecordProgressInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'RecordProgress', ...task, note: input.note }));
  }

  @Mutation(() => TaskPayload, { description: 'The handler declares the task done.' })
  @Access(roles(...ACTS))
  reportDone(@Args('input') input: ReportDoneInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, (task) => ({ type: 'ReportDone', ...task, result: input.result }));
  }

  async #order(
    input: TaskInput,
    graphql: GraphQLContext,
    make: (task: { taskId: string; volunteerId: string }) => Order,
  ) {
    const viewer = graphql.requireViewer();
    const { taskId } = input;
    const order = make({ taskId, volunteerId: actingVolunteer(viewer, input) });
    const context = this.#contexts.of(viewer, order.type, input, { occurredAt: input.occurredAt });
    const requestId = requestIdOf(taskId);
    if (!requestId) throw new NotFound('There is no such task.');
    const outcome = await this.#bus.execute(new OrderOnRequest(requestId, order, admission(viewer, input), context));
    return { task: taskRowOf(outcome.events, taskId), position: outcome.position };
  }
}

function isForAnother(viewer: Viewer, { volunteerId }: TaskInput): boolean {
  return volunteerId != null && volunteerId !== viewer.volunteerId;
}

function actingVolunteer(viewer: Viewer, input: TaskInput): string {
  const acting = input.volunteerId ?? viewer.volunteerId;
  if (acting == null) throw new NotPermitted('Only a volunteer can do this; the office names the volunteer.');
  return acting;
}

/** Whoever enters something for another, or late, does so as the office of that community. */
function admission(viewer: Viewer, input: TaskInput): Admission {
  const asOffice = isForAnother(viewer, input) || input.occurredAt != null;
  if (asOffice && viewer.communities(['OFFICE']).length === 0) {
    throw new NotPermitted('Only the office enters what another did, or did earlier.');
  }
  return ({ communityId }) => viewer.may(asOffice ? ['OFFICE'] : ['VOLUNTEER'], communityId);
}
