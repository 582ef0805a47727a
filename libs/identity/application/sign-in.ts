// Signing in with name and password. Unknown name, wrong password and disabled account are one answer after the same
// work, so that nobody learns who has an account here.
import { InvalidInput, Unauthenticated } from '#libs/kernel';
import type { KnownAccount } from '../domain/account.decider.ts';
import type { AccessTokens, IssuedToken } from './access-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import { accountIdOf, normaliseUsername } from './username.ts';
import type { CurrentAccounts } from './viewer-lookup.ts';

export interface SignedIn extends IssuedToken {
  readonly account: KnownAccount;
  readonly revision: number;
}

export class SignIn {
  readonly #accounts: CurrentAccounts;
  readonly #vault: PersonalDataOpener;
  readonly #passwords: PasswordHasher;
  readonly #tokens: AccessTokens;

  constructor(accounts: CurrentAccounts, vault: PersonalDataOpener, passwords: PasswordHasher, tokens: AccessTokens) {
    this.#accounts = accounts;
    this.#vault = vault;
    this.#passwords = passwords;
    this.#tokens = tokens;
  }

  /**
   * @throws Unauthenticated, always with the same sentence
   * @throws Unavailable when too many sign in at once, or the log cannot be read
   */
  async withPassword(username: string, password: string): Promise<SignedIn> {
    const accountId = this.#accountIdOf(username);
    const { state, revision } = accountId ? await this.#accounts.of(accountId) : { state: undefined, revision: -1 };
    const account = state && state.status !== 'NONE' ? state : undefined;
    const hashed = account && (await this.#vault.open(account.passwordHash, account.areaId));
    const matches = await this.#passwords.verify(password, hashed);
    if (!matches || account?.status !== 'ACTIVE') throw new Unauthenticated('Username or password is wrong.');
    return { ...(await this.#tokens.issue(account.accountId)), account, revision };
  }

  /** Undefined for what can be nobody's name. */
  #accountIdOf(username: string): string | undefined {
    try {
      return accountIdOf(normaliseUsername(username), this.#vault);
    } catch (error) {
      if (error instanceof InvalidInput) return undefined;
      throw error;
    }
  }
}
