// Readings of personal data as the auditor sees them: ids, times and names of fields, and nothing of what was read.
import { ArgsType, Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { ValidateNested } from 'class-validator';
import { Access, connectionOf, ConnectionArgs, DateTime, inherited, IsId, Position } from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';

@ObjectType({ description: 'What one account was shown of one person within an hour. Holds no personal data.' })
@Access(inherited)
export class PersonalDataRead {
  @Field(() => ID, { description: 'The community, or the area above it for accounts it looks after.' })
  communityId!: string;

  @Field(() => ID, { description: 'Who read: an account, or `system` for the operator’s command line.' })
  accountId!: string;

  @Field(() => ID, { description: 'Whose data: a reporter, a volunteer or an account’s owner.' })
  personId!: string;

  @Field(() => DateTime, { description: 'The hour it is gathered in, by its beginning.' })
  hour!: string;

  @Field(() => DateTime, { description: 'When it was first read within the hour.' })
  firstAt!: string;

  @Field(() => DateTime, { description: 'When it was last read within the hour.' })
  lastAt!: string;

  @Field(() => Int, { description: 'How often it was read within the hour.' })
  times!: number;
}

export const PersonalDataReadConnection = connectionOf(PersonalDataRead, 'PersonalDataRead');

@ObjectType({ description: 'An account that read of unusually many people within an hour.' })
@Access(inherited)
export class UnusualReading {
  @Field(() => ID, { description: 'The community.' })
  communityId!: string;

  @Field(() => ID, { description: 'Who read.' })
  accountId!: string;

  @Field(() => DateTime, { description: 'The hour, by its beginning.' })
  hour!: string;

  @Field(() => Int, { description: 'Of how many different people.' })
  persons!: number;

  @Field(() => Int, { description: 'How often in all.' })
  times!: number;

  @Field(() => Int, { description: 'From how many people on it counts as unusual.' })
  threshold!: number;
}

@InputType({ description: 'Which readings. Absent fields do not limit; times count by the hour they lie in.' })
export class PersonalDataReadFilter {
  @Field(() => ID, { description: 'The community, or the area above it for accounts it looks after.' })
  @IsId()
  communityId!: string;

  @Field(() => ID, { nullable: true, description: 'Who read.' })
  @IsId()
  accountId?: string;

  @Field(() => ID, { nullable: true, description: 'Whose data.' })
  @IsId()
  personId?: string;

  @Field(() => ID, { nullable: true, description: 'The request whose reporter’s data; not with `personId`.' })
  @IsId()
  requestId?: string;

  @Field(() => DateTime, { nullable: true, description: 'From this hour on.' })
  from?: Instant;

  @Field(() => DateTime, { nullable: true, description: 'Up to this hour, included.' })
  to?: Instant;
}

@ArgsType()
export class PersonalDataReadsArgs extends ConnectionArgs {
  @Field(() => PersonalDataReadFilter, { description: 'Which.' })
  @ValidateNested()
  filter!: PersonalDataReadFilter;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@ArgsType()
export class UnusualReadingArgs {
  @Field(() => ID, { description: 'The community.' })
  @IsId()
  communityId!: string;

  @Field(() => DateTime, { nullable: true, description: 'From this hour on.' })
  from?: Instant;

  @Field(() => DateTime, { nullable: true, description: 'Up to this hour, included.' })
  to?: Instant;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}
