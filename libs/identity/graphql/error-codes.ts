import { registerErrorCodes } from '#libs/graphql-kit';
import type { AccountRejection } from '../domain/account.rejections.ts';

const CODES = {
  USERNAME_TAKEN: 'There is an account of this name.',
  ACCOUNT_IS_EXTERNAL: 'The account signs in at an identity provider and has no password here.',
  WRONG_PASSWORD: 'This is not the password the account has.',
  VOLUNTEER_ALREADY_LINKED: 'The account belongs to another volunteer.',
} as const satisfies Record<Exclude<AccountRejection, 'NOT_FOUND'>, string>;

registerErrorCodes({
  ...CODES,
  VOLUNTEER_HAS_ACCOUNT: 'The volunteer has another account that is active.',
  PERSON_ERASED: 'The personal data of this person was erased; nothing new is kept.',
});
