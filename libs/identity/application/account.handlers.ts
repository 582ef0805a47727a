import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { ChangePassword, OpenAccount, OrderOnAccount } from './account.orders.ts';
import type { AccountOutcome } from './accounts.ts';
import { Accounts } from './accounts.ts';

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  readonly #accounts: Accounts;

  constructor(@Inject(Accounts) accounts: Accounts) {
    this.#accounts = accounts;
  }

  execute({ details, context }: OpenAccount): Promise<AccountOutcome> {
    return this.#accounts.open(details, context);
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  readonly #accounts: Accounts;

  constructor(@Inject(Accounts) accounts: Accounts) {
    this.#accounts = accounts;
  }

  execute({ accountId, password, context }: ChangePassword): Promise<AccountOutcome> {
    return this.#accounts.changePassword(accountId, password, context);
  }
}

@CommandHandler(OrderOnAccount)
export class OrderOnAccountHandler implements ICommandHandler<OrderOnAccount> {
  readonly #accounts: Accounts;

  constructor(@Inject(Accounts) accounts: Accounts) {
    this.#accounts = accounts;
  }

  execute({ accountId, order, context }: OrderOnAccount): Promise<AccountOutcome> {
    return this.#accounts.change(accountId, order, context);
  }
}
