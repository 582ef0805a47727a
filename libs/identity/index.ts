// Accounts: who may sign in, as whom, and what they may do where.
export { AccessTokens } from './application/access-tokens.ts';
export { accountAggregate } from './application/account.aggregate.ts';
export { accountCodec } from './codec/account.codec.ts';
export { AccountDesk } from './application/account.desk.ts';
export { ExternalTokens } from './application/external-tokens.ts';
export { PasswordDesk } from './application/password.desk.ts';
export { PasswordHasher } from './application/password-hasher.ts';
export { RefreshTokens } from './application/refresh-tokens.ts';
export { sessionAggregate } from './application/session.aggregate.ts';
export { SessionDesk } from './application/session.desk.ts';
export { SignInLimits } from './application/sign-in-limits.ts';
export { SignIn } from './application/sign-in.ts';
export { ViewerLookup } from './application/viewer-lookup.ts';
export { ROLES } from './domain/role.ts';
export type { Role } from './domain/role.ts';
export { accountListProjection } from './read-models/account-list.projection.ts';
export type { AccountRow } from './read-models/account-list.projection.ts';
export { sessionListProjection } from './read-models/session-list.projection.ts';
