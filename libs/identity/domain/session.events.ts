// What can have happened to a session. Nothing here is personal data: an account is named by its id, and of refresh tokens
// only hashes are kept.
import type { Instant } from '#libs/kernel';

interface Fact<Type extends string, Data extends object = object> {
  readonly type: Type;
  readonly data: Readonly<Data> & { readonly sessionId: string };
}

/** `epoch` is the account's at that moment; once the account has another one, the session counts no more. */
export type SessionOpened = Fact<
  'SessionOpened',
  { accountId: string; epoch: number; salt: string; tokenHash: string; openedAt: Instant }
>;
/** `tokenHash` is that of the refresh token from now on; the one before is good for a short grace. */
export type SessionRefreshed = Fact<
  'SessionRefreshed',
  { generation: number; tokenHash: string; refreshedAt: Instant }
>;
/** For good: whatever a clock says later, no token of the session is good again. */
export type SessionEnded = Fact<'SessionEnded', { reason: SessionEnd }>;

/** `SIGNED_OUT` by its owner, `REUSED` an old refresh token was used again, `EXPIRED` was used after its time. */
export const SESSION_ENDS = ['SIGNED_OUT', 'REUSED', 'EXPIRED'] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

export type SessionEvent = SessionOpened | SessionRefreshed | SessionEnded;
