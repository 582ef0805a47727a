// What each refusal about a request means to a client.
import { registerErrorCodes } from '#libs/graphql-kit';
import type { RequestRejection } from '../domain/request.rejections.ts';

const CODES: Readonly<Record<Exclude<RequestRejection, 'NOT_FOUND'>, string>> = {
  REQUEST_NOT_OPEN: 'The request is resolved, declined or withdrawn; `details.status` says which.',
  REQUEST_ALREADY_RAISED: 'The request has been raised before: its number in the paper ledger is in use.',
  NOT_IN_THIS_STATE: 'This cannot be done while the request stands where it does; `details.status` says where.',
  TASK_ALREADY_ACCEPTED: 'Someone else was first to accept the task.',
  OFFER_EXPIRED: 'The time to accept is over.',
  OFFER_RECALLED: 'The office has recalled the offer.',
  OFFER_DECLINED: 'The offer was declined by the volunteer it was for and has ended.',
  OFFER_NOT_FOR_YOU: 'The task was offered to someone else.',
  NOT_YOUR_TASK: 'Only the volunteer who holds the task may do this.',
  OCCURRED_IN_FUTURE: 'It cannot have happened later than now.',
  OCCURRED_TOO_EARLY: 'It cannot have happened before what came before it; `details.notBefore` is the earliest time.',
  ACCEPT_BY_IN_PAST: 'The accept-by time must lie after the dispatch.',
  REVIEW_DATE_IN_PAST: 'The next review must not lie before the day it is set on.',
  RESULT_REQUIRED: 'Say how it was solved: nobody has reported it done.',
  CALL_BACK_INCONSISTENT: 'Nobody was reached, so there is no answer to record.',
};

registerErrorCodes(CODES);
