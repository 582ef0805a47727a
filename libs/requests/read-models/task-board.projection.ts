// The volunteers' task board: one row per offer ever made, from dispatch to its end.
import type { PersonKeyDestroyed } from '#libs/erasures';
import { erasureCodec } from '#libs/erasures';
import type { DecodedEvent } from '#libs/event-store';
import type { Projection, RowSet } from '#libs/projections';
import { requestCodec } from '../codec/request.codec.ts';
import type { RequestEvent } from '../domain/request.events.ts';
import { requestIdOf, taskIdOf } from '../domain/request.state.ts';
import type { TaskRow } from './task-board.tables.ts';
import { taskBoard, taskCounts } from './task-board.tables.ts';

type TaskEvent = Extract<RequestEvent, { data: { taskId: string | null } }>;
type Dispatched = Extract<RequestEvent, { type: 'RequestDispatched' }>;

export const taskBoardProjection: Projection<TaskEvent | PersonKeyDestroyed> = {
  name: 'task-board',
  version: 3,
  tables: [taskBoard, taskCounts],
  codecs: [requestCodec, erasureCodec],
  handles: [
    'RequestDispatched',
    'RequestCorrected',
    'OfferRecalled',
    'OfferExpired',
    'TaskAccepted',
    'TaskDeclined',
    'TaskReleased',
    'TaskStarted',
    'ProgressRecorded',
    'DoneReported',
    'WorkSentBack',
    'RequestEscalated',
    'ChaseUpRecorded',
    'PartnerConsentGiven',
    'PartnerConsentWithdrawn',
    'ResolutionConfirmed',
    'RequestWithdrawn',
    'PersonKeyDestroyed',
  ],
  keys: (event) => {
    if (event.type === 'PersonKeyDestroyed') return tasksOf(event.data).map((taskId) => [taskBoard, taskId]);
    return event.data.taskId === null ? [] : [[taskBoard, event.data.taskId]];
  },

  apply(event, rows) {
    if (event.type === 'PersonKeyDestroyed') {
      for (const taskId of tasksOf(event.data)) {
        const row = rows.get(taskBoard, taskId);
        if (row) rows.put(taskBoard, { ...row, briefing: null });
      }
      return;
    }
    if (event.data.taskId === null) return;
    const before = rows.get(taskBoard, event.data.taskId);
    if (before && before.revision >= event.revision) return;
    const changed = event.type === 'RequestDispatched' ? firstRow(event) : before && after(before, event);
    if (!changed) return;
    countTask(rows, before, changed);
    rows.put(taskBoard, { ...changed, revision: event.revision });
  },
};

/** Every offer a request ever had: their briefings are the reporter's data. */
function tasksOf({ subject, tasks }: PersonKeyDestroyed['data']): readonly string[] {
  if (subject.kind !== 'REQUEST') return [];
  return Array.from({ length: tasks }, (_, index) => taskIdOf(subject.id, index + 1));
}

/** @param before the row as it was, undefined when it is new */
export function countTask(rows: RowSet, before: TaskRow | undefined, after: TaskRow): void {
  if (before?.volunteerId === after.volunteerId && before.status === after.status) return;
  for (const [row, tasks] of [[before, -1] as const, [after, 1] as const]) {
    if (row && row.volunteerId !== null)
      rows.add(taskCounts, { volunteerId: row.volunteerId, status: row.status, tasks });
  }
}

function firstRow({ data, metadata }: DecodedEvent<Dispatched>): TaskRow {
  const { taskId, category, building, dueAt, acceptBy, briefing, audience } = data;
  return {
    ...{ taskId, category, building, dueAt, acceptBy, briefing },
    requestId: requestIdOf(taskId) ?? '',
    communityId: metadata.communityId,
    status: 'OFFERED',
    directedTo: audience.kind === 'DIRECTED' ? audience.volunteerId : null,
    skills: JSON.stringify(data.skills),
    declinedBy: '[]',
    offeredAt: data.at,
    volunteerId: null,
    acceptedAt: null,
    startedAt: null,
    lastProgressAt: null,
    doneAt: null,
    endedAt: null,
    revision: 0,
  };
}

function after(row: TaskRow, event: DecodedEvent<TaskEvent>): TaskRow {
  const { at } = event.data;
  switch (event.type) {
    case 'RequestDispatched':
      return row;
    case 'RequestCorrected': {
      const { category, building, dueAt } = event.data;
      return { ...row, category, building, dueAt };
    }
    case 'OfferRecalled':
      return { ...row, status: 'RECALLED', endedAt: at };
    case 'OfferExpired':
      return { ...row, status: 'EXPIRED', endedAt: at };
    case 'TaskDeclined': {
      const said = [...(JSON.parse(row.declinedBy) as string[]), event.data.volunteerId];
      const declined = { ...row, declinedBy: JSON.stringify(said) };
      return event.data.endsOffer ? { ...declined, status: 'DECLINED', endedAt: at } : declined;
    }
    case 'TaskAccepted':
      return { ...row, status: 'ACCEPTED', volunteerId: event.data.volunteerId, acceptedAt: at, lastProgressAt: at };
    case 'TaskReleased':
      return { ...row, status: 'RELEASED', endedAt: at };
    case 'TaskStarted':
      return { ...row, status: 'IN_PROGRESS', startedAt: at, lastProgressAt: at };
    case 'ProgressRecorded':
      return { ...row, lastProgressAt: at };
    case 'DoneReported':
      return { ...row, status: 'DONE', doneAt: at, lastProgressAt: at };
    case 'WorkSentBack':
      return { ...row, status: 'IN_PROGRESS', doneAt: null, lastProgressAt: at };
    case 'RequestEscalated':
    case 'ChaseUpRecorded':
    case 'PartnerConsentGiven':
    case 'PartnerConsentWithdrawn':
      return row;
    case 'ResolutionConfirmed':
    case 'RequestWithdrawn':
      return { ...row, status: 'CLOSED', endedAt: at };
  }
}
