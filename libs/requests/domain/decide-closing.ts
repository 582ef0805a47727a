// How a request ends, and how it comes back: confirmed by the office, sent back or reopened (rework), placed in
// long-term follow-up, declined, withdrawn, called back. Three reworks raise an escalation by themselves.
import { accept, assertNever } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import { endStandingOffer } from './decide-offer.ts';
import type { ClosingCommand, ConfirmResolution, FollowUpCommand, RecordCallBack } from './request.commands.ts';
import type { RequestEvent } from './request.events.ts';
import type { RequestRejection } from './request.rejections.ts';
import { isClosed, refuse, wrongState } from './request.rejections.ts';
import type { KnownRequest } from './request.state.ts';
import { standingTaskId } from './request.state.ts';

type Outcome = Decision<RequestEvent, RequestRejection>;

const REWORKS_TO_ESCALATE = 3;

export function decideClosing(command: ClosingCommand, state: KnownRequest): Outcome {
  const { at } = command;
  const { personId } = state;
  switch (command.type) {
    case 'ConfirmResolution':
      return confirm(command, state);
    case 'SendBack': {
      if (state.status !== 'DONE') return wrongState(state);
      const { taskId, volunteerId } = state.task;
      return rework(state, {
        type: 'WorkSentBack',
        data: { at, personId, taskId, volunteerId, reason: command.reason },
      });
    }
    case 'ReopenRequest':
      if (state.status !== 'RESOLVED') return wrongState(state);
      return rework(state, { type: 'RequestReopened', data: { at, personId, reason: command.reason } });
    case 'RecordCallBack':
      return callBack(command, state);
    case 'DeclineRequest':
      if ('task' in state || isClosed(state)) return wrongState(state);
      return accept(...endStandingOffer(state, at), {
        type: 'RequestDeclined',
        data: { at, personId, reason: command.reason },
      });
    case 'WithdrawRequest':
      if (state.status === 'WITHDRAWN') return accept();
      if (isClosed(state)) return wrongState(state);
      return accept(...endStandingOffer(state, at), {
        type: 'RequestWithdrawn',
        data: { at, personId, taskId: 'task' in state ? state.task.taskId : null, reason: command.reason },
      });
    default:
      return assertNever(command);
  }
}

export function decideFollowUp(command: FollowUpCommand, state: KnownRequest): Outcome {
  const { at } = command;
  const { personId } = state;
  if (command.type === 'ResumeFromFollowUp') {
    if (state.status !== 'FOLLOW_UP') return wrongState(state);
    return accept({ type: 'FollowUpResumed', data: { at, personId, reason: command.reason } });
  }
  const { reviewOn } = command;
  if (reviewOn < command.today) {
    return refuse('REVIEW_DATE_IN_PAST', 'The next review must not lie before today.', { reviewOn });
  }
  if (command.type === 'RecordFollowUp') {
    if (state.status !== 'FOLLOW_UP') return wrongState(state);
    return accept({ type: 'FollowUpRecorded', data: { at, personId, note: command.note, reviewOn } });
  }
  if (state.status !== 'RAISED' && state.status !== 'OFFERED') return wrongState(state);
  const { reason, plan } = command;
  return accept(...endStandingOffer(state, at), {
    type: 'PlacedInFollowUp',
    data: { at, personId, reason, plan, reviewOn },
  });
}

function confirm(command: ConfirmResolution, state: KnownRequest): Outcome {
  if (state.status !== 'DONE' && state.status !== 'FOLLOW_UP') return wrongState(state);
  if (state.status === 'FOLLOW_UP' && command.result === null) {
    return refuse('RESULT_REQUIRED', 'Say how it was solved: nobody has reported it done.');
  }
  const { at, result, callBackDueAt } = command;
  const taskId = state.status === 'DONE' ? state.task.taskId : null;
  return accept({ type: 'ResolutionConfirmed', data: { at, personId: state.personId, taskId, result, callBackDueAt } });
}

function callBack(command: RecordCallBack, state: KnownRequest): Outcome {
  if (state.status !== 'RESOLVED') return wrongState(state);
  const { at, reached, solved, satisfaction, note } = command;
  if (!reached && (solved !== null || satisfaction !== null)) {
    return refuse('CALL_BACK_INCONSISTENT', 'Nobody was reached, so there is no answer to record.');
  }
  return accept({
    type: 'CallBackRecorded',
    data: { at, personId: state.personId, reached, solved, satisfaction, note },
  });
}

function rework(state: KnownRequest, event: RequestEvent): Outcome {
  const count = state.reworks + 1;
  if (count !== REWORKS_TO_ESCALATE) return accept(event);
  return accept<RequestEvent>(event, {
    type: 'RequestEscalated',
    data: { at: event.data.at, taskId: standingTaskId(state), cause: 'REWORKS', count },
  });
}
