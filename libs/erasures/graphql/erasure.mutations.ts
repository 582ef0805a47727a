// What office and administrators do about erasures. Another community's are answered as absent.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/graphql-kit';
import { Access, CommandContexts, GraphQLContext, roles } from '#libs/graphql-kit';
import { foldRow } from '#libs/projections';
import type { Admission, ErasureOrder, SubjectOrder } from '../application/erasure.desk.ts';
import { ErasureDesk } from '../application/erasure.desk.ts';
import type { ErasureOutcome } from '../application/eraser.ts';
import { erasureListProjection } from '../read-models/erasure-list.projection.ts';
import { erasureList } from '../read-models/erasure-list.tables.ts';
import type { SubjectKind } from '../domain/erasure.events.ts';
import { ErasureInput, PlaceHoldInput, RequestErasureInput } from './erasure.inputs.ts';
import { ErasurePayload } from './erasure.types.ts';

export const ERASES = ['OFFICE', 'ADMINISTRATOR'] as const;
/** An account belongs to who administers it, whatever the office may do elsewhere. */
const ERASES_ACCOUNTS = ['ADMINISTRATOR'] as const;

interface SubjectOf {
  readonly kind: SubjectKind;
  readonly subjectId: string;
  readonly commandId: string;
}

@Resolver()
export class ErasureMutations {
  readonly #desk: ErasureDesk;
  readonly #contexts: CommandContexts;

  constructor(@Inject(ErasureDesk) desk: ErasureDesk, @Inject(CommandContexts) contexts: CommandContexts) {
    this.#desk = desk;
    this.#contexts = contexts;
  }

  @Mutation(() => ErasurePayload, { description: 'Asks for the erasure of a person’s data. A second person approves.' })
  @Access(roles(...ERASES))
  requestErasure(@Args('input') input: RequestErasureInput, @Context() graphql: GraphQLContext) {
    return this.#about(graphql, input, { type: 'RequestErasure', grounds: input.grounds });
  }

  @Mutation(() => ErasurePayload, {
    description: 'Approves what another person asked for; it is carried out at `dueAt`.',
  })
  @Access(roles(...ERASES))
  approveErasure(@Args('input') input: ErasureInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'ApproveErasure' });
  }

  @Mutation(() => ErasurePayload, { description: 'Cancels an erasure that has not begun.' })
  @Access(roles(...ERASES))
  cancelErasure(@Args('input') input: ErasureInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'CancelErasure' });
  }

  @Mutation(() => ErasurePayload, {
    description:
      'Carries out what is due, without waiting for the timer. Where something holds it, `heldBy` says what.',
  })
  @Access(roles(...ERASES))
  executeErasure(@Args('input') input: ErasureInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'ExecuteErasure' });
  }

  @Mutation(() => ErasurePayload, { description: 'Keeps a person’s data from being erased, for a legal reason.' })
  @Access(roles(...ERASES))
  placeHold(@Args('input') input: PlaceHoldInput, @Context() graphql: GraphQLContext) {
    return this.#about(graphql, input, { type: 'PlaceHold', reason: input.reason });
  }

  @Mutation(() => ErasurePayload, { description: 'Ends a legal hold; what was due is carried out.' })
  @Access(roles(...ERASES))
  liftHold(@Args('input') input: ErasureInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'LiftHold' });
  }

  async #about(graphql: GraphQLContext, input: SubjectOf, order: SubjectOrder): Promise<ErasurePayload> {
    const viewer = graphql.requireViewer();
    const { kind, subjectId: id } = input;
    const context = this.#contexts.of(viewer, order.type, input);
    return payloadOf(await this.#desk.about({ kind, id }, order, context, admissionOf(viewer)));
  }

  async #order(graphql: GraphQLContext, input: ErasureInput, order: ErasureOrder): Promise<ErasurePayload> {
    const viewer = graphql.requireViewer();
    const context = this.#contexts.of(viewer, order.type, input);
    return payloadOf(await this.#desk.order(input.erasureId, order, context, admissionOf(viewer)));
  }
}

function admissionOf(viewer: Viewer): Admission {
  return (communityId, kind) => viewer.may(kind === 'ACCOUNT' ? ERASES_ACCOUNTS : ERASES, communityId);
}

function payloadOf({ state, events, position }: ErasureOutcome): ErasurePayload {
  const row = state.status === 'NONE' ? undefined : foldRow(erasureListProjection, erasureList, events, state.personId);
  if (!row) throw new Error('An erasure without a first event');
  return { erasure: row, position };
}
