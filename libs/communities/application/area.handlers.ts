// Hands the orders on the bus to the desk; who adds an area can work in it with the very next request.
import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { AreaDesk } from './area.desk.ts';
import type { AreaOutcome } from './area.desk.ts';
import { AddArea, OrderOnArea } from './area.orders.ts';
import { AreaTree } from './area-tree.ts';

@CommandHandler(AddArea)
export class AddAreaHandler implements ICommandHandler<AddArea> {
  readonly #desk: AreaDesk;
  readonly #tree: AreaTree;

  constructor(@Inject(AreaDesk) desk: AreaDesk, @Inject(AreaTree) tree: AreaTree) {
    this.#desk = desk;
    this.#tree = tree;
  }

  async execute({ area, context }: AddArea): Promise<AreaOutcome> {
    const outcome = await this.#desk.add(area, context);
    await this.#tree.catchUp();
    return outcome;
  }
}

@CommandHandler(OrderOnArea)
export class OrderOnAreaHandler implements ICommandHandler<OrderOnArea> {
  readonly #desk: AreaDesk;

  constructor(@Inject(AreaDesk) desk: AreaDesk) {
    this.#desk = desk;
  }

  execute({ areaId, order, context }: OrderOnArea): Promise<AreaOutcome> {
    return this.#desk.order(areaId, order, context);
  }
}
