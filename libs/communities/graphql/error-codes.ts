// What each refusal about an area means to a client.
import { registerErrorCodes } from '#libs/graphql-kit';
import type { CommunityRejection } from '../domain/area.rejections.ts';

const CODES: Readonly<Record<Exclude<CommunityRejection, 'NOT_FOUND'>, string>> = {
  AREA_ALREADY_ADDED: 'The area has been added before.',
  PARENT_NOT_FOUND: 'There is no such area to put it in.',
  PARENT_OF_WRONG_LEVEL: 'The area above must be one level wider; `details.expected` is that level.',
  NOT_A_COMMUNITY: 'Only a community has a catalogue and a policy.',
  CATALOGUE_INVALID: 'The catalogue cannot be put in force; `details.field` says where it is wrong.',
  POLICY_INVALID: 'The policy cannot be put in force; `details.field` says where it is wrong.',
  OCCURRED_IN_FUTURE: 'It cannot have happened later than now.',
  OCCURRED_TOO_EARLY: 'It cannot have happened before what came before it; `details.notBefore` is the earliest time.',
};

registerErrorCodes(CODES);
