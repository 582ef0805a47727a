// Opens, refreshes and ends sessions. What every process must agree on is decided on the session's own stream: of any
// number of refreshes with one token, one makes the successor, and all are given that one.
import { randomUUID } from 'node:crypto';
import type { CommandExecutor } from '#libs/commands';
import type { Clock, CommandContext, Instant, JsonObject, Position } from '#libs/kernel';
import { NotFound, Rejected, Unauthenticated } from '#libs/kernel';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import { keepsSession } from '../domain/account.decider.ts';
import type { KnownSession, SessionState } from '../domain/session.decider.ts';
import { expiryOf } from '../domain/session.decider.ts';
import type { CurrentAccounts } from './account.aggregate.ts';
import type { AccessTokens, IssuedToken } from './access-tokens.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import type { RefreshTokens, ShownToken } from './refresh-tokens.ts';
import type { CurrentSessions } from './session.aggregate.ts';
import { sessionAggregate } from './session.aggregate.ts';
import type { SignInLimits } from './sign-in-limits.ts';

/** What a client goes on with. */
export interface SessionTokens extends IssuedToken {
  readonly refreshToken: string;
  readonly refreshExpiresAt: Instant;
  readonly account: KnownAccount;
  /** The account's. */
  readonly revision: number;
}

export interface SessionParts {
  readonly executor: CommandExecutor;
  readonly accounts: CurrentAccounts;
  readonly sessions: CurrentSessions;
  readonly vault: Pick<PersonalDataOpener, 'fingerprint'>;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly limits: SignInLimits;
  readonly clock: Clock;
  /** Told when a session was ended because one of its old tokens was used again: somebody may have stolen it. */
  readonly onReuse?: () => void;
}

/** @throws Unavailable from every method when the log cannot be read or written; nothing is half done then */
export class SessionDesk {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** A session of an account whose owner has just proved to be there; it counts as long as the account is as given. */
  async open(account: KnownAccount, revision: number): Promise<SessionTokens> {
    const { executor, refreshTokens, clock } = this.#parts;
    const [sessionId, salt, at] = [randomUUID(), refreshTokens.newSalt(), clock.now()];
    const tokenHash = refreshTokens.hash(refreshTokens.of({ sessionId, salt }, 0));
    const { accountId, epoch, areaId } = account;
    const command = { type: 'OpenSession', sessionId, accountId, epoch, salt, tokenHash, at } as const;
    const context = this.#contextOf(account, { command: 'OpenSession', sessionId });
    const { state } = await executor.execute(sessionAggregate, sessionId, command, areaId, context);
    return this.#tokensOf(state as KnownSession, account, revision);
  }

  /**
   * The next tokens of the session. A token that was already replaced gets the same successor for ten seconds; after that
   * its use ends the session.
   *
   * @throws Unauthenticated, always with the same sentence, for a token that is not, or no longer, good
   * @throws RateLimited when the session was refreshed too often; the token stays good
   */
  async refresh(token: string): Promise<SessionTokens> {
    const { executor, accounts, sessions, refreshTokens, limits, clock, onReuse } = this.#parts;
    const shown = refreshTokens.read(token);
    const session = shown && authentic(shown, (await sessions.of(shown.sessionId)).state, refreshTokens);
    if (!session) throw notGood();
    const { state: account, revision } = await accounts.of(session.accountId);
    if (account.status === 'NONE' || !isLive(session, account)) throw notGood();
    // Whoever shows any other of its tokens makes no event, or the session's last one.
    if (refreshTokens.hash(token) === session.tokenHash) await limits.mayRefresh(session.sessionId);
    const at = clock.now();
    const refresh = (state: SessionState) => {
      const generation = state.status === 'NONE' ? 0 : state.generation + 1;
      const successorHash = refreshTokens.hash(refreshTokens.of(session, generation));
      return { type: 'RefreshSession', tokenHash: refreshTokens.hash(token), successorHash, at } as const;
    };
    const context = this.#contextOf(account, { command: 'RefreshSession', sessionId: session.sessionId });
    const outcome = await executor
      .execute(sessionAggregate, session.sessionId, refresh, account.areaId, context)
      .catch(refusedAsNotGood);
    const last = outcome.events.at(-1);
    const reused = last?.type === 'SessionEnded' && last.data.reason === 'REUSED';
    if (outcome.appended > 0 && reused) onReuse?.();
    if (outcome.appended > 0) await limits.refreshed(session.sessionId);
    const state = outcome.state as KnownSession;
    if (state.status === 'ENDED') throw notGood();
    return this.#tokensOf(state, account, revision);
  }

  /**
   * Ends one session of the account; ending it again changes nothing.
   *
   * @throws NotFound when the account has no such session
   */
  async end(sessionId: string, owner: KnownAccount, context?: CommandContext): Promise<Position> {
    const { executor, sessions } = this.#parts;
    const { state } = await sessions.of(sessionId);
    const isTheirs = state.status !== 'NONE' && state.accountId === owner.accountId;
    if (!isTheirs) throw new NotFound('There is no such session.');
    const surroundings = context ?? this.#contextOf(owner, { command: 'EndSession', sessionId });
    const command = { type: 'EndSession' } as const;
    return (await executor.execute(sessionAggregate, sessionId, command, owner.areaId, surroundings)).position;
  }

  async #tokensOf(session: KnownSession, account: KnownAccount, revision: number): Promise<SessionTokens> {
    const { accessTokens, refreshTokens } = this.#parts;
    const refreshExpiresAt = expiryOf(session);
    const issued = await accessTokens.issue(account.accountId, session.sessionId, refreshExpiresAt);
    const refreshToken = refreshTokens.of(session, session.generation);
    return { ...issued, refreshToken, refreshExpiresAt, account, revision };
  }

  /** A session's events are its owner's doing: the secret in the owner's hands is what asks. */
  #contextOf({ accountId, grants }: KnownAccount, payload: JsonObject): CommandContext {
    const now = this.#parts.clock.now();
    return {
      commandId: randomUUID(),
      commandHash: this.#parts.vault.fingerprint(payload),
      actor: { accountId, role: grants[0]?.role ?? 'RESIDENT' },
      occurredAt: now,
      recordedAt: now,
    };
  }
}

/** Whether a session counts now: neither it nor its account has ended it. */
export function isLive(session: SessionState, account: AccountState): boolean {
  if (session.status !== 'OPEN' || account.status !== 'ACTIVE') return false;
  return session.accountId === account.accountId && keepsSession(account, session);
}

function authentic(shown: ShownToken, state: SessionState, tokens: RefreshTokens): KnownSession | undefined {
  return state.status !== 'NONE' && tokens.isOurs(shown, state) ? state : undefined;
}

function refusedAsNotGood(error: unknown): never {
  throw error instanceof Rejected ? notGood() : error;
}

function notGood(): Unauthenticated {
  return new Unauthenticated('The refresh token is not, or no longer, good. Sign in again.');
}
