// Signing in with name and password. Unknown name, wrong password and disabled account are one answer after the same
// work, so that nobody learns who has an account here; whoever fails too often is heard again when the window ends.
import { InvalidInput, Unauthenticated } from '#libs/kernel';
import type { KnownAccount } from '../domain/account.decider.ts';
import type { CurrentAccounts } from './account.aggregate.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import type { SessionDesk, SessionTokens } from './session.desk.ts';
import type { SignInLimits } from './sign-in-limits.ts';
import { accountIdOf, normaliseUsername } from './username.ts';

export interface SignInParts {
  readonly accounts: CurrentAccounts;
  readonly vault: PersonalDataOpener;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionDesk;
  readonly limits: SignInLimits;
}

/**
 * @throws RateLimited from both methods when the name or the network has failed too often
 * @throws Unavailable when too many sign in at once, or the log cannot be read or written
 */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * Opens a session.
   *
   * @param network where the attempt comes from, for its limit; unlimited where that is unknown
   * @throws Unauthenticated, always with the same sentence
   */
  async withPassword(username: string, password: string, network?: string): Promise<SessionTokens> {
    const { sessions, limits } = this.#parts;
    const { account, revision } = await limits.withName(username, network, () => this.#prove(username, password));
    return sessions.open(account, revision);
  }

  async #prove(username: string, password: string): Promise<{ account: KnownAccount; revision: number }> {
    const { accounts, vault, passwords } = this.#parts;
    const accountId = this.#accountIdOf(username);
    const { state, revision } = accountId ? await accounts.of(accountId) : { state: undefined, revision: -1 };
    const account = state && state.status !== 'NONE' ? state : undefined;
    const hashed = account?.passwordHash != null ? await vault.open(account.passwordHash, account.areaId) : undefined;
    const matches = await passwords.verify(password, hashed);
    if (!matches || account?.status !== 'ACTIVE') throw new Unauthenticated('Username or password is wrong.');
    return { account, revision };
  }

  /**
   * Goes on with a session.
   *
   * @throws Unauthenticated, always with the same sentence
   */
  withRefreshToken(token: string, network?: string): Promise<SessionTokens> {
    const { sessions, limits } = this.#parts;
    return limits.fromNetwork(network, () => sessions.refresh(token));
  }

  /** Undefined for what can be nobody's name. */
  #accountIdOf(username: string): string | undefined {
    try {
      return accountIdOf(normaliseUsername(username), this.#parts.vault);
    } catch (error) {
      if (error instanceof InvalidInput) return undefined;
      throw error;
    }
  }
}
