// The table behind the volunteers' task board. Holds no name, phone or address.
import { counterTable, rowTable } from '#libs/projections';

export const TASK_STATUSES = [
  'OFFERED',
  'ACCEPTED',
  'IN_PROGRESS',
  'DONE',
  'CLOSED',
  'RELEASED',
  'RECALLED',
  'EXPIRED',
  'DECLINED',
] as const;

/** `CLOSED`: the request was resolved or withdrawn. `RELEASED`, `RECALLED`, `EXPIRED`, `DECLINED`: how the offer ended. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

export type TaskRow = {
  readonly taskId: string;
  readonly requestId: string;
  readonly communityId: string;
  readonly category: string;
  readonly building: string | null;
  readonly dueAt: string;
  readonly status: TaskStatus;
  /** Null for an open offer. */
  readonly directedTo: string | null;
  /** JSON list of skill codes. */
  readonly skills: string;
  /** JSON list of volunteers who said no. */
  readonly declinedBy: string;
  readonly offeredAt: string;
  readonly acceptBy: string;
  /** Sealed; written by the office for volunteers. */
  readonly briefing: string | null;
  readonly volunteerId: string | null;
  readonly acceptedAt: string | null;
  readonly startedAt: string | null;
  readonly lastProgressAt: string | null;
  readonly doneAt: string | null;
  readonly endedAt: string | null;
  readonly revision: number;
};

const text = { type: 'text' } as const;
const optional = { type: 'text', nullable: true } as const;

export const taskBoard = rowTable<TaskRow>({
  name: 'taskBoard',
  columns: {
    taskId: text,
    requestId: text,
    communityId: text,
    category: text,
    building: optional,
    dueAt: text,
    status: text,
    directedTo: optional,
    skills: text,
    declinedBy: text,
    offeredAt: text,
    acceptBy: text,
    briefing: optional,
    volunteerId: optional,
    acceptedAt: optional,
    startedAt: optional,
    lastProgressAt: optional,
    doneAt: optional,
    endedAt: optional,
    revision: { type: 'integer' },
  },
  key: ['taskId'],
  indexes: [
    ['communityId', 'status', 'category', 'offeredAt', 'taskId'],
    ['communityId', 'status', 'offeredAt', 'taskId'],
    ['volunteerId', 'status', 'offeredAt', 'taskId'],
    ['status', 'acceptBy', 'taskId'],
  ],
});

/** How many tasks of a volunteer stand where. */
export type TaskCountRow = {
  readonly volunteerId: string;
  readonly status: TaskStatus;
  readonly tasks: number;
};

export const taskCounts = counterTable<TaskCountRow>({
  name: 'taskCounts',
  columns: { volunteerId: text, status: text, tasks: { type: 'integer' } },
  key: ['volunteerId', 'status'],
});
