// Volunteers as the office sees them, and as they see themselves.
import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Access, connectionOf, DateTime, inherited, Position } from '#libs/graphql-kit';
import type { VolunteerStatus } from '../domain/volunteer.state.ts';

export const VolunteerStatusEnum = {
  REGISTERED: 'REGISTERED',
  VERIFIED: 'VERIFIED',
  SUSPENDED: 'SUSPENDED',
} as const satisfies { readonly [S in VolunteerStatus]: S };

registerEnumType(VolunteerStatusEnum, {
  name: 'VolunteerStatus',
  description: 'Whether a volunteer may take tasks.',
  valuesMap: {
    REGISTERED: { description: 'Waits for the office to verify them.' },
    VERIFIED: { description: 'May take tasks while on duty.' },
    SUSPENDED: { description: 'May not take tasks until `suspendedUntil`, or until reinstated when that is null.' },
  },
});

@ObjectType('Volunteer', { description: 'Who helps (志愿者).' })
@Access(inherited)
export class VolunteerType {
  @Field(() => ID, { name: 'id', description: 'Permanent id.' })
  volunteerId!: string;

  @Field(() => ID, { description: 'The community they serve in.' })
  communityId!: string;

  @Field(() => VolunteerStatusEnum, { description: 'Whether they may take tasks, as last recorded.' })
  status!: VolunteerStatus;

  @Field(() => DateTime, { nullable: true, description: 'When a suspension ends by itself.' })
  suspendedUntil!: string | null;

  @Field(() => Int, { description: 'Tasks they hold, against the community’s limit.' })
  openTasks!: number;

  @Field(() => DateTime, { description: 'When they registered.' })
  registeredAt!: string;

  @Field(() => Int, { description: 'Number of its last event, counted from 0; for `expectedRevision`.' })
  revision!: number;
}

export const VolunteerConnection = connectionOf(VolunteerType, 'Volunteer');

@ObjectType({ description: 'A changed volunteer.' })
@Access(inherited)
export class VolunteerPayload {
  @Field(() => VolunteerType, { description: 'The volunteer at its new revision.' })
  volunteer!: VolunteerType;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}
