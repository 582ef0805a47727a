// The commands about volunteers on the bus. Senders say what they want and whose record they may touch; times and
// facts about others are added behind it.
import type { CommandContext } from '#libs/kernel';
import { Command } from '@nestjs/cqrs';
import type { VolunteerAdmission, VolunteerDetails, VolunteerOrder, VolunteerOutcome } from './volunteer.desk.ts';

/** Registers a volunteer at the context's `occurredAt`; the id follows from the command id. */
export class RegisterVolunteer extends Command<VolunteerOutcome> {
  readonly details: VolunteerDetails;
  readonly context: CommandContext;

  constructor(details: VolunteerDetails, context: CommandContext) {
    super();
    this.details = details;
    this.context = context;
  }
}

export class OrderOnVolunteer extends Command<VolunteerOutcome> {
  readonly volunteerId: string;
  readonly order: VolunteerOrder;
  readonly admits: VolunteerAdmission;
  readonly context: CommandContext;

  constructor(volunteerId: string, order: VolunteerOrder, admits: VolunteerAdmission, context: CommandContext) {
    super();
    this.volunteerId = volunteerId;
    this.order = order;
    this.admits = admits;
    this.context = context;
  }
}
