// Who asks, and what they may do now. Roles come from the account's own stream, not from a read model that may lag nor
// from the token: a role taken away, an account disabled, or a session ended is gone with the very next request, whichever
// process is asked. States are kept in memory and only the streams' tails are read: two indexed look-ups, side by side.
import type { CurrentState } from '#libs/commands';
import type { Instant } from '#libs/kernel';
import { isUuid, Unauthenticated } from '#libs/kernel';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { CurrentAccounts } from './account.aggregate.ts';
import type { AreaScopes, Introduction } from './account-viewer.ts';
import { AccountViewer } from './account-viewer.ts';
import type { ExternalTokens } from './external-tokens.ts';
import type { CurrentSessions } from './session.aggregate.ts';
import { isLive } from './session.desk.ts';

export interface ViewerParts {
  readonly accounts: CurrentAccounts;
  readonly sessions: CurrentSessions;
  readonly areas: AreaScopes;
  readonly tokens: AccessTokens;
  /** Tokens of an identity provider; undefined where none is configured. */
  readonly external?: ExternalTokens | undefined;
}

/** What is asked again of a viewer that was let in before. */
interface KnownViewer extends Introduction {
  readonly accountId: string;
}

export class ViewerLookup {
  readonly #parts: ViewerParts;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
  }

  /**
   * The viewer as of now; undefined when there is no such account, it is disabled, or what
   * introduced them, a session or a token of an identity provider, no longer counts.
   *
   * @throws Unavailable when the log cannot be read; never a viewer that might be old
   */
  async again({ accountId, ...introduction }: KnownViewer): Promise<AccountViewer | undefined> {
    const { accounts, sessions, areas } = this.#parts;
    const { sessionId, issuedAt } = introduction;
    if (![accountId, sessionId ?? accountId].every(isUuid)) return undefined;
    const [{ state: account }, session] = await Promise.all([
      accounts.of(accountId),
      sessionId === undefined ? undefined : sessions.of(sessionId),
    ]);
    if (account.status !== 'ACTIVE' || (session && !isLive(session.state, account))) return undefined;
    if (issuedAt !== undefined && !keepsToken(account, issuedAt)) return undefined;
    return new AccountViewer(account, areas, introduction);
  }

  /** The account behind a viewer, as of now. */
  accountOf(viewer: { readonly accountId: string }): Promise<CurrentState<AccountState>> {
    return this.#parts.accounts.of(viewer.accountId);
  }

  /**
   * The viewer an access token stands for; undefined when the token, its session or its account is not, or no longer, good.
   *
   * @throws Unavailable when that cannot be found out now
   */
  async authenticate(token: string): Promise<AccountViewer | undefined> {
    const { external, tokens } = this.#parts;
    try {
      if (external?.claims(token)) return await this.again(await external.verify(token));
      return await this.again(await tokens.verify(token));
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  }
}

/** What was issued before the owner signed out everywhere counts no more. */
function keepsToken({ external, signedOutAt }: KnownAccount, issuedAt: Instant): boolean {
  return external !== undefined && (signedOutAt === undefined || issuedAt > signedOutAt);
}
