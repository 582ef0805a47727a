// Why a command on a request can be refused. Codes are part of the public API.
import { reject } from '#libs/kernel';
import type { Decision } from '#libs/kernel';
import type { KnownRequest, RequestState } from './request.state.ts';

export const REQUEST_REJECTIONS = [
  'NOT_FOUND',
  'REQUEST_NOT_OPEN',
  'REQUEST_ALREADY_RAISED',
  'NOT_IN_THIS_STATE',
  'TASK_ALREADY_ACCEPTED',
  'OFFER_EXPIRED',
  'OFFER_RECALLED',
  'OFFER_DECLINED',
  'OFFER_NOT_FOR_YOU',
  'NOT_YOUR_TASK',
  'OCCURRED_IN_FUTURE',
  'OCCURRED_TOO_EARLY',
  'ACCEPT_BY_IN_PAST',
  'REVIEW_DATE_IN_PAST',
  'RESULT_REQUIRED',
  'CALL_BACK_INCONSISTENT',
] as const;

export type RequestRejection = (typeof REQUEST_REJECTIONS)[number];
export type Refusal = Decision<never, RequestRejection>;

export const refuse = reject<RequestRejection>;

const CLOSED: readonly RequestState['status'][] = ['RESOLVED', 'DECLINED', 'WITHDRAWN'];

export function isClosed(state: RequestState): boolean {
  return CLOSED.includes(state.status);
}

/** The command does not fit where the request stands; closed requests get a code of their own. */
export function wrongState(state: KnownRequest): Refusal {
  return isClosed(state)
    ? refuse('REQUEST_NOT_OPEN', 'The request is closed.', { status: state.status })
    : refuse('NOT_IN_THIS_STATE', 'This cannot be done while the request stands where it does.', {
        status: state.status,
      });
}

export const unknownRequest: Refusal = refuse('NOT_FOUND', 'There is no such request.');
