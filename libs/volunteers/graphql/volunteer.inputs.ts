// What the office and volunteers send about volunteers. Names, telephones and reasons are kept encrypted.
import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, ValidateNested } from 'class-validator';
import { CommandInput, ConnectionArgs, CreationInput, DateTime, IsId, PlainText, Position } from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import { VOLUNTEER_LIMITS } from '../application/volunteer.desk.ts';
import type { VolunteerStatus } from '../domain/volunteer.state.ts';
import { VolunteerStatusEnum } from './volunteer.types.ts';

const NAME = { max: VOLUNTEER_LIMITS.name };
const PHONE = { max: VOLUNTEER_LIMITS.phone };
const SKILL = { max: 40 };
const REASON = { max: VOLUNTEER_LIMITS.reason, lines: true };
const TOO_MANY_SKILLS = { message: `must have ${String(VOLUNTEER_LIMITS.skills)} skills or fewer` };
const OCCURRED = { nullable: true, description: 'When it happened, if not now: for what is entered late.' } as const;

@InputType({ description: 'Which volunteers of one community. Absent fields do not limit.' })
export class VolunteerFilter {
  @Field(() => ID, { nullable: true, description: 'The community; may be left out by who sees only one.' })
  @IsId()
  communityId?: string;

  @Field(() => VolunteerStatusEnum, { nullable: true, description: 'Whether they may take tasks.' })
  status?: VolunteerStatus;

  @Field(() => Boolean, { nullable: true, description: 'Whether they are on duty.' })
  onDuty?: boolean;

  @Field(() => String, { nullable: true, description: 'Code of a skill they have.' })
  @PlainText(SKILL)
  skill?: string;
}

@ArgsType()
export class VolunteersArgs extends ConnectionArgs {
  @Field(() => VolunteerFilter, { nullable: true, description: 'Which volunteers.' })
  @ValidateNested()
  filter?: VolunteerFilter;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@InputType({ description: 'A new volunteer; the office verifies them afterwards.' })
export class RegisterVolunteerInput extends CreationInput {
  @Field(() => ID, { description: 'The community they will serve in.' })
  @IsId()
  communityId!: string;

  @Field(() => String, { description: 'Name, 100 characters at most. Kept encrypted.' })
  @PlainText(NAME)
  name!: string;

  @Field(() => String, { nullable: true, description: 'Telephone, 32 characters at most. Kept encrypted.' })
  @PlainText(PHONE)
  phone?: string;

  @Field(() => [String], { defaultValue: [], description: 'Codes of their skills.' })
  @PlainText(SKILL)
  @ArrayMaxSize(VOLUNTEER_LIMITS.skills, TOO_MANY_SKILLS)
  skills: string[] = [];

  @Field(() => DateTime, OCCURRED)
  occurredAt?: Instant;
}

@InputType({ description: 'Which volunteer.' })
export class VolunteerInput extends CommandInput {
  @Field(() => ID, { description: 'The volunteer.' })
  @IsId()
  volunteerId!: string;

  @Field(() => DateTime, OCCURRED)
  occurredAt?: Instant;
}

@InputType({ description: 'What a volunteer can do.' })
export class SetVolunteerSkillsInput extends VolunteerInput {
  @Field(() => [String], { description: 'Codes of all their skills; replaces what was there.' })
  @PlainText(SKILL)
  @ArrayMaxSize(VOLUNTEER_LIMITS.skills, TOO_MANY_SKILLS)
  skills!: string[];
}

@InputType({ description: 'Going on or off duty.' })
export class SetDutyInput extends VolunteerInput {
  @Field(() => Boolean, { description: 'Whether they are on duty from now on.' })
  onDuty!: boolean;
}

@InputType({ description: 'A suspension.' })
export class SuspendVolunteerInput extends VolunteerInput {
  @Field(() => String, { description: 'Why, 1,000 characters at most. Kept encrypted.' })
  @PlainText(REASON)
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; absent: when reinstated.' })
  until?: Instant;
}

@InputType({ description: 'A corrected name or telephone; what is absent stays as it is.' })
export class CorrectVolunteerContactInput extends VolunteerInput {
  @Field(() => String, { nullable: true, description: 'Name, 100 characters at most.' })
  @PlainText(NAME)
  name?: string;

  @Field(() => String, { nullable: true, description: 'Telephone, 32 characters at most.' })
  @PlainText(PHONE)
  phone?: string;
}
