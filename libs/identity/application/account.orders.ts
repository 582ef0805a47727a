// The commands on the bus: open an account, and change something about one. Passwords are the desk's own affair.
import type { CommandContext } from '#libs/kernel';
import { Command } from '@nestjs/cqrs';
import type {
  AccountDetails,
  AccountOrder,
  AccountOutcome,
  Admission,
  ExternalAccountDetails,
} from './account.desk.ts';

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

/** The account's id follows from the identity provider and its subject. */
export class OpenExternalAccount extends Command<AccountOutcome> {
  readonly details: ExternalAccountDetails;
  readonly context: CommandContext;

  constructor(details: ExternalAccountDetails, context: CommandContext) {
    super();
    this.details = details;
    this.context = context;
  }
}

export class OrderOnAccount extends Command<AccountOutcome> {
  readonly accountId: string;
  readonly order: AccountOrder;
  readonly admits: Admission;
  readonly context: CommandContext;

  constructor(accountId: string, order: AccountOrder, admits: Admission, context: CommandContext) {
    super();
    this.accountId = accountId;
    this.order = order;
    this.admits = admits;
    this.context = context;
  }
}
