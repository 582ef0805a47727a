// Hands the orders on the bus to the desk.
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import { RequestDesk } from './request.desk.ts';
import type { RequestOutcome } from './request.orders.ts';
import { OrderOnRequest, RaiseRequest } from './request.orders.ts';

@CommandHandler(RaiseRequest)
export class RaiseRequestHandler implements ICommandHandler<RaiseRequest> {
  readonly #desk: RequestDesk;

  constructor(@Inject(RequestDesk) desk: RequestDesk) {
    this.#desk = desk;
  }

  execute({ details, context }: RaiseRequest): Promise<RequestOutcome> {
    return this.#desk.raise(details, context);
  }
}

@CommandHandler(OrderOnRequest)
export class OrderOnRequestHandler implements ICommandHandler<OrderOnRequest> {
  readonly #desk: RequestDesk;

  constructor(@Inject(RequestDesk) desk: RequestDesk) {
    this.#desk = desk;
  }

  execute({ requestId, order, admits, context }: OrderOnRequest): Promise<RequestOutcome> {
    return this.#desk.order(requestId, order, admits, context);
  }
}
