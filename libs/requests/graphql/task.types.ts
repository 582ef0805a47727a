// The task as volunteers see it: no personal data but the contact, and that only while the task is theirs.
import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ValidateNested } from 'class-validator';
import {
  Access,
  CommandInput,
  connectionOf,
  ConnectionArgs,
  DateTime,
  inherited,
  personalTo,
  PlainText,
  Position,
} from '#libs/graphql-kit';
import { IsId } from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import { Matches } from 'class-validator';
import type { TaskStatus } from '../read-models/task-board.tables.ts';
import { TASK_STATUSES } from '../read-models/task-board.tables.ts';

export const TaskStatusEnum = Object.fromEntries(TASK_STATUSES.map((status) => [status, status])) as {
  [K in TaskStatus]: K;
};
registerEnumType(TaskStatusEnum, { name: 'TaskStatus', description: 'Where an offer or the task made of it stands.' });

const TEXT = { max: 2_000, lines: true };

@ObjectType({
  description:
    'How to reach the resident. Shown to the volunteer who accepted, until the task is closed or given back.',
})
@Access(personalTo('who is shown the contact'))
export class Contact {
  @Field(() => String, { nullable: true, description: 'Name.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone.' })
  phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Exact address.' })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'What is asked for, in the resident’s words.' })
  matter!: string | null;
}

@ObjectType('Task', { description: 'An offer to volunteers (派单), and the task once one has accepted it (接单).' })
@Access(inherited)
export class TaskType {
  @Field(() => ID, { name: 'id', description: 'Id of the offer and its task.' })
  taskId!: string;

  @Field(() => ID, { description: 'The request it is about.' })
  requestId!: string;

  @Field(() => ID, { description: 'The community.' })
  communityId!: string;

  @Field(() => Int, { description: 'Revision of the request it was last changed at; for `expectedRevision`.' })
  revision!: number;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  category!: string;

  @Field(() => String, { nullable: true, description: 'Building and door, such as 11门.' })
  building!: string | null;

  @Field(() => DateTime, { description: 'When the request is due.' })
  dueAt!: string;

  @Field(() => TaskStatusEnum, { description: 'Where it stands.' })
  status!: TaskStatus;

  @Field(() => DateTime, { description: 'When it was offered.' })
  offeredAt!: string;

  @Field(() => DateTime, { description: 'Last moment to accept.' })
  acceptBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was accepted.' })
  acceptedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When work began.' })
  startedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When progress was last recorded.' })
  lastProgressAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was reported done.' })
  doneAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed, given back or taken back.' })
  endedAt!: string | null;
}

export const TaskConnection = connectionOf(TaskType, 'Task');

@ObjectType({ description: 'A changed task.' })
@Access(inherited)
export class TaskPayload {
  @Field(() => TaskType, { description: 'The task at its new revision.' })
  task!: TaskType;

  @Field(() => Position, { description: 'Of the last event.' })
  position!: string;
}

@InputType({ description: 'Which tasks. Absent fields do not limit.' })
export class TaskFilter {
  @Field(() => String, { nullable: true, description: 'Category code.' })
  @PlainText({ max: 64 })
  category?: string;
}

@ArgsType()
export class TasksArgs extends ConnectionArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Which; default all.' })
  @ValidateNested()
  filter?: TaskFilter;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@ArgsType()
export class MyTasksArgs extends ConnectionArgs {
  @Field(() => [TaskStatusEnum], { nullable: true, description: 'Where they stand; default: not yet ended.' })
  status?: TaskStatus[];

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

/** Of every mutation on a task. Volunteers act for themselves and now; the office may enter it for one of them, late. */
@InputType({ isAbstract: true })
export abstract class TaskInput extends CommandInput {
  @Field(() => ID, { description: 'The task.' })
  @Matches(/^[0-9a-f-]{36}\.[1-9]\d{0,5}$/, { message: 'must be the id of a task' })
  taskId!: string;

  @Field(() => ID, { nullable: true, description: 'For the office: the volunteer it is entered for.' })
  @IsId()
  volunteerId?: string;

  @Field(() => DateTime, { nullable: true, description: 'For the office: when it happened, if not now.' })
  occurredAt?: Instant;
}

@InputType({ description: 'Takes an offered task; the first to accept wins.' })
export class AcceptTaskInput extends TaskInput {}

@InputType({ description: 'Says no to an offer. Carries no blame.' })
export class DeclineTaskInput extends TaskInput {
  @Field(() => String, { nullable: true, description: 'Why, if you like.' })
  @PlainText(TEXT)
  reason?: string;
}

@InputType({ description: 'Gives an accepted task back.' })
export class ReleaseTaskInput extends TaskInput {
  @Field(() => String, { description: 'Why.' })
  @PlainText(TEXT)
  reason!: string;
}

@InputType({ description: 'Work has begun.' })
export class StartTaskInput extends TaskInput {}

@InputType({ description: 'How it is going.' })
export class RecordProgressInput extends TaskInput {
  @Field(() => String, { description: 'What was done or found.' })
  @PlainText(TEXT)
  note!: string;
}

@InputType({ description: 'The handler declares it done; the office confirms.' })
export class ReportDoneInput extends TaskInput {
  @Field(() => String, { description: 'What was done (处置结果).' })
  @PlainText(TEXT)
  result!: string;
}
