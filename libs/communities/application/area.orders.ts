// The commands about areas on the bus. Senders say what they want; times and the parent's level are added behind it.
import type { CommandContext } from '#libs/kernel';
import { Command } from '@nestjs/cqrs';
import type { AreaOrder, AreaOutcome, NewArea } from './area.desk.ts';

/** The new area's id follows from the command id. */
export class AddArea extends Command<AreaOutcome> {
  readonly area: NewArea;
  readonly context: CommandContext;

  constructor(area: NewArea, context: CommandContext) {
    super();
    this.area = area;
    this.context = context;
  }
}

export class OrderOnArea extends Command<AreaOutcome> {
  readonly areaId: string;
  readonly order: AreaOrder;
  readonly context: CommandContext;

  constructor(areaId: string, order: AreaOrder, context: CommandContext) {
    super();
    this.areaId = areaId;
    this.order = order;
    this.context = context;
  }
}
