// Dispatch is always an offer; of any number of accepts on one offer exactly one succeeds. Whether a volunteer may
// take a task at all (duty, skills, limit) is decided on the volunteer's own stream before this.
import { accept, assertNever } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import type { AcceptTask, DeclineTask, DispatchRequest, OfferCommand } from './request.commands.ts';
import type { RequestEvent } from './request.events.ts';
import type { Refusal, RequestRejection } from './request.rejections.ts';
import { refuse, wrongState } from './request.rejections.ts';
import type { KnownRequest } from './request.state.ts';
import { taskIdOf } from './request.state.ts';

type Outcome = Decision<RequestEvent, RequestRejection>;
type Offered = Extract<KnownRequest, { status: 'OFFERED' }>;

export function decideOffer(command: OfferCommand, state: KnownRequest): Outcome {
  switch (command.type) {
    case 'DispatchRequest':
      return dispatch(command, state);
    case 'RecallOffer':
      if (state.status !== 'OFFERED') return wrongState(state);
      return accept(recalled(state, command.at, command.reason));
    case 'ExpireOffer':
      return state.status === 'OFFERED' && isOver(state, command.now) ? accept(expired(state)) : accept();
    case 'AcceptTask':
      return acceptTask(command, state);
    case 'DeclineTask':
      return declineTask(command, state);
    default:
      return assertNever(command);
  }
}

/** How a standing offer ends when the request goes another way: recalled, unless its time was over already. */
export function endStandingOffer(state: KnownRequest, at: KnownRequest['since']): RequestEvent[] {
  if (state.status !== 'OFFERED') return [];
  return [isOver(state, at) ? expired(state) : recalled(state, at, 'The request went another way.')];
}

function recalled(state: Offered, at: Offered['since'], reason: string): RequestEvent {
  return { type: 'OfferRecalled', data: { at, taskId: state.offer.taskId, personId: state.personId, reason } };
}

function dispatch(command: DispatchRequest, state: KnownRequest): Outcome {
  const standing = state.status === 'OFFERED';
  const lapsed = standing && isOver(state, command.at);
  if (state.status !== 'RAISED' && !lapsed) return wrongState(state);
  if (command.acceptBy <= command.at) {
    return refuse('ACCEPT_BY_IN_PAST', 'The accept-by time must lie after the dispatch.', {
      acceptBy: command.acceptBy,
    });
  }
  const { at, audience, skills, acceptBy, briefing } = command;
  const { personId, category, building, dueAt } = state;
  const taskId = taskIdOf(state.requestId, state.offers + 1);
  const offer: RequestEvent = {
    type: 'RequestDispatched',
    data: { at, personId, taskId, audience, skills, acceptBy, briefing, category, building, dueAt },
  };
  return lapsed ? accept<RequestEvent>(expired(state), offer) : accept(offer);
}

function acceptTask(command: AcceptTask, state: KnownRequest): Outcome {
  const refusal = notOffered(command, state);
  if (refusal) return refusal;
  if (state.status !== 'OFFERED') return wrongState(state);
  if (isOver(state, command.at))
    return refuse('OFFER_EXPIRED', 'The time to accept is over.', { acceptBy: state.offer.acceptBy });
  if (isForSomeoneElse(state, command.volunteerId)) return notForYou;
  const { at, taskId, volunteerId } = command;
  return accept({ type: 'TaskAccepted', data: { at, taskId, volunteerId } });
}

function declineTask(command: DeclineTask, state: KnownRequest): Outcome {
  const refusal = notOffered(command, state);
  if (refusal) return refusal;
  if (state.status !== 'OFFERED') return wrongState(state);
  if (isForSomeoneElse(state, command.volunteerId)) return notForYou;
  if (state.offer.declinedBy.includes(command.volunteerId)) return accept();
  const { at, taskId, volunteerId, reason } = command;
  const endsOffer = state.offer.audience.kind === 'DIRECTED';
  return accept({ type: 'TaskDeclined', data: { at, taskId, volunteerId, reason, endsOffer } });
}

const notForYou: Refusal = refuse('OFFER_NOT_FOR_YOU', 'The task was offered to someone else.');

/** What became of this very offer, when it is not the one standing now. */
function notOffered(command: AcceptTask | DeclineTask, state: KnownRequest): Refusal | undefined {
  if (state.status === 'OFFERED' && state.offer.taskId === command.taskId) return undefined;
  const ended = Object.hasOwn(state.endedOffers, command.taskId) ? state.endedOffers[command.taskId] : undefined;
  switch (ended) {
    case 'ACCEPTED':
      return refuse('TASK_ALREADY_ACCEPTED', 'The task has been accepted already.');
    case 'EXPIRED':
      return refuse('OFFER_EXPIRED', 'The time to accept is over.');
    case 'RECALLED':
      return refuse('OFFER_RECALLED', 'The office has recalled the offer.');
    case 'DECLINED':
      return refuse('OFFER_DECLINED', 'The offer was declined and has ended.');
    case undefined:
      return refuse('NOT_FOUND', 'There is no such task.');
  }
}

function isForSomeoneElse(state: Offered, volunteerId: string): boolean {
  return state.offer.audience.kind === 'DIRECTED' && state.offer.audience.volunteerId !== volunteerId;
}

function isOver(state: Offered, at: string): boolean {
  return at > state.offer.acceptBy;
}

function expired(state: Offered): RequestEvent {
  return { type: 'OfferExpired', data: { at: state.offer.acceptBy, taskId: state.offer.taskId } };
}
