// The request as the resident sees it who shows its code: where it stands and what they said themselves. Nobody's
// personal data, and of the office's texts only those that are meant for the resident.
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Access, DateTime, inherited, LocalDate, personalTo, Position } from '#libs/graphql-kit';
import type { Satisfaction } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { RequestStatusEnum, SatisfactionEnum } from './request.types.ts';

const TO_WHO_HAS_CODE_AND_NUMBER = personalTo('who has the code and the number');

@ObjectType({ description: 'What a resident says of the result.' })
@Access(inherited)
export class ResultRating {
  @Field(() => SatisfactionEnum, { description: 'How satisfied.' })
  satisfaction!: Satisfaction;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is solved; null when not said.' })
  solved!: boolean | null;

  @Field(() => String, { nullable: true, description: 'In the resident’s words; personal data.' })
  @Access(personalTo('who works with the request, and who has its code and number'))
  comment!: string | null;

  @Field(() => DateTime, { description: 'When it was said last.' })
  ratedAt!: string;
}

@ObjectType({ description: 'An order as the resident follows it.' })
@Access(inherited)
export class TrackedOrder {
  @Field(() => RequestStatusEnum, { description: 'Where it stands.' })
  status!: RequestStatus;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  category!: string;

  @Field(() => DateTime, { description: 'When it was reported.' })
  reportedAt!: string;

  @Field(() => DateTime, { description: 'When it is due.' })
  dueAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was first offered to volunteers.' })
  offeredAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When somebody took it who has it now.' })
  acceptedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was reported done.' })
  doneAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the office confirmed the result.' })
  resolvedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was resolved, declined or withdrawn.' })
  closedAt!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'When it is looked at again, in long-term follow-up.' })
  reviewOn!: string | null;

  @Field(() => String, { nullable: true, description: 'What was done, once the office has confirmed it.' })
  @Access(TO_WHO_HAS_CODE_AND_NUMBER)
  result!: string | null;

  @Field(() => String, { nullable: true, description: 'Why the office could not take it on, where it is declined.' })
  @Access(TO_WHO_HAS_CODE_AND_NUMBER)
  declinedBecause!: string | null;

  @Field(() => Int, { description: 'How often it was asked for again (催办).' })
  chaseUps!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was last asked for again.' })
  chasedUpAt!: string | null;

  @Field(() => ResultRating, { nullable: true, description: 'What the resident said of the result.' })
  rating!: ResultRating | null;

  @Field(() => Boolean, { description: 'Whether partner organisations may learn the contact data.' })
  consentToPartners!: boolean;

  @Field(() => Boolean, { description: 'Whether it can still be withdrawn.' })
  canWithdraw!: boolean;

  @Field(() => Boolean, { description: 'Whether it can be asked for again.' })
  canChaseUp!: boolean;

  @Field(() => Boolean, { description: 'Whether the result can be rated.' })
  canRate!: boolean;
}

@ObjectType({ description: 'An order that was placed. Keep the code: it is not shown again.' })
@Access(inherited)
export class PlacedOrder {
  @Field(() => String, { description: 'By it and the telephone’s last four digits the order is followed.' })
  trackingCode!: string;

  @Field(() => RequestStatusEnum, { description: 'Where it stands.' })
  status!: RequestStatus;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  category!: string;

  @Field(() => DateTime, { description: 'When it is due.' })
  dueAt!: string;

  @Field(() => Position, { description: 'Of the order in the log.' })
  position!: string;
}

@ObjectType({ description: 'An order that the resident changed.' })
@Access(inherited)
export class TrackedOrderPayload {
  @Field(() => TrackedOrder, { description: 'The order as it is now.' })
  order!: TrackedOrder;

  @Field(() => Position, { description: 'Of the last event.' })
  position!: string;
}
