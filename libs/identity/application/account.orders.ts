// The commands on the bus: open an account, change its password, and every other change.
import type { CommandContext } from '#libs/kernel';
import { Command } from '@nestjs/cqrs';
import type { AccountDetails, AccountOrder, AccountOutcome } from './accounts.ts';

/** The account's id follows from its username. */
export class OpenAccount extends Command<AccountOutcome> {
  readonly details: AccountDetails;
  readonly context: CommandContext;

  constructor(details: AccountDetails, context: CommandContext) {
    super();
    this.details = details;
    this.context = context;
  }
}

export class ChangePassword extends Command<AccountOutcome> {
  readonly accountId: string;
  readonly password: string;
  readonly context: CommandContext;

  constructor(accountId: string, password: string, context: CommandContext) {
    super();
    this.accountId = accountId;
    this.password = password;
    this.context = context;
  }
}

export class OrderOnAccount extends Command<AccountOutcome> {
  readonly accountId: string;
  readonly order: AccountOrder;
  readonly context: CommandContext;

  constructor(accountId: string, order: AccountOrder, context: CommandContext) {
    super();
    this.accountId = accountId;
    this.order = order;
    this.context = context;
  }
}
