// Why a command on a session can be refused. Clients are told no more than that a token is not good.
import { reject } from '#libs/kernel';

export type SessionRejection = 'NOT_FOUND' | 'SESSION_EXISTS' | 'SESSION_ENDED';

export const refuse = reject<SessionRejection>;
