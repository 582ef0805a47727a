// The request as office and supervisors see it.
import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Access, connectionOf, DateTime, inherited, LocalDate, personalTo, Position } from '#libs/graphql-kit';
import type { Channel, Satisfaction } from '../domain/request.events.ts';
import { CHANNELS, SATISFACTIONS } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';

const enumOf = <T extends string>(values: readonly T[]) =>
  Object.fromEntries(values.map((value) => [value, value])) as { [K in T]: K };

export const ChannelEnum = enumOf(CHANNELS);
export const RequestStatusEnum = enumOf(REQUEST_STATUSES);
export const SatisfactionEnum = enumOf(SATISFACTIONS);

registerEnumType(ChannelEnum, { name: 'Channel', description: 'How a request came in (来源).' });
registerEnumType(RequestStatusEnum, { name: 'RequestStatus', description: 'Where a request stands.' });
registerEnumType(SatisfactionEnum, {
  name: 'Satisfaction',
  description: 'What the resident says when called back (回访).',
});

@ObjectType({
  description: 'Who reported. Personal data: null where it was not given, was erased, or is not for the viewer.',
})
@Access(personalTo('who is shown the reporter'))
export class Reporter {
  @Field(() => String, { nullable: true, description: 'Name as given.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone as given.' })
  phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Exact address.' })
  address!: string | null;
}

@ObjectType('Request', { description: 'What a resident asks for (诉求), from report to call-back.' })
@Access(inherited)
export class RequestType {
  @Field(() => ID, { name: 'id', description: 'Id of the request.' })
  requestId!: string;

  @Field(() => ID, { description: 'The community that received it.' })
  communityId!: string;

  @Field(() => Int, { description: 'Number of its last event, counted from 0; for `expectedRevision`.' })
  revision!: number;

  @Field(() => String, { nullable: true, description: 'Number in the paper ledger, where there is one.' })
  ledgerNumber!: string | null;

  @Field(() => ChannelEnum, { description: 'How it came in.' })
  channel!: Channel;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  category!: string;

  @Field(() => String, { nullable: true, description: 'Building and door, such as 11门.' })
  building!: string | null;

  @Field(() => RequestStatusEnum, { description: 'Where it stands.' })
  status!: RequestStatus;

  @Field(() => DateTime, { description: 'When it was reported.' })
  reportedAt!: string;

  @Field(() => LocalDate, { description: 'Day of the report in the community; figures count by it.' })
  reportedOn!: string;

  @Field(() => DateTime, { description: 'When it is due, by the catalogue in force at the report.' })
  dueAt!: string;

  @Field(() => ID, { nullable: true, description: 'The last offer made of it.' })
  taskId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The volunteer who holds or did it.' })
  volunteerId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was first dispatched.' })
  dispatchedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Accept-by time of the last offer.' })
  acceptBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the volunteer accepted.' })
  acceptedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When work began.' })
  startedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the handler declared it done.' })
  doneAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the office confirmed the result.' })
  resolvedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was resolved, declined or withdrawn.' })
  closedAt!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Next review in follow-up.' })
  reviewOn!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the call-back is due.' })
  callBackDueAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the resident was called back.' })
  calledBackAt!: string | null;

  @Field(() => SatisfactionEnum, { nullable: true, description: 'What the resident says.' })
  satisfaction!: Satisfaction | null;

  @Field(() => Int, { description: 'How often it was sent back or reopened.' })
  reworks!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was last escalated.' })
  escalatedAt!: string | null;

  @Field(() => Int, { description: 'How often the resident asked again (催办).' })
  chaseUps!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the resident last asked again.' })
  chasedUpAt!: string | null;
}

export const RequestConnection = connectionOf(RequestType, 'Request');
export const DispositionConnection = connectionOf(RequestType, 'Disposition');
export const ReviewConnection = connectionOf(RequestType, 'Review');

@ObjectType({ description: 'A changed request.' })
@Access(inherited)
export class RequestPayload {
  @Field(() => RequestType, { description: 'The request at its new revision.' })
  request!: RequestType;

  @Field(() => String, {
    nullable: true,
    description:
      'To tell the resident: with it and the telephone’s last four digits they follow the request. Null for requests of the paper ledger and without a number.',
  })
  trackingCode!: string | null;

  @Field(() => Position, { description: 'Of the last event; give it to a query as `atLeast` to read your own write.' })
  position!: string;
}

@ObjectType({ description: 'The filter that lists exactly the requests counted; put it into `requests`.' })
@Access(inherited)
export class RequestFilterEcho {
  @Field(() => ID, { nullable: true, description: 'One community; null: all the viewer may see.' })
  communityId!: string | null;

  @Field(() => [RequestStatusEnum], { nullable: true, description: 'Where they stand; null: anywhere.' })
  status!: readonly RequestStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Category code; null: all.' })
  category!: string | null;

  @Field(() => ChannelEnum, { nullable: true, description: 'Channel; null: all.' })
  channel!: Channel | null;

  @Field(() => LocalDate, { nullable: true, description: 'First report day.' })
  reportedFrom!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Last report day.' })
  reportedTo!: string | null;
}

@ObjectType({ description: 'A number of requests and the filter that lists exactly these.' })
@Access(inherited)
export class Count {
  @Field(() => Int, { description: 'How many.' })
  value!: number;

  @Field(() => RequestFilterEcho, { description: 'Put into `requests`, it lists exactly these.' })
  filter!: RequestFilterEcho;
}

@ObjectType({ description: 'What was left out of a denominator.' })
@Access(inherited)
export class Exclusion {
  @Field(() => String, { description: 'Why, as a code.' })
  reason!: string;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'A share, always with what it is made of.' })
@Access(inherited)
export class Rate {
  @Field(() => Int, { description: 'Above the line.' })
  numerator!: number;

  @Field(() => Int, { description: 'Below the line.' })
  denominator!: number;

  @Field(() => Float, { nullable: true, description: 'Numerator ÷ denominator; null when there is no data.' })
  value!: number | null;

  @Field(() => [Exclusion], { description: 'What the denominator leaves out.' })
  exclusions!: readonly Exclusion[];
}
