// Why a command on an account can be refused. Codes are part of the public API.
import { reject } from '#libs/kernel';

export type AccountRejection =
  'NOT_FOUND' | 'USERNAME_TAKEN' | 'ACCOUNT_IS_EXTERNAL' | 'WRONG_PASSWORD' | 'VOLUNTEER_ALREADY_LINKED';

export const refuse = reject<AccountRejection>;
