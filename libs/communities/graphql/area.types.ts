// Areas and communities as everyone sees them: names, catalogue and policy are public.
import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Access, connectionOf, inherited, Position } from '#libs/graphql-kit';
import type { AreaLevel } from '../domain/area.events.ts';
import type { Urgency } from '../domain/catalogue.ts';

export const AreaLevelEnum = {
  DISTRICT: 'DISTRICT',
  STREET: 'STREET',
  COMMUNITY: 'COMMUNITY',
} as const satisfies { readonly [L in AreaLevel]: L };

registerEnumType(AreaLevelEnum, {
  name: 'AreaLevel',
  description: 'How wide an area is.',
  valuesMap: {
    DISTRICT: { description: 'Holds streets (区).' },
    STREET: { description: 'Holds communities (街道).' },
    COMMUNITY: { description: 'Where requests are received (社区).' },
  },
});

export const UrgencyEnum = {
  EMERGENCY: 'EMERGENCY',
  UTILITIES: 'UTILITIES',
  ORDINARY: 'ORDINARY',
  COMPLEX: 'COMPLEX',
} as const satisfies { readonly [U in Urgency]: U };

registerEnumType(UrgencyEnum, {
  name: 'Urgency',
  description: 'What kind of deadline a category has.',
  valuesMap: {
    EMERGENCY: { description: 'Danger to people: hours; 2 by default.' },
    UTILITIES: { description: 'Water, heating, light: 24 hours by default.' },
    ORDINARY: { description: '7 days by default.' },
    COMPLEX: { description: 'Several parties are needed: 15 days by default.' },
  },
});

@ObjectType('CatalogueEntry', { description: 'What a community promises for one kind of request (派单目录).' })
@Access(inherited)
export class CatalogueEntryType {
  @Field(() => String, { description: 'Permanent code; requests carry it.' })
  category!: string;

  @Field(() => String, { description: 'Name in the community’s language.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English.' })
  englishName!: string | null;

  @Field(() => UrgencyEnum, { description: 'What kind of deadline it has.' })
  urgency!: Urgency;

  @Field(() => Int, { description: 'Minutes from report to resolution.' })
  resolveWithinMinutes!: number;

  @Field(() => [String], { description: 'Codes of the skills a volunteer needs; empty when anybody can help.' })
  skills!: readonly string[];
}

@ObjectType('Catalogue', { description: 'A version of a community’s catalogue.' })
@Access(inherited)
export class CatalogueType {
  @Field(() => Int, { description: '1 is the standard catalogue, in force until the community publishes its own.' })
  version!: number;

  @Field(() => [CatalogueEntryType], { description: 'One entry for each category, in the community’s order.' })
  entries!: readonly CatalogueEntryType[];
}

@ObjectType('CommunityPolicy', { description: 'The periods and limits a community works by.' })
@Access(inherited)
export class PolicyType {
  @Field(() => Int, { description: 'Minutes to accept an offer made to everyone.' })
  acceptWindowOpenMinutes!: number;

  @Field(() => Int, { description: 'Minutes to accept an offer made to one volunteer.' })
  acceptWindowDirectedMinutes!: number;

  @Field(() => Int, { description: 'Minutes without progress until the volunteer is reminded.' })
  claimReminderMinutes!: number;

  @Field(() => Int, { description: 'Minutes without progress until the task goes back to the office.' })
  claimLapseMinutes!: number;

  @Field(() => Int, { description: 'Minutes of silence after which a hand-over is approved.' })
  handOverSilenceMinutes!: number;

  @Field(() => Int, { description: 'Minutes from closing until the resident is to be called back.' })
  callBackDueMinutes!: number;

  @Field(() => Int, { description: 'Tasks one volunteer may hold at a time.' })
  openTaskLimit!: number;

  @Field(() => String, { description: 'IANA name of the time zone days are counted in.' })
  timeZone!: string;
}

@ObjectType('Area', { description: 'A district, a street or a community.' })
@Access(inherited)
export class AreaType {
  @Field(() => ID, { name: 'id', description: 'Permanent id.' })
  areaId!: string;

  @Field(() => AreaLevelEnum, { description: 'How wide it is.' })
  level!: AreaLevel;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'The area it lies in; null for a district.' })
  parentId!: string | null;

  @Field(() => Int, { description: 'Number of its last event, counted from 0; for `expectedRevision`.' })
  revision!: number;
}

@ObjectType('Community', { description: 'A community: where requests are received and dispatched.' })
@Access(inherited)
export class CommunityType {
  @Field(() => ID, { name: 'id', description: 'Permanent id.' })
  areaId!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, { description: 'Number of its last event, counted from 0; for `expectedRevision`.' })
  revision!: number;
}

export const CommunityConnection = connectionOf(CommunityType, 'Community');

@ObjectType({ description: 'A changed area.' })
@Access(inherited)
export class AreaPayload {
  @Field(() => AreaType, { description: 'The area at its new revision.' })
  area!: AreaType;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}

@ObjectType({ description: 'A changed community.' })
@Access(inherited)
export class CommunityPayload {
  @Field(() => CommunityType, { description: 'The community at its new revision.' })
  community!: CommunityType;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}
