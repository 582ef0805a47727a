// Volunteers for those who work with them, and for themselves.
import { Inject } from '@nestjs/common';
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import type { OpenedText, ProjectionGate, Viewer } from '#libs/graphql-kit';
import {
  Access,
  GraphQLContext,
  inherited,
  itsVolunteer,
  pageOf,
  pageRequest,
  personal,
  PersonalTexts,
  Position,
  PROJECTIONS,
  READ_MODELS,
  roles,
  signedIn,
  worksWith,
} from '#libs/graphql-kit';
import { InvalidInput } from '#libs/kernel';
import { volunteerListProjection } from '../read-models/volunteer-list.projection.ts';
import type { VolunteerTables } from '../read-models/volunteer-list.query.ts';
import { VolunteerQueries } from '../read-models/volunteer-list.query.ts';
import type { VolunteerRow } from '../read-models/volunteer-list.tables.ts';
import { VolunteersArgs } from './volunteer.inputs.ts';
import { VolunteerConnection, VolunteerType } from './volunteer.types.ts';

const READS_VOLUNTEERS = ['OFFICE', 'SUPERVISOR', 'AUDITOR', 'ADMINISTRATOR'] as const;
/** Auditors and administrators see the same rows without names and phones. */
const TO_THEMSELVES_AND_WHO_WORKS_WITH_THEM = personal([itsVolunteer, worksWith('OFFICE', 'SUPERVISOR')]);

const NEEDED = { projections: [volunteerListProjection.name] };

@Resolver(() => VolunteerType)
export class VolunteerResolver {
  readonly #queries: VolunteerQueries;
  readonly #gate: ProjectionGate;
  readonly #texts: PersonalTexts;

  constructor(
    @Inject(READ_MODELS) database: Kysely<VolunteerTables>,
    @Inject(PROJECTIONS) gate: ProjectionGate,
    @Inject(PersonalTexts) texts: PersonalTexts,
  ) {
    this.#queries = new VolunteerQueries(database);
    this.#gate = gate;
    this.#texts = texts;
  }

  @Query(() => VolunteerConnection, { description: 'Volunteers of a community, in the order they registered.' })
  @Access(roles(...READS_VOLUNTEERS))
  async volunteers(@Args() args: VolunteersArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const { status, onDuty, skill } = args.filter ?? {};
    const communityId = communityOf(context.requireViewer(), args.filter?.communityId);
    const criteria = {
      communityId,
      status: status ?? undefined,
      onDuty: onDuty ?? undefined,
      skill: skill ?? undefined,
    };
    const [rows, total] = await Promise.all([
      this.#queries.list(criteria, pageRequest('volunteers', args)),
      this.#queries.count(criteria),
    ]);
    return pageOf('volunteers', rows, args, total, (row) => [row.registeredAt, row.volunteerId]);
  }

  @Query(() => VolunteerType, {
    nullable: true,
    description: 'One volunteer; null when there is none, or none for this viewer. Volunteers see themselves.',
  })
  @Access(signedIn)
  async volunteer(
    @Context() context: GraphQLContext,
    @Args('id', { type: () => ID, description: 'The volunteer.' }) id: string,
    @Args('atLeast', { type: () => Position, nullable: true, description: 'Wait until it has taken in this position.' })
    atLeast?: Position,
  ): Promise<VolunteerRow | null> {
    if (atLeast != null) await this.#gate.waitFor(atLeast, NEEDED);
    const viewer = context.requireViewer();
    const row = await this.#queries.byId(id);
    return row && (viewer.volunteerId === id || viewer.may(READS_VOLUNTEERS, row.communityId)) ? row : null;
  }

  @ResolveField(() => Boolean, { description: 'Whether they are on duty.' })
  @Access(inherited)
  onDuty(@Parent() row: VolunteerRow): boolean {
    return row.onDuty === 1;
  }

  @ResolveField(() => [String], { description: 'Codes of their skills.' })
  @Access(inherited)
  skills(@Parent() row: VolunteerRow): string[] {
    return JSON.parse(row.skills) as string[];
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'Personal data: null where it was erased, or is not for the viewer.',
  })
  @Access(TO_THEMSELVES_AND_WHO_WORKS_WITH_THEM)
  name(@Parent() row: VolunteerRow, @Context() context: GraphQLContext): OpenedText {
    return this.#texts.open(context, row.communityId, row.name);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'Personal data: null where it was not given, was erased, or is not for the viewer.',
  })
  @Access(TO_THEMSELVES_AND_WHO_WORKS_WITH_THEM)
  phone(@Parent() row: VolunteerRow, @Context() context: GraphQLContext): OpenedText {
    return this.#texts.open(context, row.communityId, row.phone);
  }
}

/** The community asked for; one that is not the viewer's has no volunteers, as if it did not exist. */
function communityOf(viewer: Viewer, asked: string | null | undefined): string {
  const own = viewer.communities(READS_VOLUNTEERS);
  if (asked != null) return own.includes(asked) ? asked : '';
  const [only, ...others] = own;
  if (others.length > 0) throw new InvalidInput('Name one of your communities.', { field: 'filter.communityId' });
  return only ?? '';
}
