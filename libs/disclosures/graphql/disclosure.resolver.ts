// Who read whose personal data, for the auditors of an area and nobody else: those who read are not the ones to look.
import { Inject } from '@nestjs/common';
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import type { ProjectionGate } from '#libs/graphql-kit';
import {
  Access,
  GraphQLContext,
  inherited,
  pageOf,
  pageRequest,
  PROJECTIONS,
  READ_MODELS,
  roles,
  UNUSUAL_READING,
} from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import { RequestDesk } from '#libs/requests';
import { hourOf } from '../domain/disclosure.events.ts';
import { disclosureListProjection } from '../read-models/disclosure-list.projection.ts';
import type { DisclosureTables } from '../read-models/disclosure-list.query.ts';
import { DisclosureQueries } from '../read-models/disclosure-list.query.ts';
import type { DisclosureRow } from '../read-models/disclosure-list.tables.ts';
import type { PersonalDataReadFilter } from './disclosure.types.ts';
import {
  PersonalDataRead,
  PersonalDataReadConnection,
  PersonalDataReadsArgs,
  UnusualReading,
  UnusualReadingArgs,
} from './disclosure.types.ts';

const AUDITS = ['AUDITOR'] as const;
const NEEDED = { projections: [disclosureListProjection.name] };

@Resolver(() => PersonalDataRead)
export class DisclosureResolver {
  readonly #queries: DisclosureQueries;
  readonly #gate: ProjectionGate;
  readonly #requests: RequestDesk;
  readonly #threshold: number;

  constructor(
    @Inject(READ_MODELS) views: Kysely<DisclosureTables>,
    @Inject(PROJECTIONS) gate: ProjectionGate,
    @Inject(RequestDesk) requests: RequestDesk,
    @Inject(UNUSUAL_READING) threshold: number,
  ) {
    this.#queries = new DisclosureQueries(views);
    this.#gate = gate;
    this.#requests = requests;
    this.#threshold = threshold;
  }

  @Query(() => PersonalDataReadConnection, {
    description: 'Who read whose personal data, by the hour, the newest first. For the area’s auditors.',
  })
  @Access(roles(...AUDITS))
  async personalDataReads(@Args() args: PersonalDataReadsArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const criteria = await this.#criteria(args.filter, context);
    if (!criteria) return pageOf('reads', [] as DisclosureRow[], args, 0, keyOf);
    const { limit, after } = pageRequest('reads', args);
    const [rows, total] = await Promise.all([
      this.#queries.page(criteria, limit, after),
      this.#queries.count(criteria),
    ]);
    return pageOf('reads', rows, args, total, keyOf);
  }

  @Query(() => [UnusualReading], {
    description: 'Accounts that read of unusually many people within an hour, the newest first, a hundred at most.',
  })
  @Access(roles(...AUDITS))
  async unusualReading(@Args() args: UnusualReadingArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const { communityId } = args;
    if (!context.requireViewer().may(AUDITS, communityId)) return [];
    const found = await this.#queries.heavy({ communityId, ...hoursOf(args) }, this.#threshold);
    return found.map((reading) => ({ ...reading, threshold: this.#threshold }));
  }

  @ResolveField(() => [String], { description: 'Through what, such as `query requests`.' })
  @Access(inherited)
  through(@Parent() row: DisclosureRow): string[] {
    return JSON.parse(row.through) as string[];
  }

  @ResolveField(() => [String], { description: 'Which fields, such as `reporter/phone`.' })
  @Access(inherited)
  fields(@Parent() row: DisclosureRow): string[] {
    return JSON.parse(row.fields) as string[];
  }

  /** Undefined where there is nothing the viewer may see, or nothing at all. */
  async #criteria(filter: PersonalDataReadFilter, context: GraphQLContext) {
    const { communityId, accountId, personId, requestId } = filter;
    if (personId != null && requestId != null) {
      throw new InvalidInput('Give the person or the request, not both.', { field: 'filter.requestId' });
    }
    if (!context.requireViewer().may(AUDITS, communityId)) return undefined;
    const person = requestId == null ? personId : await this.#reporterOf(requestId, communityId);
    if (requestId != null && person === undefined) return undefined;
    return { communityId, accountId: accountId ?? undefined, personId: person ?? undefined, ...hoursOf(filter) };
  }

  async #reporterOf(requestId: string, communityId: string): Promise<string | undefined> {
    const { state } = await this.#requests.load(requestId);
    return state.status !== 'NONE' && state.communityId === communityId ? state.personId : undefined;
  }
}

function hoursOf({ from, to }: { readonly from?: Instant; readonly to?: Instant }) {
  return { fromHour: from == null ? undefined : hourOf(from), toHour: to == null ? undefined : hourOf(to) };
}

function keyOf({ hour, readId }: DisclosureRow): [string, string] {
  return [hour, readId];
}
