// What may be asked of a session. Tokens arrive as hashes, by whoever has checked that they are of our making.
import type { Instant } from '#libs/kernel';

export interface OpenSession {
  readonly type: 'OpenSession';
  readonly sessionId: string;
  readonly accountId: string;
  readonly epoch: number;
  readonly salt: string;
  readonly tokenHash: string;
  readonly at: Instant;
}
export interface RefreshSession {
  readonly type: 'RefreshSession';
  /** Of the token that was shown. */
  readonly tokenHash: string;
  /** Of the token that would be the next one. */
  readonly successorHash: string;
  readonly at: Instant;
}
export interface EndSession {
  readonly type: 'EndSession';
}

export type SessionCommand = OpenSession | RefreshSession | EndSession;
