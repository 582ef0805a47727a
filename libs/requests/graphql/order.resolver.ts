// Orders by residents without an account (点单): placed by web form, then followed, chased up, withdrawn and rated with the
// code and the end of the telephone number. Anyone may ask, so every way in is limited.
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Access, anyone, CommandContexts, GraphQLContext, PersonalTexts, RATE_LIMITS } from '#libs/graphql-kit';
import { InvalidInput } from '#libs/kernel';
import type { Limiter, RateLimits } from '#libs/platform';
import { FollowedOrders } from '../application/followed-orders.ts';
import { RequestDesk } from '../application/request.desk.ts';
import type { Order } from '../application/request.orders.ts';
import { OrderOnRequest, RaiseRequest } from '../application/request.orders.ts';
import { phoneForm } from '../domain/phone.ts';
import type { OrderInput } from './order.inputs.ts';
import {
  ChangeOrderConsentInput,
  ChaseUpOrderInput,
  PlaceOrderInput,
  RateOrderInput,
  TrackOrderArgs,
  WithdrawOrderInput,
} from './order.inputs.ts';
import { PlacedOrder, TrackedOrder, TrackedOrderPayload } from './order.types.ts';
import { requestRowOf } from './request-reader.ts';
import { trackedOrder } from './tracked-order.ts';

/** Of nobody in particular: whoever shows the code acts as the resident. */
const RESIDENT = { accountId: 'resident', role: 'RESIDENT' } as const;

const HOUR = 3_600;
const PLACED_BY_NETWORK = { name: 'orders placed, by address', attempts: 30, seconds: HOUR };
const PLACED_IN_COMMUNITY = { name: 'orders placed, by community', attempts: 300, seconds: HOUR };
const CHANGED_BY_CODE = { name: 'orders changed, by code', attempts: 30, seconds: HOUR };

@Resolver()
export class OrderResolver {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;
  readonly #desk: RequestDesk;
  readonly #followed: FollowedOrders;
  readonly #texts: PersonalTexts;
  readonly #placedByNetwork: Limiter;
  readonly #placedInCommunity: Limiter;
  readonly #changedByCode: Limiter;

  constructor(
    @Inject(CommandBus) bus: CommandBus,
    @Inject(CommandContexts) contexts: CommandContexts,
    @Inject(RequestDesk) desk: RequestDesk,
    @Inject(FollowedOrders) followed: FollowedOrders,
    @Inject(PersonalTexts) texts: PersonalTexts,
    @Inject(RATE_LIMITS) limits: RateLimits,
  ) {
    this.#bus = bus;
    this.#contexts = contexts;
    this.#desk = desk;
    this.#followed = followed;
    this.#texts = texts;
    this.#placedByNetwork = limits.limiter(PLACED_BY_NETWORK);
    this.#placedInCommunity = limits.limiter(PLACED_IN_COMMUNITY);
    this.#changedByCode = limits.limiter(CHANGED_BY_CODE);
  }

  @Mutation(() => PlacedOrder, { description: 'Places an order without an account (点单): reported online, now.' })
  @Access(anyone)
  async placeOrder(@Args('input') input: PlaceOrderInput, @Context() { clientNetwork }: GraphQLContext) {
    await this.#placedByNetwork.take(clientNetwork);
    const { communityId, category, matter, building, reporter, consentToPartners } = input;
    if (phoneForm(reporter.phone) === undefined) {
      throw new InvalidInput('A telephone number has five digits at least.', { field: 'input.reporter.phone' });
    }
    await this.#placedInCommunity.take(communityId);
    const context = this.#contexts.of(undefined, 'PlaceOrder', input, { actor: RESIDENT });
    const { name, phone, address } = reporter;
    const details = {
      ...({ communityId, category, matter, channel: 'ONLINE', ledgerNumber: null } as const),
      building: building ?? null,
      reporter: { name: name ?? null, phone, address: address ?? null },
      partnerConsent: consentToPartners ?? false,
    };
    const { events, position } = await this.#bus.execute(new RaiseRequest(details, context));
    const { status, category: as, dueAt } = requestRowOf(events);
    return { trackingCode: this.#desk.codes.of(context.commandId), status, category: as, dueAt, position };
  }

  @Query(() => TrackedOrder, {
    description: 'Where an order stands. The same refusal whatever does not fit: no such code, or another number.',
  })
  @Access(anyone)
  async trackOrder(@Args() key: TrackOrderArgs, @Context() { clientNetwork }: GraphQLContext): Promise<TrackedOrder> {
    const { events } = await this.#followed.find(key, clientNetwork);
    return trackedOrder(events, this.#texts);
  }

  @Mutation(() => TrackedOrderPayload, { description: 'Asks again (催办); never a second request.' })
  @Access(anyone)
  chaseUpOrder(@Args('input') input: ChaseUpOrderInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'RecordChaseUp', note: input.note ?? null });
  }

  @Mutation(() => TrackedOrderPayload, { description: 'Withdraws the order, as long as it is open.' })
  @Access(anyone)
  withdrawOrder(@Args('input') input: WithdrawOrderInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'WithdrawRequest', reason: input.reason ?? null });
  }

  @Mutation(() => TrackedOrderPayload, { description: 'Rates the result, once the office has confirmed it.' })
  @Access(anyone)
  rateOrder(@Args('input') input: RateOrderInput, @Context() context: GraphQLContext) {
    const { satisfaction, solved, comment } = input;
    return this.#order(input, context, {
      ...{ type: 'RateResult', satisfaction, solved: solved ?? null, comment: comment ?? null },
    });
  }

  @Mutation(() => TrackedOrderPayload, { description: 'Gives or withdraws the consent for partners, at once.' })
  @Access(anyone)
  changeOrderConsent(@Args('input') input: ChangeOrderConsentInput, @Context() context: GraphQLContext) {
    return this.#order(input, context, { type: 'RecordPartnerConsent', given: input.consent });
  }

  async #order(input: OrderInput, { clientNetwork }: GraphQLContext, order: Order) {
    const { requestId } = await this.#followed.find(input, clientNetwork);
    await this.#changedByCode.take(requestId);
    const context = this.#contexts.of(undefined, order.type, input, { actor: RESIDENT });
    const outcome = await this.#bus.execute(new OrderOnRequest(requestId, order, () => true, context));
    return { order: await trackedOrder(outcome.events, this.#texts), position: outcome.position };
  }
}
