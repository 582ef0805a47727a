import { registerErrorCodes } from '#libs/graphql-kit';
import type { AccountRejection } from '../domain/account.rejections.ts';

const CODES = {
  USERNAME_TAKEN: 'There is an account of this name.',
  VOLUNTEER_ALREADY_LINKED: 'The account belongs to another volunteer.',
} as const satisfies Record<Exclude<AccountRejection, 'NOT_FOUND'>, string>;

registerErrorCodes({ ...CODES, PERSON_ERASED: 'The personal data of this person was erased; nothing new is kept.' });
