// What subscribers hear of requests. Topics end in who may read personal data, so that a text made for one subscriber
// is only ever shared with those who have the same right, and the right is asked again for every event.
import type { OnModuleInit } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { Args, Context, Field, ID, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import type { RecordedEvent } from '#libs/event-store';
import type { SubscriptionSource, Viewer } from '#libs/graphql-kit';
import {
  Access,
  CLOCK,
  GraphQLContext,
  inherited,
  Position,
  READ_MODELS,
  roles,
  SubscriptionHub,
} from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { isUuid, NotFound, NotPermitted } from '#libs/kernel';
import { volunteerListProjection, VolunteerQueries } from '#libs/volunteers';
import type { VolunteerTables } from '#libs/volunteers';
import { requestCodec } from '../codec/request.codec.ts';
import { requestListProjection } from '../read-models/request-list.projection.ts';
import type { RequestViews } from '../read-models/request-list.query.ts';
import { RequestQueries } from '../read-models/request-list.query.ts';
import { taskBoardProjection } from '../read-models/task-board.projection.ts';
import type { TaskViews } from '../read-models/task-board.query.ts';
import { TaskQueries } from '../read-models/task-board.query.ts';
import { READS_PERSONAL_DATA } from './personal-texts.ts';
import { READS_LEDGER } from './request-reader.ts';
import { ResolutionResolver } from './resolution.resolver.ts';
import { LedgerChangedEvent, RequestChangedEvent, Resolution } from './resolution.types.ts';
import { TaskType } from './task.types.ts';

@ObjectType({ description: 'An offer the signed-in volunteer may accept.' })
@Access(inherited)
export class TaskOfferedEvent {
  @Field(() => Position, { description: 'Of the offer; subscribe again `after` it.' })
  position!: string;

  @Field(() => TaskType, { description: 'The task as it is now; it may have been accepted meanwhile.' })
  task!: TaskType;
}

/** What changes whom an offer is for. */
const ELIGIBILITY = [
  'VolunteerVerified',
  'VolunteerSkillsSet',
  'VolunteerDutySet',
  'VolunteerSuspended',
  'VolunteerReinstated',
];

const PERSONAL = 'personal';
const REDACTED = 'redacted';
/** At most this often is an open page told of new figures, in milliseconds. */
const FIGURES_EVERY = 500;

@Resolver()
export class RequestSubscriptions implements OnModuleInit {
  readonly #requests: RequestQueries;
  readonly #tasks: TaskQueries;
  readonly #volunteers: VolunteerQueries;
  readonly #hub: SubscriptionHub;
  readonly #figures: ResolutionResolver;
  readonly #clock: Clock;

  constructor(
    @Inject(READ_MODELS) views: Kysely<never>,
    @Inject(SubscriptionHub) hub: SubscriptionHub,
    @Inject(ResolutionResolver) figures: ResolutionResolver,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#requests = new RequestQueries(views as unknown as Kysely<RequestViews>);
    this.#tasks = new TaskQueries(views as unknown as Kysely<TaskViews>);
    this.#volunteers = new VolunteerQueries(views as unknown as Kysely<VolunteerTables>);
    this.#hub = hub;
    this.#figures = figures;
    this.#clock = clock;
  }

  onModuleInit(): void {
    this.#hub.register(this.#taskOffered());
    this.#hub.register(this.#requestChanged());
    this.#hub.register(this.#ledgerChanged());
    this.#hub.register(this.#resolutionChanged());
  }

  @Subscription(() => TaskOfferedEvent, {
    description:
      'New offers the signed-in volunteer may accept: those after `after` first, then live; each once, in order.',
  })
  @Access(roles('VOLUNTEER'))
  taskOffered(
    @Args('after', { type: () => Position, nullable: true }) after: Position | undefined,
    @Context() context: GraphQLContext,
  ) {
    return this.#hub.iterate('taskOffered', { after }, context);
  }

  @Subscription(() => RequestChangedEvent, {
    description: 'Every change of one request: those after `after` first, then live.',
  })
  @Access(roles(...READS_LEDGER))
  requestChanged(
    @Args('id', { type: () => ID }) id: string,
    @Args('after', { type: () => Position, nullable: true }) after: Position | undefined,
    @Context() context: GraphQLContext,
  ) {
    return this.#hub.iterate('requestChanged', { id, after }, context);
  }

  @Subscription(() => LedgerChangedEvent, {
    description: 'Every change in a community’s ledger: those after `after` first, then live.',
  })
  @Access(roles(...READS_LEDGER))
  ledgerChanged(
    @Args('communityId', { type: () => ID }) communityId: string,
    @Args('after', { type: () => Position, nullable: true }) after: Position | undefined,
    @Context() context: GraphQLContext,
  ) {
    return this.#hub.iterate('ledgerChanged', { communityId, after }, context);
  }

  @Subscription(() => Resolution, {
    description: 'A community’s figures whenever they change, at most twice a second.',
  })
  @Access(roles(...READS_LEDGER))
  resolutionChanged(@Args('communityId', { type: () => ID }) communityId: string, @Context() context: GraphQLContext) {
    return this.#hub.iterate('resolutionChanged', { communityId }, context);
  }

  #taskOffered(): SubscriptionSource {
    return {
      field: 'taskOffered',
      types: ['RequestDispatched'],
      invalidatedBy: ELIGIBILITY,
      projections: [taskBoardProjection.name, volunteerListProjection.name],
      listen: async (_args, viewer) => {
        const volunteer = viewer?.volunteerId && (await this.#volunteers.byId(viewer.volunteerId));
        if (!volunteer) throw new NotPermitted('This account does not belong to a volunteer.');
        return { topic: volunteer.communityId, scope: 'offered' };
      },
      topicsOf: (event) => [event.metadata.communityId],
      load: async (event) => {
        const { taskId } = event.data;
        const row = typeof taskId === 'string' ? await this.#tasks.byId(taskId) : undefined;
        if (!row) return undefined;
        const invited = new Set(
          row.directedTo === null ? await this.#eligible(row.communityId, row.skills) : [row.directedTo],
        );
        // Shared by all who are told, so it shows nothing that belongs to the one who accepted meanwhile.
        const payload = { position: event.position, task: { ...row, volunteerId: null } };
        const admits = (viewer: Viewer | undefined) =>
          viewer?.volunteerId !== undefined &&
          invited.has(viewer.volunteerId) &&
          viewer.may(['VOLUNTEER'], row.communityId);
        return { payload, admits };
      },
    };
  }

  #requestChanged(): SubscriptionSource {
    return {
      ...this.#changes('requestChanged'),
      listen: async ({ id }, viewer) => {
        const row = isUuid(String(id)) ? await this.#requests.byId(String(id)) : undefined;
        if (!row || !viewer?.may(READS_LEDGER, row.communityId)) throw new NotFound('There is no such request.');
        return listening(row.requestId, viewer, row.communityId);
      },
      topicsOf: (event) => topicsOf(requestIdOfEvent(event)),
    };
  }

  #ledgerChanged(): SubscriptionSource {
    return {
      ...this.#changes('ledgerChanged'),
      listen: ({ communityId }, viewer) => {
        const id = String(communityId);
        if (!viewer?.may(READS_LEDGER, id)) throw new NotFound('There is no such community.');
        return listening(id, viewer, id);
      },
      topicsOf: (event) => topicsOf(event.metadata.communityId),
    };
  }

  #resolutionChanged(): SubscriptionSource {
    return {
      field: 'resolutionChanged',
      types: requestCodec.types,
      projections: [requestListProjection.name],
      coalesceMs: FIGURES_EVERY,
      listen: ({ communityId }, viewer) => {
        const id = String(communityId);
        if (!viewer?.may(READS_LEDGER, id)) throw new NotFound('There is no such community.');
        return { topic: id, scope: 'figures' };
      },
      topicsOf: (event) => [event.metadata.communityId],
      load: async (_event, communityId) => ({
        payload: await this.#figures.figures({ filter: { communityIds: [communityId] }, communityId }),
        admits: (viewer) => viewer?.may(READS_LEDGER, communityId) ?? false,
      }),
    };
  }

  #changes(field: string): Pick<SubscriptionSource, 'field' | 'types' | 'projections' | 'load'> {
    return {
      field,
      types: requestCodec.types,
      projections: [requestListProjection.name],
      load: async (event, topic) => {
        const request = await this.#requests.byId(requestIdOfEvent(event));
        if (!request) return undefined;
        const needed = topic.endsWith(PERSONAL) ? READS_PERSONAL_DATA : READS_LEDGER;
        return {
          payload: { position: event.position, type: event.type, request },
          admits: (viewer) => viewer?.may(needed, request.communityId) ?? false,
        };
      },
    };
  }

  #eligible(communityId: string, skills: string): Promise<readonly string[]> {
    return this.#volunteers.eligible({ communityId, skills: JSON.parse(skills) as string[], at: this.#clock.now() });
  }
}

function requestIdOfEvent(event: RecordedEvent): string {
  return event.stream.slice('request-'.length);
}

function topicsOf(subject: string): string[] {
  return [`${subject}:${PERSONAL}`, `${subject}:${REDACTED}`];
}

function listening(subject: string, viewer: Viewer, communityId: string) {
  const scope = viewer.may(READS_PERSONAL_DATA, communityId) ? PERSONAL : REDACTED;
  return { topic: `${subject}:${scope}`, scope };
}
