// What the office does with a request. Every mutation is one order on the bus; it answers with the request at its new
// revision, folded from the very events it led to.
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Access, CommandContexts, GraphQLContext, roles } from '#libs/graphql-kit';
import { NotFound, NotPermitted } from '#libs/kernel';
import type { Order, RequestOutcome } from '../application/request.orders.ts';
import { RequestDesk } from '../application/request.desk.ts';
import { OrderOnRequest, RaiseRequest } from '../application/request.orders.ts';
import { ChaseUpRequestInput, RecordPartnerConsentInput } from './order.inputs.ts';
import type { RequestInput } from './request.inputs.ts';
import {
  ConfirmResolutionInput,
  CorrectRequestInput,
  DeclineRequestInput,
  DispatchRequestInput,
  PlaceInFollowUpInput,
  RaiseRequestInput,
  RecallOfferInput,
  RecordCallBackInput,
  RecordFollowUpInput,
  ReopenRequestInput,
  ResumeFromFollowUpInput,
  SendBackInput,
  WithdrawRequestInput,
} from './request.inputs.ts';
import type { ReporterInput } from './request.inputs.ts';
import { requestRowOf } from './request-reader.ts';
import { RequestPayload } from './request.types.ts';

const OFFICE = ['OFFICE'] as const;

@Resolver()
export class RequestMutations {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;
  readonly #desk: RequestDesk;

  constructor(
    @Inject(CommandBus) bus: CommandBus,
    @Inject(CommandContexts) contexts: CommandContexts,
    @Inject(RequestDesk) desk: RequestDesk,
  ) {
    this.#bus = bus;
    this.#contexts = contexts;
    this.#desk = desk;
  }

  @Mutation(() => RequestPayload, {
    description: 'Records what a resident asks for (点单). Residents report for themselves, online and now.',
  })
  @Access(roles('OFFICE', 'RESIDENT'))
  async raiseRequest(@Args('input') input: RaiseRequestInput, @Context() { viewer }: GraphQLContext) {
    const { communityId, channel, category, matter, reportedAt } = input;
    const byOffice = viewer?.may(OFFICE, communityId) ?? false;
    if (!byOffice && !viewer?.may(['RESIDENT'], communityId)) throw new NotFound('There is no such community.');
    if (!byOffice && (channel !== 'ONLINE' || reportedAt != null || input.ledgerNumber != null)) {
      throw new NotPermitted('Only the office records what was reported elsewhere or earlier, and numbers it.');
    }
    const context = this.#contexts.of(viewer, 'RaiseRequest', input, { communityId, occurredAt: reportedAt });
    const details = {
      ...{ communityId, channel, category, matter },
      ledgerNumber: input.ledgerNumber ?? null,
      building: input.building ?? null,
      reporter: reporterOf(input.reporter ?? {}),
    };
    return this.#payload(await this.#bus.execute(new RaiseRequest(details, context)));
  }

  @Mutation(() => RequestPayload, { description: 'Corrects what was recorded; the history keeps both.' })
  @Access(roles(...OFFICE))
  correctRequest(@Args('input') input: CorrectRequestInput, @Context() context: GraphQLContext) {
    const { channel, category, building, matter } = input;
    const changes = { channel: channel ?? undefined, category: category ?? undefined, matter: matter ?? undefined };
    const reporter = input.reporter == null ? undefined : reporterOf(input.reporter);
    return this.#order(input, context, { type: 'CorrectRequest', ...changes, building, reporter });
  }

  @Mutation(() => RequestPayload, { description: 'Offers the request to volunteers (派单); nobody is compelled.' })
  @Access(roles(...OFFICE))
  dispatchRequest(@Args('input') input: DispatchRequestInput, @Context() context: GraphQLContext) {
    const { volunteerId, skills, acceptBy, briefing } = input;
    return this.#order(input, context, {
      type: 'DispatchRequest',
      audience: volunteerId == null ? { kind: 'OPEN' } : { kind: 'DIRECTED', volunteerId },
      skills: skills ?? undefined,
      acceptBy: acceptBy ?? undefined,
      briefing: briefing ?? null,
    });
  }

  @Mutation(() => RequestPayload, { description: 'Takes a standing offer back.' })
  @Access(roles(...OFFICE))
  recallOffer(@Args('input') input: RecallOfferInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'RecallOffer', reason: input.reason });
  }

  @Mutation(() => RequestPayload, { description: 'Confirms the result (办结).' })
  @Access(roles(...OFFICE))
  confirmResolution(@Args('input') input: ConfirmResolutionInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'ConfirmResolution', result: input.result ?? null });
  }

  @Mutation(() => RequestPayload, { description: 'Sends the work back to the volunteer who reported it done (重办).' })
  @Access(roles(...OFFICE))
  sendBack(@Args('input') input: SendBackInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'SendBack', reason: input.reason });
  }

  @Mutation(() => RequestPayload, { description: 'Reopens a resolved request (重办).' })
  @Access(roles(...OFFICE))
  reopenRequest(@Args('input') input: ReopenRequestInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'ReopenRequest', reason: input.reason });
  }

  @Mutation(() => RequestPayload, { description: 'Records what the resident says after closing (回访).' })
  @Access(roles(...OFFICE))
  recordCallBack(@Args('input') input: RecordCallBackInput, @Context() context: GraphQLContext) {
    const { reached, solved, satisfaction, note } = input;
    const answer = { solved: solved ?? null, satisfaction: satisfaction ?? null, note: note ?? null };
    return this.#order(input, context, { type: 'RecordCallBack', reached, ...answer });
  }

  @Mutation(() => RequestPayload, { description: 'Places a request in long-term follow-up (长期跟进).' })
  @Access(roles(...OFFICE))
  placeInFollowUp(@Args('input') input: PlaceInFollowUpInput, @Context() context: GraphQLContext) {
    const { reason, plan, reviewOn } = input;
    return this.#order(input, context, { type: 'PlaceInFollowUp', reason, plan, reviewOn });
  }

  @Mutation(() => RequestPayload, { description: 'Records a review in follow-up and sets the next one.' })
  @Access(roles(...OFFICE))
  recordFollowUp(@Args('input') input: RecordFollowUpInput, @Context() context: GraphQLContext) {
    const { note, reviewOn } = input;
    return this.#order(input, context, { type: 'RecordFollowUp', note, reviewOn });
  }

  @Mutation(() => RequestPayload, { description: 'Takes a request out of follow-up, to be dispatched.' })
  @Access(roles(...OFFICE))
  resumeFromFollowUp(@Args('input') input: ResumeFromFollowUpInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'ResumeFromFollowUp', reason: input.reason });
  }

  @Mutation(() => RequestPayload, { description: 'Declines what the office may not do, with the reason.' })
  @Access(roles(...OFFICE))
  declineRequest(@Args('input') input: DeclineRequestInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'DeclineRequest', reason: input.reason });
  }

  @Mutation(() => RequestPayload, { description: 'Records that the resident no longer asks for it.' })
  @Access(roles(...OFFICE))
  withdrawRequest(@Args('input') input: WithdrawRequestInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'WithdrawRequest', reason: input.reason ?? null });
  }

  @Mutation(() => RequestPayload, { description: 'Records that the resident asks again (催办).' })
  @Access(roles(...OFFICE))
  chaseUpRequest(@Args('input') input: ChaseUpRequestInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'RecordChaseUp', note: input.note ?? null });
  }

  @Mutation(() => RequestPayload, {
    description: 'Records whether partner organisations may learn how to reach the resident.',
  })
  @Access(roles(...OFFICE))
  recordPartnerConsent(@Args('input') input: RecordPartnerConsentInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'RecordPartnerConsent', given: input.given });
  }

  async #order(input: RequestInput, graphql: GraphQLContext, order: Order) {
    const viewer = graphql.requireViewer();
    const context = this.#contexts.of(viewer, order.type, input, { occurredAt: input.occurredAt });
    const admits = ({ communityId }: { communityId: string }) => viewer.may(OFFICE, communityId);
    return this.#payload(await this.#bus.execute(new OrderOnRequest(input.requestId, order, admits, context)));
  }

  #payload({ events, position }: RequestOutcome) {
    const request = requestRowOf(events);
    const [first] = events;
    // Without a number there is nothing to follow it with.
    const code = first && request.reporterPhone && this.#desk.codes.codeOf(request.requestId, first.metadata.commandId);
    return { request, trackingCode: code ?? null, position };
  }
}

function reporterOf({ name, phone, address }: ReporterInput) {
  return { name: name ?? null, phone: phone ?? null, address: address ?? null };
}
