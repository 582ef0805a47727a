// Hands the orders on the bus to the desk.
import { Inject } from '@nestjs/common';
import type { ICommandHandler } from '@nestjs/cqrs';
import { CommandHandler } from '@nestjs/cqrs';
import { VolunteerDesk } from './volunteer.desk.ts';
import type { VolunteerOutcome } from './volunteer.desk.ts';
import { OrderOnVolunteer, RegisterVolunteer } from './volunteer.orders.ts';

@CommandHandler(RegisterVolunteer)
export class RegisterVolunteerHandler implements ICommandHandler<RegisterVolunteer> {
  readonly #desk: VolunteerDesk;

  constructor(@Inject(VolunteerDesk) desk: VolunteerDesk) {
    this.#desk = desk;
  }

  execute({ details, context }: RegisterVolunteer): Promise<VolunteerOutcome> {
    return this.#desk.register(details, context);
  }
}

@CommandHandler(OrderOnVolunteer)
export class OrderOnVolunteerHandler implements ICommandHandler<OrderOnVolunteer> {
  readonly #desk: VolunteerDesk;

  constructor(@Inject(VolunteerDesk) desk: VolunteerDesk) {
    this.#desk = desk;
  }

  execute({ volunteerId, order, admits, context }: OrderOnVolunteer): Promise<VolunteerOutcome> {
    return this.#desk.order(volunteerId, order, admits, context);
  }
}
