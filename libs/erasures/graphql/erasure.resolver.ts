// Erasures and holds of a community, for those who decide on them and for auditors.
import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import type { ProjectionGate } from '#libs/graphql-kit';
import { Access, GraphQLContext, pageOf, pageRequest, PROJECTIONS, READ_MODELS, roles } from '#libs/graphql-kit';
import { InvalidInput } from '#libs/kernel';
import { erasureListProjection } from '../read-models/erasure-list.projection.ts';
import type { ErasureViews } from '../read-models/erasure-list.query.ts';
import { ErasureQueries } from '../read-models/erasure-list.query.ts';
import { ErasuresArgs } from './erasure.inputs.ts';
import { ErasureConnection, ErasureType } from './erasure.types.ts';

const READS_ERASURES = ['OFFICE', 'ADMINISTRATOR', 'AUDITOR'] as const;

@Resolver(() => ErasureType)
export class ErasureResolver {
  readonly #queries: ErasureQueries;
  readonly #gate: ProjectionGate;

  constructor(@Inject(READ_MODELS) database: Kysely<ErasureViews>, @Inject(PROJECTIONS) gate: ProjectionGate) {
    this.#queries = new ErasureQueries(database);
    this.#gate = gate;
  }

  @Query(() => ErasureConnection, { description: 'Erasures and legal holds of a community, in the order they came.' })
  @Access(roles(...READS_ERASURES))
  async erasures(@Args() args: ErasuresArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, { projections: [erasureListProjection.name] });
    const viewer = context.requireViewer();
    const asked = args.filter?.communityId;
    const communityId = asked ?? onlyOf(viewer.communities(READS_ERASURES));
    // A community that is not the viewer's has none, as if it did not exist.
    if (!viewer.may(READS_ERASURES, communityId)) return pageOf('erasures', [], args, 0, () => ['', '']);
    const criteria = { communityId, status: args.filter?.status ?? undefined };
    const page = pageRequest('erasures', args);
    const [rows, total] = await Promise.all([this.#queries.list(criteria, page), this.#queries.count(criteria)]);
    return pageOf('erasures', rows, args, total, (row) => [row.openedAt, row.personId]);
  }
}

function onlyOf([only, ...others]: readonly string[]): string {
  if (others.length > 0) throw new InvalidInput('Name one of your communities.', { field: 'filter.communityId' });
  return only ?? '';
}
