// What a volunteer is offered and holds. The contact is decided on the request’s own stream, which never lags.
import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { Clock } from '#libs/kernel';
import { NotPermitted } from '#libs/kernel';
import type { OpenedText, ProjectionGate, Viewer } from '#libs/graphql-kit';
import {
  Access,
  CLOCK,
  GraphQLContext,
  inherited,
  itsVolunteer,
  pageOf,
  pageRequest,
  personal,
  personalTo,
  PersonalTexts,
  PROJECTIONS,
  READ_MODELS,
  roles,
} from '#libs/graphql-kit';
import { VolunteerDesk, volunteerListProjection, VolunteerQueries } from '#libs/volunteers';
import type { VolunteerTables } from '#libs/volunteers';
import { RequestDesk } from '../application/request.desk.ts';
import type { RequestState } from '../domain/request.state.ts';
import { holdsTask, isOpenToPartners } from '../domain/request.state.ts';
import { taskBoardProjection } from '../read-models/task-board.projection.ts';
import type { TaskViews } from '../read-models/task-board.query.ts';
import { TaskQueries } from '../read-models/task-board.query.ts';
import type { TaskRow, TaskStatus } from '../read-models/task-board.tables.ts';
import { together } from './personal-texts.ts';
import { requestRowOf } from './request-reader.ts';
import type { ConnectionArgs } from '#libs/graphql-kit';
import { Contact, MyTasksArgs, TaskConnection, TasksArgs, TaskType } from './task.types.ts';

const NOT_ENDED: readonly TaskStatus[] = ['ACCEPTED', 'IN_PROGRESS', 'DONE'];
const NEEDED = { projections: [taskBoardProjection.name, volunteerListProjection.name] };

@Resolver(() => TaskType)
export class TaskResolver {
  readonly #tasks: TaskQueries;
  readonly #volunteers: VolunteerQueries;
  readonly #gate: ProjectionGate;
  readonly #texts: PersonalTexts;
  readonly #desk: RequestDesk;
  readonly #clock: Clock;
  readonly #volunteerDesk: VolunteerDesk;

  constructor(
    @Inject(READ_MODELS) views: Kysely<TaskViews & VolunteerTables>,
    @Inject(PROJECTIONS) gate: ProjectionGate,
    @Inject(PersonalTexts) texts: PersonalTexts,
    @Inject(RequestDesk) desk: RequestDesk,
    @Inject(CLOCK) clock: Clock,
    @Inject(VolunteerDesk) volunteerDesk: VolunteerDesk,
  ) {
    this.#tasks = new TaskQueries(views);
    this.#volunteers = new VolunteerQueries(views);
    this.#gate = gate;
    this.#texts = texts;
    this.#desk = desk;
    this.#clock = clock;
    this.#volunteerDesk = volunteerDesk;
  }

  @Query(() => TaskConnection, {
    description: 'Standing offers the signed-in volunteer may accept, the newest first; none while off duty.',
  })
  @Access(roles('VOLUNTEER'))
  async tasks(@Args() args: TasksArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const volunteer = await this.#volunteers.byId(volunteerOf(context));
    const now = this.#clock.now();
    const suspended = volunteer?.status === 'SUSPENDED' && (volunteer.suspendedUntil ?? now) >= now;
    if (!volunteer || volunteer.onDuty === 0 || volunteer.status === 'REGISTERED' || suspended)
      return page([], args, 0);
    const { communityId, volunteerId } = volunteer;
    const skills = JSON.parse(volunteer.skills) as string[];
    const offers = { communityId, volunteerId, skills, now, category: args.filter?.category ?? undefined };
    return page(
      await this.#tasks.offered(offers, pageRequest('tasks', args)),
      args,
      await this.#tasks.countOffered(offers),
    );
  }

  @Query(() => TaskConnection, { description: 'Tasks the signed-in volunteer has accepted, the newest first.' })
  @Access(roles('VOLUNTEER', 'TEAM_LEAD'))
  async myTasks(@Args() args: MyTasksArgs, @Context() context: GraphQLContext) {
    if (args.atLeast != null) await this.#gate.waitFor(args.atLeast, NEEDED);
    const volunteerId = volunteerOf(context);
    const statuses = args.status ?? NOT_ENDED;
    if (statuses.length === 0) return page([], args, 0);
    const rows = await this.#tasks.ofVolunteer(volunteerId, statuses, pageRequest('tasks', args));
    return page(rows, args, await this.#tasks.countOfVolunteer(volunteerId, statuses));
  }

  @ResolveField(() => [String], { description: 'Skills it needs.' })
  @Access(inherited)
  skills(@Parent() row: TaskRow): string[] {
    return JSON.parse(row.skills) as string[];
  }

  @ResolveField(() => Boolean, { description: 'Whether it was offered to one volunteer only.' })
  @Access(inherited)
  directed(@Parent() row: TaskRow): boolean {
    return row.directedTo !== null;
  }

  @ResolveField(() => Boolean, { description: 'Whether it is the signed-in volunteer’s.' })
  @Access(inherited)
  mine(@Parent() row: TaskRow, @Context() { viewer }: GraphQLContext): boolean {
    return row.volunteerId !== null && row.volunteerId === viewer?.volunteerId;
  }

  @ResolveField(() => String, {
    nullable: true,
    description:
      'What the office wrote for volunteers: as long as the task is offered, and for who accepted it until it is closed or given back.',
  })
  @Access(personalTo('who is offered the task, or has accepted it'))
  briefing(@Parent() row: TaskRow, @Context() context: GraphQLContext): OpenedText {
    const isTheirs = NOT_ENDED.includes(row.status) && this.mine(row, context);
    if (row.status !== 'OFFERED' && !isTheirs) return null;
    return this.#texts.open(context, row.communityId, row.briefing);
  }

  @ResolveField(() => Contact, {
    nullable: true,
    description:
      'How to reach the resident: from accept until the task is closed or given back, for who accepted it only; not while they are suspended; for a partner organisation only while the resident agrees.',
  })
  @Access(personal([itsVolunteer]))
  async contact(@Parent() row: TaskRow, @Context() context: GraphQLContext): Promise<Contact | null> {
    const volunteerId = context.viewer?.volunteerId;
    if (volunteerId === undefined) return null;
    // The row, which may be old, has let in who held it once; whether they hold it now is for the stream to say.
    const { state, events } = await this.#desk.load(row.requestId);
    if (!holdsTask(state, volunteerId)) return null;
    if (!mayReach(context.viewer, row, state)) return null;
    const now = this.#clock.now();
    if (await context.loader('suspension', () => this.#volunteerDesk.isSuspended(volunteerId, now))) return null;
    const { communityId, reporterName, reporterPhone, reporterAddress, matter } = requestRowOf(events);
    const open = (sealed: string | null) => this.#texts.open(context, communityId, sealed);
    return together({
      name: open(reporterName),
      phone: open(reporterPhone),
      address: open(reporterAddress),
      matter: open(matter),
    });
  }
}

/** A partner organisation acts as the lead of a team; a volunteer of the community needs nobody's consent. */
function mayReach(viewer: Viewer | undefined, { communityId }: TaskRow, state: RequestState): boolean {
  if (viewer?.may(['VOLUNTEER'], communityId)) return true;
  return (viewer?.may(['TEAM_LEAD'], communityId) ?? false) && isOpenToPartners(state);
}

function volunteerOf(context: GraphQLContext): string {
  const { volunteerId } = context.requireViewer();
  if (volunteerId === undefined) throw new NotPermitted('This account does not belong to a volunteer.');
  return volunteerId;
}

function page(rows: readonly TaskRow[], args: ConnectionArgs, total: number) {
  return pageOf('tasks', rows, args, total, (row) => [row.offeredAt, row.taskId]);
}
