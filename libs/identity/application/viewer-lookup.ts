// Who asks, and what they may do now. Roles come from the account's own stream, not from a read model that may lag nor
// from the token: a role taken away, or an account disabled, is gone with the very next request. The state is kept in
// memory and only the stream's tail is read, so that costs one indexed look-up.
import type { CurrentState, CurrentStates } from '#libs/commands';
import type { Instant } from '#libs/kernel';
import { isUuid, Unauthenticated } from '#libs/kernel';
import type { AccountCommand } from '../domain/account.commands.ts';
import type { AccountState } from '../domain/account.decider.ts';
import type { AccountEvent } from '../domain/account.events.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AreaScopes } from './account-viewer.ts';
import { AccountViewer } from './account-viewer.ts';

export type CurrentAccounts = CurrentStates<AccountState, AccountCommand, AccountEvent>;

export class ViewerLookup {
  readonly #accounts: CurrentAccounts;
  readonly #areas: AreaScopes;
  readonly #tokens: AccessTokens;

  constructor(accounts: CurrentAccounts, areas: AreaScopes, tokens: AccessTokens) {
    this.#accounts = accounts;
    this.#areas = areas;
    this.#tokens = tokens;
  }

  /**
   * The viewer as of now; undefined when there is no such account or it is disabled.
   *
   * @throws Unavailable when the log cannot be read; never a viewer that might be old
   */
  async byAccountId(accountId: string, expiresAt?: Instant): Promise<AccountViewer | undefined> {
    if (!isUuid(accountId)) return undefined;
    const { state } = await this.#accounts.of(accountId);
    return state.status === 'ACTIVE' ? new AccountViewer(state, this.#areas, expiresAt) : undefined;
  }

  /** The account behind a viewer, as of now. */
  accountOf(viewer: { readonly accountId: string }): Promise<CurrentState<AccountState>> {
    return this.#accounts.of(viewer.accountId);
  }

  /** The viewer an access token stands for; undefined when the token or its account is not, or no longer, good. */
  async authenticate(token: string): Promise<AccountViewer | undefined> {
    try {
      const { accountId, expiresAt } = await this.#tokens.verify(token);
      return await this.byAccountId(accountId, expiresAt);
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  }
}
