// The figures of the viewer’s own communities; slices, durations and deadlines are read only when asked for.
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { ProjectionGate } from '#libs/graphql-kit';
import { Access, CLOCK, GraphQLContext, inherited, PROJECTIONS, READ_MODELS, roles } from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import { requestListProjection } from '../read-models/request-list.projection.ts';
import type { RequestViews } from '../read-models/request-list.query.ts';
import { LEDGER_DEFINITION, ResolutionQueries } from '../read-models/resolution.query.ts';
import { READS_LEDGER, visibleFilter } from './request-reader.ts';
import { ResolutionArgs } from './request.inputs.ts';
import type { Figures, FigureQuestion } from './resolution-figures.ts';
import { countsOf, figuresOf, rateOf } from './resolution-figures.ts';
import { Durations, OnTimeRates, Resolution, ResolutionSlice } from './resolution.types.ts';

@Resolver(() => Resolution)
export class ResolutionResolver {
  readonly #queries: ResolutionQueries;
  readonly #gate: ProjectionGate;
  readonly #clock: Clock;

  constructor(
    @Inject(READ_MODELS) views: Kysely<RequestViews>,
    @Inject(PROJECTIONS) gate: ProjectionGate,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#queries = new ResolutionQueries(views);
    this.#gate = gate;
    this.#clock = clock;
  }

  @Query(() => Resolution, {
    description: 'The figures of the ledger: raised, resolved, in follow-up, open, and the resolution rate (解决率).',
  })
  @Access(roles(...READS_LEDGER))
  async resolution(@Args() args: ResolutionArgs, @Context() context: GraphQLContext): Promise<Figures> {
    if (args.definition !== LEDGER_DEFINITION) {
      throw new InvalidInput('There is no such definition.', { field: 'definition', known: [LEDGER_DEFINITION] });
    }
    const { name } = requestListProjection;
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, { projections: [name] });
    const filter = visibleFilter(context.requireViewer(), args.filter, args.window);
    return this.figures({ filter, communityId: args.filter?.communityId ?? null });
  }

  /** The figures now; at least as new as the position they carry. */
  async figures(question: FigureQuestion): Promise<Figures> {
    const position = this.#gate.positionOf(requestListProjection.name);
    return figuresOf(question, await this.#queries.tally(question.filter), this.#clock.now(), position);
  }

  @ResolveField(() => [ResolutionSlice], { description: 'By category of the catalogue.' })
  @Access(inherited)
  async byCategory(@Parent() figures: Figures) {
    return this.#slices('category', figures, (filter, category) => ({ ...filter, category }));
  }

  @ResolveField(() => [ResolutionSlice], { description: 'By channel.' })
  @Access(inherited)
  async byChannel(@Parent() figures: Figures) {
    return this.#slices('channel', figures, (filter, key) => ({ ...filter, channel: key as typeof filter.channel }));
  }

  @ResolveField(() => [ResolutionSlice], { description: 'By report day.' })
  @Access(inherited)
  async byDay(@Parent() figures: Figures) {
    return this.#slices('reportedOn', figures, (filter, day) => ({ ...filter, reportedFrom: day, reportedTo: day }));
  }

  @ResolveField(() => Durations, { description: 'How long each leg took.' })
  @Access(inherited)
  async durations(@Parent() { filter }: Figures): Promise<Durations> {
    return {
      toDispatch: await this.#queries.leg('secondsToDispatch', filter),
      toAccept: await this.#queries.leg('secondsToAccept', filter),
      toDone: await this.#queries.leg('secondsToDone', filter),
      toResolved: await this.#queries.leg('secondsToResolved', filter),
      inAll: await this.#queries.leg('secondsInAll', filter),
    };
  }

  @ResolveField(() => OnTimeRates, { description: 'What was done within its deadline.' })
  @Access(inherited)
  async onTime(@Parent() { filter, cutOff }: Figures): Promise<OnTimeRates> {
    const rate = async (
      done: Parameters<ResolutionQueries['onTime']>[0],
      deadline: Parameters<ResolutionQueries['onTime']>[1],
    ) => {
      const { numerator, denominator } = await this.#queries.onTime(done, deadline, filter, cutOff.occurredUntil);
      return rateOf(numerator, denominator);
    };
    return {
      dispatched: await rate('dispatchedAt', 'dueAt'),
      accepted: await rate('acceptedAt', 'acceptBy'),
      resolved: await rate('resolvedAt', 'dueAt'),
      calledBack: await rate('calledBackAt', 'callBackDueAt'),
    };
  }

  async #slices(
    property: 'category' | 'channel' | 'reportedOn',
    { filter, communityId }: Figures,
    narrow: (filter: Figures['filter'], key: string) => Figures['filter'],
  ): Promise<ResolutionSlice[]> {
    const slices = await this.#queries.slices(property, filter);
    return slices.map(({ key, ...tally }) => ({
      key,
      ...countsOf(tally, { filter: narrow(filter, key), communityId }),
    }));
  }
}
