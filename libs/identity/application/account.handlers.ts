// Hands the orders on the bus to the desk.
import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import type { AccountOutcome } from './account.desk.ts';
import { AccountDesk } from './account.desk.ts';
import { OpenAccount, OpenExternalAccount, OrderOnAccount } from './account.orders.ts';

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  readonly #desk: AccountDesk;

  constructor(@Inject(AccountDesk) desk: AccountDesk) {
    this.#desk = desk;
  }

  execute({ details, context }: OpenAccount): Promise<AccountOutcome> {
    return this.#desk.open(details, context);
  }
}

@CommandHandler(OpenExternalAccount)
export class OpenExternalAccountHandler implements ICommandHandler<OpenExternalAccount> {
  readonly #desk: AccountDesk;

  constructor(@Inject(AccountDesk) desk: AccountDesk) {
    this.#desk = desk;
  }

  execute({ details, context }: OpenExternalAccount): Promise<AccountOutcome> {
    return this.#desk.openExternal(details, context);
  }
}

@CommandHandler(OrderOnAccount)
export class OrderOnAccountHandler implements ICommandHandler<OrderOnAccount> {
  readonly #desk: AccountDesk;

  constructor(@Inject(AccountDesk) desk: AccountDesk) {
    this.#desk = desk;
  }

  execute({ accountId, order, admits, context }: OrderOnAccount): Promise<AccountOutcome> {
    return this.#desk.change(accountId, order, context, admits);
  }
}
