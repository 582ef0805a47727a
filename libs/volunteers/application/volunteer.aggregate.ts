import type { Aggregate } from '#libs/commands';
import type { VolunteerCommand } from '../domain/volunteer.commands.ts';
import { volunteerDecider } from '../domain/volunteer.decider.ts';
import type { VolunteerEvent } from '../domain/volunteer.events.ts';
import type { VolunteerState } from '../domain/volunteer.state.ts';
import { volunteerCodec } from '../codec/volunteer.codec.ts';

/** Streams are `volunteer-<uuid>`. */
export const volunteerAggregate: Aggregate<VolunteerState, VolunteerCommand, VolunteerEvent> = {
  category: 'volunteer',
  decider: volunteerDecider,
  codec: volunteerCodec,
};
