// Why a command on an account can be refused. Codes are part of the public API.
import { reject } from '#libs/kernel';

export const ACCOUNT_REJECTIONS = ['NOT_FOUND', 'USERNAME_TAKEN', 'VOLUNTEER_ALREADY_LINKED'] as const;

export type AccountRejection = (typeof ACCOUNT_REJECTIONS)[number];

export const refuse = reject<AccountRejection>;
