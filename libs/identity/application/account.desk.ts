// Carries out what is asked of accounts: makes names and passwords fit to keep, hashes, and lets the decider decide.
// Every event of an account belongs to the area that looks after it.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import type { CommandContext, JsonObject } from '#libs/kernel';
import { cleanText, NotFound } from '#libs/kernel';
import type { AccountCommand, ChangePassword, OpenAccount } from '../domain/account.commands.ts';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import type { AccountEvent } from '../domain/account.events.ts';
import { accountAggregate } from './account.aggregate.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkChosenPassword } from './password-rules.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import { accountIdOf, normaliseUsername } from './username.ts';

export type AccountOutcome = CommandOutcome<AccountState, AccountEvent>;

export interface AccountDetails {
  /** The area that looks after the account. */
  readonly areaId: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly password: string;
}

/** Whether the sender may touch this account at all; if not, it is answered as absent. */
export type Admission = (account: KnownAccount) => boolean;

/** Changes that need nothing but a decision. */
export type AccountOrder = Exclude<AccountCommand, OpenAccount | ChangePassword>;

/**
 * Every method resolves once its events are durable, and answers a repeat of its command with the first result.
 *
 * @throws InvalidInput for names and passwords that cannot be kept
 * @throws NotFound when there is no such account
 * @throws Rejected with a code of `AccountRejection`
 * @throws Conflict, CommandIdReused, Unavailable as `CommandExecutor.execute` does
 */
export class AccountDesk {
  readonly #executor: CommandExecutor;
  readonly #passwords: PasswordHasher;
  readonly #vault: PersonalDataOpener;

  constructor(executor: CommandExecutor, passwords: PasswordHasher, vault: PersonalDataOpener) {
    this.#executor = executor;
    this.#passwords = passwords;
    this.#vault = vault;
  }

  /** The id of the account that has, or would have, this name. */
  idOf(username: string): string {
    return accountIdOf(normaliseUsername(username), this.#vault);
  }

  async open(details: AccountDetails, context: CommandContext): Promise<AccountOutcome> {
    const { areaId, password } = details;
    const username = normaliseUsername(details.username);
    const displayName =
      details.displayName === null ? null : cleanText(details.displayName, { field: 'displayName', max: 64 });
    checkChosenPassword(password, username);
    const accountId = accountIdOf(username, this.#vault);
    const passwordHash = await this.#passwords.hash(password);
    const command: OpenAccount = { type: 'OpenAccount', accountId, areaId, username, displayName, passwordHash };
    const shown = { command: 'OpenAccount', areaId, username, displayName };
    return this.#executor.execute(accountAggregate, accountId, command, areaId, this.#withoutSecret(context, shown));
  }

  async changePassword(accountId: string, password: string, context: CommandContext): Promise<AccountOutcome> {
    const { areaId, username } = await this.#known(accountId, context);
    checkChosenPassword(password, await this.#vault.open(username, areaId));
    const passwordHash = await this.#passwords.hash(password);
    const shown = this.#withoutSecret(context, { command: 'ChangePassword', accountId });
    return this.#executor.execute(accountAggregate, accountId, { type: 'ChangePassword', passwordHash }, areaId, shown);
  }

  /** @param admits default: everyone, for the operator */
  async change(
    accountId: string,
    order: AccountOrder,
    context: CommandContext,
    admits: Admission = () => true,
  ): Promise<AccountOutcome> {
    const account = await this.#known(accountId, context);
    if (!admits(account)) throw noSuchAccount();
    return this.#executor.execute(accountAggregate, accountId, order, account.areaId, context);
  }

  async #known(accountId: string, { signal }: CommandContext) {
    const { state } = await this.#executor.load(accountAggregate, accountId, signal);
    if (state.status === 'NONE') throw noSuchAccount();
    return state;
  }

  /**
   * The stored fingerprint of a command is a fast hash: one that covered a password would let whoever holds the vault
   * guess it a million times faster than argon2 allows. A repeat is told by everything else.
   */
  #withoutSecret(context: CommandContext, shown: JsonObject): CommandContext {
    return { ...context, commandHash: this.#vault.fingerprint(shown) };
  }
}

function noSuchAccount(): NotFound {
  return new NotFound('There is no such account.');
}
