// What administrators do with areas: the tree, names, catalogues and periods, each within their own area.
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Access, CommandContexts, GraphQLContext, roles } from '#libs/graphql-kit';
import { NotFound } from '#libs/kernel';
import type { AreaOrder } from '../application/area.desk.ts';
import { AddArea, OrderOnArea } from '../application/area.orders.ts';
import { entryOf, policyChangesOf, rowOf } from './area-views.ts';
import { AddAreaInput, PublishCatalogueInput, RenameAreaInput, SetPolicyInput } from './area.inputs.ts';
import { AreaPayload, CommunityPayload } from './area.types.ts';

const ADMINISTERS = ['ADMINISTRATOR'] as const;

/** Administrators keep the tree below their own areas. Districts are added by the operator, above all of them. */
@Resolver()
export class AreaResolver {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;

  constructor(@Inject(CommandBus) bus: CommandBus, @Inject(CommandContexts) contexts: CommandContexts) {
    this.#bus = bus;
    this.#contexts = contexts;
  }

  @Mutation(() => AreaPayload, { description: 'Adds a street to a district, or a community to a street.' })
  @Access(roles(...ADMINISTERS))
  async addArea(@Args('input') input: AddAreaInput, @Context() graphql: GraphQLContext): Promise<AreaPayload> {
    const { parentId, level, name } = input;
    const context = this.#contextOf(graphql, 'AddArea', input, parentId);
    const outcome = await this.#bus.execute(new AddArea({ parentId, level, name }, context));
    return { area: rowOf(outcome), position: outcome.position };
  }

  @Mutation(() => AreaPayload, { description: 'Gives an area another name.' })
  @Access(roles(...ADMINISTERS))
  async renameArea(@Args('input') input: RenameAreaInput, @Context() graphql: GraphQLContext): Promise<AreaPayload> {
    const { areaId, name } = input;
    const context = this.#contextOf(graphql, 'RenameArea', input, areaId);
    const outcome = await this.#bus.execute(new OrderOnArea(areaId, { type: 'RenameArea', name }, context));
    return { area: rowOf(outcome), position: outcome.position };
  }

  @Mutation(() => CommunityPayload, { description: 'Puts a whole new catalogue in force, as the next version.' })
  @Access(roles(...ADMINISTERS))
  publishCatalogue(@Args('input') input: PublishCatalogueInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'PublishCatalogue', entries: input.entries.map(entryOf) });
  }

  @Mutation(() => CommunityPayload, { description: 'Changes the periods and limits a community works by.' })
  @Access(roles(...ADMINISTERS))
  setPolicy(@Args('input') input: SetPolicyInput, @Context() graphql: GraphQLContext) {
    return this.#order(graphql, input, { type: 'SetPolicy', changes: policyChangesOf(input) });
  }

  async #order(
    graphql: GraphQLContext,
    input: PublishCatalogueInput | SetPolicyInput,
    order: AreaOrder,
  ): Promise<CommunityPayload> {
    const { communityId } = input;
    const context = this.#contextOf(graphql, order.type, input, communityId);
    const outcome = await this.#bus.execute(new OrderOnArea(communityId, order, context));
    return { community: rowOf(outcome), position: outcome.position };
  }

  #contextOf(
    graphql: GraphQLContext,
    command: string,
    input: AddAreaInput | RenameAreaInput | PublishCatalogueInput | SetPolicyInput,
    areaId: string,
  ) {
    const viewer = graphql.requireViewer();
    // The same whether it does not exist or is somebody else's.
    if (!viewer.may(ADMINISTERS, areaId)) throw new NotFound('There is no such area among yours.');
    return this.#contexts.of(viewer, command, input, { communityId: areaId });
  }
}
