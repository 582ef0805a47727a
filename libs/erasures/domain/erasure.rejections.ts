// Why a command on an erasure can be refused. Codes are part of the public API.
import type { Decision } from '#libs/kernel';
import { reject } from '#libs/kernel';
import type { Hold } from './erasure.events.ts';

export type ErasureRejection =
  | 'NOT_FOUND'
  | 'PERSON_ERASED'
  | 'ERASURE_ALREADY_REQUESTED'
  | 'ERASURE_NOT_REQUESTED'
  | 'ERASURE_NOT_APPROVED'
  | 'ERASURE_NOT_DUE'
  | 'ERASURE_UNDER_WAY'
  | 'SECOND_PERSON_NEEDED'
  | `ERASURE_HELD_BY_${Hold}`;

export const refuse = reject<ErasureRejection>;

export const HOLD_SENTENCES: Readonly<Record<Hold, string>> = {
  REQUEST_OPEN: 'The request is still open: close it first.',
  TASK_OPEN: 'The volunteer still holds a task: it must end or be given back first.',
  LAST_ADMINISTRATOR: 'The account is the last that administers its area: appoint another first.',
  LEGAL_HOLD: 'A legal hold keeps these data for now.',
};

export function held(hold: Hold): Decision<never, ErasureRejection> {
  return refuse(`ERASURE_HELD_BY_${hold}`, HOLD_SENTENCES[hold], { hold });
}
