// Communities as everybody may see them, signed in or not: name, place, catalogue and periods; nothing about people.
import { Inject } from '@nestjs/common';
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import DataLoader from 'dataloader';
import type { Kysely } from 'kysely';
import type { ProjectionGate } from '#libs/graphql-kit';
import {
  Access,
  anyone,
  GraphQLContext,
  inherited,
  pageOf,
  pageRequest,
  Position,
  PROJECTIONS,
  READ_MODELS,
} from '#libs/graphql-kit';
import { areaListProjection } from '../read-models/area-list.projection.ts';
import type { AreaTables } from '../read-models/area-list.query.ts';
import { AreaQueries } from '../read-models/area-list.query.ts';
import type { AreaRow } from '../read-models/area-list.tables.ts';
import { catalogueOf, policyOf } from './area-views.ts';
import { CommunitiesArgs } from './area.inputs.ts';
import { AreaType, CatalogueType, CommunityConnection, CommunityType, PolicyType } from './area.types.ts';

const NEEDED = { projections: [areaListProjection.name] };

@Resolver(() => CommunityType)
export class CommunityResolver {
  readonly #queries: AreaQueries;
  readonly #gate: ProjectionGate;

  constructor(@Inject(READ_MODELS) database: Kysely<AreaTables>, @Inject(PROJECTIONS) gate: ProjectionGate) {
    this.#queries = new AreaQueries(database);
    this.#gate = gate;
  }

  @Query(() => CommunityType, { nullable: true, description: 'One community; null when there is none of this id.' })
  @Access(anyone)
  async community(
    @Args('id', { type: () => ID, description: 'The community.' }) id: string,
    @Args('atLeast', { type: () => Position, nullable: true, description: 'Wait until it has taken in this position.' })
    atLeast?: Position,
  ): Promise<AreaRow | null> {
    if (atLeast != null) await this.#gate.waitFor(atLeast, NEEDED);
    const row = await this.#queries.byId(id);
    return row?.level === 'COMMUNITY' ? row : null;
  }

  @Query(() => CommunityConnection, { description: 'All communities, by name.' })
  @Access(anyone)
  async communities(@Args() args: CommunitiesArgs) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const [rows, total] = await Promise.all([
      this.#queries.communities(pageRequest('communities', args)),
      this.#queries.communityCount(),
    ]);
    return pageOf('communities', rows, args, total, (row) => [row.name, row.areaId]);
  }

  @ResolveField(() => AreaType, { nullable: true, description: 'The street it lies in.' })
  @Access(inherited)
  street(@Parent() { parentId }: AreaRow, @Context() context: GraphQLContext): Promise<AreaRow | null> | null {
    return parentId === null ? null : context.loader(AreaQueries, () => this.#areasById()).load(parentId);
  }

  @ResolveField(() => CatalogueType, { description: 'The catalogue in force now.' })
  @Access(inherited)
  catalogue(@Parent() row: AreaRow): CatalogueType {
    return catalogueOf(row);
  }

  @ResolveField(() => PolicyType, { description: 'The periods and limits it works by.' })
  @Access(inherited)
  policy(@Parent() row: AreaRow): PolicyType {
    return policyOf(row);
  }

  #areasById(): DataLoader<string, AreaRow | null> {
    return new DataLoader(async (ids) => {
      const rows = new Map((await this.#queries.byIds(ids)).map((row) => [row.areaId, row]));
      return ids.map((id) => rows.get(id) ?? null);
    });
  }
}
