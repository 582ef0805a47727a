// Carries out what is asked of accounts: makes names and passwords fit to keep, hashes, and lets the decider decide.
// Every event of an account belongs to the area that looks after it.
import type { CommandExecutor, CommandOutcome } from '#libs/commands';
import type { CommandContext, Instant, JsonObject } from '#libs/kernel';
import { cleanText, InvalidInput, NotFound, Rejected } from '#libs/kernel';
import type {
  AccountCommand,
  ChangePassword,
  DisableAccount,
  OpenAccount,
  OpenExternalAccount,
} from '../domain/account.commands.ts';
import type { AccountState, KnownAccount } from '../domain/account.decider.ts';
import type { AccountEvent } from '../domain/account.events.ts';
import { accountAggregate } from './account.aggregate.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkChosenPassword } from './password-rules.ts';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import { accountIdOf, externalAccountIdOf, normaliseUsername } from './username.ts';

export type AccountOutcome = CommandOutcome<AccountState, AccountEvent>;

export interface AccountDetails {
  /** The area that looks after the account. */
  readonly areaId: string;
  readonly username: string;
  readonly displayName: string | null;
  readonly password: string;
}

export interface ExternalAccountDetails {
  readonly areaId: string;
  /** What the identity provider calls the person, letter for letter. */
  readonly subject: string;
  readonly displayName: string | null;
}

/** Whether the sender may touch this account at all; if not, it is answered as absent. */
export type Admission = (account: KnownAccount) => boolean;

/** Changes that need nothing but a decision. */
export type AccountOrder =
  | Exclude<AccountCommand, OpenAccount | OpenExternalAccount | ChangePassword | DisableAccount>
  | Omit<DisableAccount, 'at'>;

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
  readonly #issuer: string | undefined;

  /** @param issuer the identity provider whose subjects can be given accounts; undefined where none is configured */
  constructor(executor: CommandExecutor, passwords: PasswordHasher, vault: PersonalDataOpener, issuer?: string) {
    this.#executor = executor;
    this.#passwords = passwords;
    this.#vault = vault;
    this.#issuer = issuer;
  }

  /** The id of the account that has, or would have, this name. */
  idOf(username: string): string {
    return accountIdOf(normaliseUsername(username), this.#vault);
  }

  /** The id of the account that is, or would be, opened for a subject of the identity provider. */
  idOfExternal(subject: string): string {
    return externalAccountIdOf({ issuer: this.#requireIssuer(), subject }, this.#vault);
  }

  async open(details: AccountDetails, context: CommandContext): Promise<AccountOutcome> {
    const { areaId, password } = details;
    const username = normaliseUsername(details.username);
    const displayName = cleanName(details.displayName);
    checkChosenPassword(password, username);
    const accountId = accountIdOf(username, this.#vault);
    const passwordHash = await this.#passwords.hash(password);
    const command: OpenAccount = { type: 'OpenAccount', accountId, areaId, username, displayName, passwordHash };
    const shown = { command: 'OpenAccount', areaId, username, displayName };
    return this.#executor.execute(
      accountAggregate,
      accountId,
      command,
      areaId,
      withoutSecret(this.#vault, context, shown),
    );
  }

  /** An account whose owner signs in at the identity provider; its id follows from issuer and subject. */
  async openExternal(details: ExternalAccountDetails, context: CommandContext): Promise<AccountOutcome> {
    const issuer = this.#requireIssuer();
    const { areaId } = details;
    const subject = cleanText(details.subject, { field: 'subject', max: 255 });
    const displayName = cleanName(details.displayName);
    const accountId = externalAccountIdOf({ issuer, subject }, this.#vault);
    const command = { type: 'OpenExternalAccount', accountId, areaId, issuer, subject, displayName } as const;
    return this.#executor.execute(accountAggregate, accountId, command, areaId, context);
  }

  /** Ends every session of the account. */
  signOutEverywhere(accountId: string, at: Instant, context: CommandContext): Promise<AccountOutcome> {
    return this.change(accountId, { type: 'SignOutEverywhere', at }, context);
  }

  /** @param admits default: everyone, for the operator */
  async change(
    accountId: string,
    order: AccountOrder,
    context: CommandContext,
    admits: Admission = () => true,
  ): Promise<AccountOutcome> {
    const account = await knownAccount(this.#executor, accountId, context);
    if (!admits(account)) throw noSuchAccount();
    // Whoever was erased must not come back by another way than the password that is gone.
    if (order.type === 'EnableAccount') await this.#requireNotErased(account);
    const command = order.type === 'DisableAccount' ? { ...order, at: context.recordedAt } : order;
    return this.#executor.execute(accountAggregate, accountId, command, account.areaId, context);
  }

  #requireIssuer(): string {
    if (this.#issuer === undefined) throw new InvalidInput('No identity provider is configured: set OIDC_ISSUER.');
    return this.#issuer;
  }

  async #requireNotErased({ username, external, areaId }: KnownAccount): Promise<void> {
    const name = username ?? external?.subject;
    if (name === undefined || (await this.#vault.open(name, areaId)) !== undefined) return;
    throw new Rejected({ code: 'PERSON_ERASED', message: 'The personal data of this person was erased.' });
  }
}

function cleanName(displayName: string | null): string | null {
  return displayName === null ? null : cleanText(displayName, { field: 'displayName', max: 64 });
}

/** @throws NotFound when there is none */
export async function knownAccount(
  executor: CommandExecutor,
  accountId: string,
  { signal }: CommandContext,
): Promise<KnownAccount> {
  const { state } = await executor.load(accountAggregate, accountId, signal);
  if (state.status === 'NONE') throw noSuchAccount();
  return state;
}

export function noSuchAccount(): NotFound {
  return new NotFound('There is no such account.');
}

/**
 * The stored fingerprint of a command is a fast hash: one that covered a password would let whoever holds the vault
 * guess it a million times faster than argon2 allows. A repeat is told by everything else.
 */
export function withoutSecret(
  vault: Pick<PersonalDataOpener, 'fingerprint'>,
  context: CommandContext,
  shown: JsonObject,
): CommandContext {
  return { ...context, commandHash: vault.fingerprint(shown) };
}
