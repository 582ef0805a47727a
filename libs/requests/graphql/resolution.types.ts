// The figures of the ledger, each with what it is made of.
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Access, DateTime, inherited, Position } from '#libs/graphql-kit';
import { Count, Rate, RequestType } from './request.types.ts';

@ObjectType({ isAbstract: true })
@Access(inherited)
abstract class Tallied {
  @Field(() => Count, { description: 'Requests reported, without those entered in error or merged into others.' })
  raised!: Count;

  @Field(() => Count, { description: 'Of those, resolved at the cut-off (办结).' })
  resolved!: Count;

  @Field(() => Count, { description: 'Of those, in long-term follow-up at the cut-off (长期跟进).' })
  inFollowUp!: Count;

  @Field(() => Count, { description: 'Of those, neither resolved nor in follow-up, declined or withdrawn.' })
  open!: Count;

  @Field(() => Rate, { description: 'Resolved ÷ raised (解决率).' })
  rate!: Rate;

  @Field(() => Rate, { description: 'The same with follow-ups left out of the denominator.' })
  rateWithoutFollowUp!: Rate;
}

@ObjectType({ description: 'The figures of one category, channel, month or day.' })
@Access(inherited)
export class ResolutionSlice extends Tallied {
  @Field(() => String, { description: 'Category code, channel, report month or report day.' })
  key!: string;
}

@ObjectType({ description: 'Up to when the figures hold, on both clocks.' })
@Access(inherited)
export class CutOff {
  @Field(() => DateTime, { description: 'What happened up to then.' })
  occurredUntil!: string;

  @Field(() => DateTime, { description: 'What we had learnt by then.' })
  recordedUntil!: string;
}

@ObjectType({
  description:
    'How long a leg took: nearest-rank percentiles of the requests that finished it, exact below 128 seconds and ' +
    'within 0.8 % above.',
})
@Access(inherited)
export class Duration {
  @Field(() => Int, { description: 'Requests that finished the leg.' })
  count!: number;

  @Field(() => Int, { nullable: true, description: 'Half took no longer, in seconds; null without data.' })
  medianSeconds!: number | null;

  @Field(() => Int, { nullable: true, description: 'Nine in ten took no longer, in seconds; null without data.' })
  p90Seconds!: number | null;
}

@ObjectType({ description: 'Report → dispatch → accept → done → resolved.' })
@Access(inherited)
export class Durations {
  @Field(() => Duration, { description: 'Report to first dispatch.' })
  toDispatch!: Duration;

  @Field(() => Duration, { description: 'First dispatch to accept.' })
  toAccept!: Duration;

  @Field(() => Duration, { description: 'Accept to done.' })
  toDone!: Duration;

  @Field(() => Duration, { description: 'Done to resolved.' })
  toResolved!: Duration;

  @Field(() => Duration, { description: 'Report to resolved.' })
  inAll!: Duration;
}

@ObjectType({
  description:
    'Done by the deadline ÷ due: what is done, and what is not though its deadline has passed at the cut-off.',
})
@Access(inherited)
export class OnTimeRates {
  @Field(() => Rate, { description: 'Dispatched before the request was due.' })
  dispatched!: Rate;

  @Field(() => Rate, { description: 'Accepted by the accept-by time of the last offer.' })
  accepted!: Rate;

  @Field(() => Rate, { description: 'Resolved by the due time of the catalogue.' })
  resolved!: Rate;

  @Field(() => Rate, { description: 'Called back by the due time of the policy.' })
  calledBack!: Rate;
}

@ObjectType({ description: 'The figures of the reception ledger by a definition.' })
@Access(inherited)
export class Resolution extends Tallied {
  @Field(() => String, { description: 'Id of the definition, such as ledger/1.' })
  definition!: string;

  @Field(() => CutOff, { description: 'Up to when the figures hold.' })
  cutOff!: CutOff;

  @Field(() => Position, { description: 'Place in the log the figures had reached, at least.' })
  position!: string;
}

@ObjectType({ description: 'A request that changed.' })
@Access(inherited)
export class RequestChangedEvent {
  @Field(() => Position, { description: 'Of the event; subscribe again `after` it.' })
  position!: string;

  @Field(() => String, { description: 'What happened, such as TaskAccepted.' })
  type!: string;

  @Field(() => RequestType, { description: 'The request as it is now.' })
  request!: RequestType;
}

@ObjectType({ description: 'A change in a community’s ledger.' })
@Access(inherited)
export class LedgerChangedEvent extends RequestChangedEvent {}
