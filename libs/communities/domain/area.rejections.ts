// Why a command on an area can be refused. Codes are part of the public API.
import { reject } from '#libs/kernel';
import type { Decision } from '#libs/kernel';

export type CommunityRejection =
  | 'NOT_FOUND'
  | 'AREA_ALREADY_ADDED'
  | 'PARENT_NOT_FOUND'
  | 'PARENT_OF_WRONG_LEVEL'
  | 'NOT_A_COMMUNITY'
  | 'CATALOGUE_INVALID'
  | 'POLICY_INVALID'
  | 'OCCURRED_IN_FUTURE'
  | 'OCCURRED_TOO_EARLY';
export type Refusal = Decision<never, CommunityRejection>;

export const refuse = reject<CommunityRejection>;
