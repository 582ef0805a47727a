// What each refusal about an erasure means to a client.
import { registerErrorCodes } from '#libs/graphql-kit';
import type { ErasureRejection } from '../domain/erasure.rejections.ts';
import { HOLD_SENTENCES } from '../domain/erasure.rejections.ts';

const CODES: Readonly<Record<Exclude<ErasureRejection, 'NOT_FOUND' | 'PERSON_ERASED'>, string>> = {
  ERASURE_ALREADY_REQUESTED: 'This erasure has been asked for already.',
  ERASURE_NOT_REQUESTED: 'Nobody has asked for this erasure, or it was cancelled.',
  ERASURE_NOT_APPROVED: 'A second person has not approved this erasure yet.',
  ERASURE_NOT_DUE: 'The time in which it can be cancelled is not over; `details.dueAt` says when it is.',
  ERASURE_UNDER_WAY:
    'The erasure is being carried out: it is too late for this. A legal hold comes too late once the person is in the list of erasures.',
  SECOND_PERSON_NEEDED: 'Whoever asked for an erasure cannot approve it.',
  ERASURE_HELD_BY_REQUEST_OPEN: HOLD_SENTENCES.REQUEST_OPEN,
  ERASURE_HELD_BY_TASK_OPEN: HOLD_SENTENCES.TASK_OPEN,
  ERASURE_HELD_BY_LAST_ADMINISTRATOR: HOLD_SENTENCES.LAST_ADMINISTRATOR,
  ERASURE_HELD_BY_LEGAL_HOLD: HOLD_SENTENCES.LEGAL_HOLD,
};

registerErrorCodes(CODES);
