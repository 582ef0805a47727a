// What administrators send. Which values can be put in force is decided by the domain; here is only what can be read.
import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { ArrayMaxSize, ValidateNested } from 'class-validator';
import { CommandInput, ConnectionArgs, CreationInput, IsId, PlainText, Position } from '#libs/graphql-kit';
import type { AreaLevel } from '../domain/area.events.ts';
import type { Urgency } from '../domain/catalogue.ts';
import { CATALOGUE_LIMITS } from '../domain/catalogue-rules.ts';
import { AreaLevelEnum, UrgencyEnum } from './area.types.ts';

const NAME = { max: CATALOGUE_LIMITS.nameLength };
const CODE = { max: 40 };
const UNCHANGED = 'stays as it is when absent.';

@ArgsType()
export class CommunitiesArgs extends ConnectionArgs {
  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@InputType({ description: 'A new street or community.' })
export class AddAreaInput extends CreationInput {
  @Field(() => ID, { description: 'The area it lies in, one level wider.' })
  @IsId()
  parentId!: string;

  @Field(() => AreaLevelEnum, { description: 'What it is.' })
  level!: AreaLevel;

  @Field(() => String, { description: 'Its name, 60 characters at most.' })
  @PlainText(NAME)
  name!: string;
}

@InputType({ description: 'A new name.' })
export class RenameAreaInput extends CommandInput {
  @Field(() => ID, { description: 'The area.' })
  @IsId()
  areaId!: string;

  @Field(() => String, { description: 'Its new name, 60 characters at most.' })
  @PlainText(NAME)
  name!: string;
}

@InputType({ description: 'What a community promises for one kind of request.' })
export class CatalogueEntryInput {
  @Field(() => String, { description: 'Permanent code, such as PLUMBING.' })
  @PlainText(CODE)
  category!: string;

  @Field(() => String, { description: 'Name in the community’s language.' })
  @PlainText(NAME)
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English.' })
  @PlainText(NAME)
  englishName?: string;

  @Field(() => UrgencyEnum, { description: 'What kind of deadline it has.' })
  urgency!: Urgency;

  @Field(() => Int, { nullable: true, description: 'Minutes from report to resolution; default: by the urgency.' })
  resolveWithinMinutes?: number;

  @Field(() => [String], { defaultValue: [], description: 'Codes of the skills a volunteer needs.' })
  @PlainText(CODE)
  skills: string[] = [];
}

@InputType({ description: 'A whole new catalogue; requests raised before keep their deadlines.' })
export class PublishCatalogueInput extends CommandInput {
  @Field(() => ID, { description: 'The community.' })
  @IsId()
  communityId!: string;

  @Field(() => [CatalogueEntryInput], { description: 'One entry for each category, 200 at most.' })
  @ArrayMaxSize(CATALOGUE_LIMITS.entries, { message: `must have ${String(CATALOGUE_LIMITS.entries)} entries or fewer` })
  @ValidateNested({ each: true })
  entries!: CatalogueEntryInput[];
}

@InputType({ description: 'Changes to a community’s periods and limits; what is absent stays as it is.' })
export class SetPolicyInput extends CommandInput {
  @Field(() => ID, { description: 'The community.' })
  @IsId()
  communityId!: string;

  @Field(() => Int, { nullable: true, description: `Minutes to accept an offer made to everyone; ${UNCHANGED}` })
  acceptWindowOpenMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Minutes to accept an offer made to one volunteer; ${UNCHANGED}` })
  acceptWindowDirectedMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Minutes without progress until the reminder; ${UNCHANGED}` })
  claimReminderMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Minutes without progress until the claim lapses; ${UNCHANGED}` })
  claimLapseMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Minutes of silence that approve a hand-over; ${UNCHANGED}` })
  handOverSilenceMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Minutes from closing to the call-back; ${UNCHANGED}` })
  callBackDueMinutes?: number;

  @Field(() => Int, { nullable: true, description: `Tasks one volunteer may hold at a time; ${UNCHANGED}` })
  openTaskLimit?: number;

  @Field(() => String, { nullable: true, description: `IANA name of the time zone days are counted in; ${UNCHANGED}` })
  @PlainText({ max: 64 })
  timeZone?: string;
}
