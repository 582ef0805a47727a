// The ledger and the disposition list of the viewer’s own communities, with personal data for those who work with it.
import { Args, Context, ID, Info, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';
import type { Kysely } from 'kysely';
import type { OpenedText, ProjectionGate } from '#libs/graphql-kit';
import {
  Access,
  GraphQLContext,
  inherited,
  pageOf,
  pageRequest,
  PersonalTexts,
  Position,
  PROJECTIONS,
  READ_MODELS,
  requestedFields,
  roles,
} from '#libs/graphql-kit';
import { RequestDesk } from '../application/request.desk.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import { requestListProjection } from '../read-models/request-list.projection.ts';
import type { RequestFilter, RequestViews } from '../read-models/request-list.query.ts';
import { RequestQueries } from '../read-models/request-list.query.ts';
import type { RequestRow } from '../read-models/request-list.tables.ts';
import { ResultRating } from './order.types.ts';
import { listFilter } from './phone-search.ts';
import { REPORTER_TO_WHO_WORKS_WITH_IT, TO_WHO_WORKS_WITH_IT, together } from './personal-texts.ts';
import { columnsFor, READS_LEDGER, visibleFilter } from './request-reader.ts';
import { DispositionsArgs, RequestsArgs, ReviewsDueArgs } from './request.inputs.ts';
import { DispositionConnection, Reporter, RequestConnection, RequestType, ReviewConnection } from './request.types.ts';

/** Everything but what nobody has handled yet. */
const HANDLED: readonly RequestStatus[] = REQUEST_STATUSES.filter((status) => status !== 'RAISED');
const NEEDED = { projections: [requestListProjection.name] };

@Resolver(() => RequestType)
export class RequestResolver {
  readonly #queries: RequestQueries;
  readonly #gate: ProjectionGate;
  readonly #texts: PersonalTexts;
  readonly #desk: RequestDesk;

  constructor(
    @Inject(READ_MODELS) views: Kysely<RequestViews>,
    @Inject(PROJECTIONS) gate: ProjectionGate,
    @Inject(PersonalTexts) texts: PersonalTexts,
    @Inject(RequestDesk) desk: RequestDesk,
  ) {
    this.#queries = new RequestQueries(views);
    this.#gate = gate;
    this.#texts = texts;
    this.#desk = desk;
  }

  @Query(() => RequestConnection, { description: 'The reception ledger (接待台账).' })
  @Access(roles(...READS_LEDGER))
  async requests(@Args() args: RequestsArgs, @Context() context: GraphQLContext, @Info() info: GraphQLResolveInfo) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const filter = await listFilter(context.requireViewer(), args.filter, this.#desk);
    return this.#page(filter, args, args.orderBy === 'NEWEST_FIRST', info);
  }

  @Query(() => DispositionConnection, {
    description: 'The disposition list (处置清单): what was handled, by whom, with what result.',
  })
  @Access(roles(...READS_LEDGER))
  async dispositions(
    @Args() args: DispositionsArgs,
    @Context() context: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const filter = await listFilter(context.requireViewer(), args.filter, this.#desk);
    const status = HANDLED.filter((handled) => filter.status?.includes(handled) ?? true);
    const communityIds = status.length > 0 ? filter.communityIds : [];
    return this.#page({ ...filter, communityIds, status }, args, true, info);
  }

  @Query(() => RequestType, {
    nullable: true,
    description: 'One request; null when there is none, or none for this viewer.',
  })
  @Access(roles(...READS_LEDGER))
  async request(
    @Args('id', { type: () => ID }) id: string,
    @Args('atLeast', { type: () => Position, nullable: true }) atLeast: Position | undefined,
    @Context() context: GraphQLContext,
  ): Promise<RequestRow | null> {
    if (atLeast != null) await this.#gate.waitFor(atLeast, NEEDED);
    const row = await this.#queries.byId(id);
    return row && context.requireViewer().may(READS_LEDGER, row.communityId) ? row : null;
  }

  @Query(() => ReviewConnection, { description: 'Requests in follow-up whose review is due, the longest due first.' })
  @Access(roles(...READS_LEDGER))
  async reviewsDue(@Args() args: ReviewsDueArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const { communityIds } = visibleFilter(
      context.requireViewer(),
      args.communityId == null ? {} : { communityId: args.communityId },
    );
    const { limit, after } = pageRequest('reviewsDue', args);
    const [rows, total] = await Promise.all([
      this.#queries.reviewsDue(communityIds, args.by, limit, after),
      this.#queries.countReviewsDue(communityIds, args.by),
    ]);
    return pageOf('reviewsDue', rows, args, total, (row) => [row.reviewOn ?? '', row.requestId]);
  }

  @ResolveField(() => Reporter, { description: 'Who reported; personal data.' })
  @Access(REPORTER_TO_WHO_WORKS_WITH_IT)
  reporter(@Parent() row: RequestRow, @Context() context: GraphQLContext): Reporter | Promise<Reporter> {
    const { reporterName, reporterPhone, reporterAddress } = row;
    return together({
      name: this.#open(context, row, reporterName),
      phone: this.#open(context, row, reporterPhone),
      address: this.#open(context, row, reporterAddress),
    });
  }

  @ResolveField(() => String, { nullable: true, description: 'What is asked for; personal data.' })
  @Access(TO_WHO_WORKS_WITH_IT)
  matter(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.matter);
  }

  @ResolveField(() => String, { nullable: true, description: 'What was done; personal data.' })
  @Access(TO_WHO_WORKS_WITH_IT)
  result(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.result);
  }

  @ResolveField(() => String, { nullable: true, description: 'Why it is in follow-up; personal data.' })
  @Access(TO_WHO_WORKS_WITH_IT)
  followUpReason(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.followUpReason);
  }

  @ResolveField(() => String, { nullable: true, description: 'What is planned in follow-up; personal data.' })
  @Access(TO_WHO_WORKS_WITH_IT)
  followUpPlan(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.followUpPlan);
  }

  @ResolveField(() => String, { nullable: true, description: 'Why it was declined or withdrawn; personal data.' })
  @Access(TO_WHO_WORKS_WITH_IT)
  closingReason(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.closingReason);
  }

  @ResolveField(() => Boolean, {
    nullable: true,
    description: 'Whether the resident says it is solved; null when not asked.',
  })
  @Access(inherited)
  saysSolved(@Parent() row: RequestRow): boolean | null {
    return row.saysSolved === null ? null : row.saysSolved === 1;
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'What the resident said last, asking again; personal data.',
  })
  @Access(TO_WHO_WORKS_WITH_IT)
  chaseUpNote(@Parent() row: RequestRow, @Context() context: GraphQLContext): OpenedText {
    return this.#open(context, row, row.chaseUpNote);
  }

  @ResolveField(() => ResultRating, {
    nullable: true,
    description: 'What the resident says of the result by themselves, beside the call-back.',
  })
  @Access(inherited)
  async rating(@Parent() row: RequestRow, @Context() context: GraphQLContext): Promise<ResultRating | null> {
    const { ratedAt, ratedAs, ratedSolved, ratingComment } = row;
    if (ratedAt === null || ratedAs === null) return null;
    const mayRead = TO_WHO_WORKS_WITH_IT.allows(context.viewer, row, {});
    const comment = mayRead ? await this.#open(context, row, ratingComment) : null;
    return { ratedAt, satisfaction: ratedAs, solved: ratedSolved === null ? null : ratedSolved === 1, comment };
  }

  @ResolveField(() => Boolean, { description: 'Whether partner organisations may learn how to reach the resident.' })
  @Access(inherited)
  partnerConsent(@Parent() row: RequestRow): boolean {
    return row.partnerConsent === 1;
  }

  async #page(filter: RequestFilter, args: DispositionsArgs, newestFirst: boolean, info: GraphQLResolveInfo) {
    const list = newestFirst ? 'requests' : 'requests, oldest first';
    const { limit, after } = pageRequest(list, args);
    const columns = columnsFor(requestedFields(info, 'edges.node'));
    const [rows, total] = await Promise.all([
      this.#queries.page(filter, { newestFirst, limit, after, columns }),
      this.#queries.count(filter),
    ]);
    return pageOf(list, rows, args, total, (row) => [row.reportedAt, row.requestId]);
  }

  #open(context: GraphQLContext, row: RequestRow, sealed: string | null): OpenedText {
    return this.#texts.open(context, row.communityId, sealed);
  }
}
