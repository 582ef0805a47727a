// Gives accounts another password, which ends their sessions: whoever had the old one is out with the next request. A
// password that is changed by who knows it leaves one session, the one that asked.
import type { CommandExecutor } from '#libs/commands';
import type { CommandContext } from '#libs/kernel';
import { Rejected } from '#libs/kernel';
import type { ChangePassword } from '../domain/account.commands.ts';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import { accountAggregate } from './account.aggregate.ts';
import type { AccountOutcome, Admission } from './account.desk.ts';
import { knownAccount, noSuchAccount, withoutSecret } from './account.desk.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkChosenPassword } from './password-rules.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import type { SignInLimits } from './sign-in-limits.ts';

export interface PasswordDeskParts {
  readonly executor: CommandExecutor;
  readonly passwords: PasswordHasher;
  readonly vault: PersonalDataOpener;
  readonly limits: SignInLimits;
}

/** What somebody who is signed in sends to have another password. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** The session that goes on; all others end. */
  readonly keptSessionId: string | null;
  /** Where it comes from, for the limits of signing in. */
  readonly network?: string | undefined;
}

/**
 * Every method resolves once its event is durable, and answers a repeat of its command with the first result.
 *
 * @throws InvalidInput for passwords that cannot be kept
 * @throws NotFound when there is no such account
 * @throws Rejected `ACCOUNT_IS_EXTERNAL` when it signs in elsewhere
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class PasswordDesk {
  readonly #parts: PasswordDeskParts;

  constructor(parts: PasswordDeskParts) {
    this.#parts = parts;
  }

  /**
   * For those who keep accounts.
   *
   * @param admits whether the sender may touch the account; default: everyone, for the operator
   */
  async reset(
    accountId: string,
    password: string,
    context: CommandContext,
    admits: Admission = () => true,
  ): Promise<AccountOutcome> {
    const { executor, vault } = this.#parts;
    const account = await knownAccount(executor, accountId, context);
    if (!admits(account)) throw noSuchAccount();
    const shown = withoutSecret(vault, context, { command: 'ResetPassword', accountId });
    const reset = (state: AccountState) => this.#newPassword(state as KnownAccount, password, null);
    return executor.execute(accountAggregate, accountId, reset, account.areaId, shown);
  }

  /**
   * For whoever knows the present password.
   *
   * @throws Rejected `WRONG_PASSWORD`, and RateLimited as signing in does
   */
  async change(accountId: string, change: PasswordChange, context: CommandContext): Promise<AccountOutcome> {
    const { executor, vault } = this.#parts;
    const { areaId } = await knownAccount(executor, accountId, context);
    const shown = withoutSecret(vault, context, { command: 'ChangePassword', accountId });
    const decide = async (state: AccountState) => {
      const account = state as KnownAccount;
      await this.#requirePassword(account, change);
      return this.#newPassword(account, change.newPassword, change.keptSessionId);
    };
    return executor.execute(accountAggregate, accountId, decide, areaId, shown);
  }

  /** An external account has none; the decider says so. */
  async #requirePassword(account: KnownAccount, { currentPassword, network }: PasswordChange): Promise<void> {
    const { vault, limits, passwords } = this.#parts;
    const { areaId, username, passwordHash } = account;
    if (passwordHash === null || username === null) return;
    const name = (await vault.open(username, areaId)) ?? '';
    await limits.withName(name, network, async () => {
      if (await passwords.verify(currentPassword, await vault.open(passwordHash, areaId))) return;
      throw new Rejected({ code: 'WRONG_PASSWORD', message: 'This is not the password the account has.' });
    });
  }

  async #newPassword(account: KnownAccount, password: string, keptSessionId: string | null): Promise<ChangePassword> {
    const { vault, passwords } = this.#parts;
    const name = account.username === null ? undefined : await vault.open(account.username, account.areaId);
    checkChosenPassword(password, name);
    return { type: 'ChangePassword', passwordHash: await passwords.hash(password), keptSessionId };
  }
}
