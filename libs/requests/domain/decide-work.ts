// What the volunteer who holds a task does with it. Only the holder may; DONE is what the handler declares.
import { accept, assertNever } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import type { WorkCommand } from './request.commands.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestRejection } from './request.rejections.ts';
import { refuse, wrongState } from './request.rejections.ts';
import type { KnownRequest } from './request.state.ts';

export function decideWork(command: WorkCommand, state: KnownRequest): Decision<RequestEvent, RequestRejection> {
  if (!('task' in state)) return wrongState(state);
  const { at, taskId, volunteerId } = command;
  if (state.task.taskId !== taskId || state.task.volunteerId !== volunteerId) {
    return refuse('NOT_YOUR_TASK', 'Only the volunteer who holds the task may do this.');
  }
  const { personId } = state;
  const task = { at, taskId, volunteerId };
  const done = state.status === 'DONE';
  switch (command.type) {
    case 'ReleaseTask':
      return done
        ? wrongState(state)
        : accept({ type: 'TaskReleased', data: { ...task, personId, reason: command.reason } });
    case 'StartTask':
      if (state.status === 'IN_PROGRESS') return accept();
      return done ? wrongState(state) : accept({ type: 'TaskStarted', data: task });
    case 'RecordProgress':
      return done ? wrongState(state) : accept(...progress(state, task, command.note));
    case 'ReportDone':
      return done
        ? wrongState(state)
        : accept({ type: 'DoneReported', data: { ...task, personId, result: command.result } });
    default:
      return assertNever(command);
  }
}

/** Progress on a task nobody has started yet starts it. */
function progress(
  state: KnownRequest,
  task: { at: KnownRequest['since']; taskId: string; volunteerId: string },
  note: string,
): RequestEvent[] {
  const recorded: RequestEvent = { type: 'ProgressRecorded', data: { ...task, personId: state.personId, note } };
  return state.status === 'ACCEPTED' ? [{ type: 'TaskStarted', data: task }, recorded] : [recorded];
}
