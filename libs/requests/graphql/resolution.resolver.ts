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
import { monthBounds } from '../read-models/report-periods.ts';
import type { SliceProperty } from '../read-models/request-counts.query.ts';
import { LEDGER_DEFINITION, MOST_DAYS, MOST_READ, ResolutionQueries } from '../read-models/resolution.query.ts';
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

  @ResolveField(() => [ResolutionSlice], { description: 'By report month.' })
  @Access(inherited)
  async byMonth(@Parent() figures: Figures) {
    return this.#slices('month', figures, (filter, month) => ({ ...filter, ...daysOfMonth(month, filter) }));
  }

  @ResolveField(() => [ResolutionSlice], {
    description: `By report day. Of at most ${MOST_DAYS} days: narrow the window, or ask by month.`,
  })
  @Access(inherited)
  async byDay(@Parent() figures: Figures) {
    return this.#slices('day', figures, (filter, day) => ({ ...filter, reportedFrom: day, reportedTo: day }));
  }

  @ResolveField(() => Durations, {
    description:
      'How long each leg took. Kept by category and month, and for all categories by day: narrowed by status or channel, ' +
      `or by category to part of a month, it can be asked of at most ${MOST_READ.toLocaleString('en')} requests.`,
  })
  @Access(inherited)
  async durations(@Parent() { filter }: Figures): Promise<Durations> {
    const legs = await this.#queries.durations(filter);
    return {
      toDispatch: legs.secondsToDispatch,
      toAccept: legs.secondsToAccept,
      toDone: legs.secondsToDone,
      toResolved: legs.secondsToResolved,
      inAll: legs.secondsInAll,
    };
  }

  @ResolveField(() => OnTimeRates, {
    description: `What was done within its deadline. By status it can be asked of at most ${MOST_READ.toLocaleString('en')} requests.`,
  })
  @Access(inherited)
  async onTime(@Parent() { filter, cutOff }: Figures): Promise<OnTimeRates> {
    const { dispatched, accepted, resolved, calledBack } = await this.#queries.onTime(filter, cutOff.occurredUntil);
    const rate = ({ numerator, denominator }: typeof resolved) => rateOf(numerator, denominator);
    return {
      dispatched: rate(dispatched),
      accepted: rate(accepted),
      resolved: rate(resolved),
      calledBack: rate(calledBack),
    };
  }

  async #slices(
    property: SliceProperty,
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

/** The days of a month that lie in the window. */
function daysOfMonth(month: string, { reportedFrom, reportedTo }: Figures['filter']) {
  const { from, to } = monthBounds(month);
  return {
    reportedFrom: reportedFrom !== undefined && reportedFrom > from ? reportedFrom : from,
    reportedTo: reportedTo !== undefined && reportedTo < to ? reportedTo : to,
  };
}
