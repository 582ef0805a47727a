// What the office sends. Lengths are those of the paper forms, generously.
import { ArgsType, Field, ID, InputType, OmitType, registerEnumType } from '@nestjs/graphql';
import { ValidateNested } from 'class-validator';
import {
  CommandInput,
  CreationInput,
  ConnectionArgs,
  DateTime,
  IsId,
  LocalDate,
  PlainText,
  Position,
} from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import type { Channel, Satisfaction } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { Building, BUILDING_TEXT, LedgerNumber } from './clear-labels.ts';
import { ChannelEnum, RequestStatusEnum, SatisfactionEnum } from './request.types.ts';

const NAME = { max: 64 };
const PHONE = { max: 32 };
const ADDRESS = { max: 200 };
const CODE = { max: 64 };
const TEXT = { max: 2_000, lines: true };

const OCCURRED = { nullable: true, description: 'When it happened, if not now: for what is entered late.' } as const;

@InputType('RequestFilter', { description: 'Which requests. Absent fields do not limit.' })
export class RequestFilterInput {
  @Field(() => ID, { nullable: true, description: 'One community; default: all the viewer may see.' })
  @IsId()
  communityId?: string;

  @Field(() => [RequestStatusEnum], { nullable: true, description: 'Where they stand.' })
  status?: RequestStatus[];

  @Field(() => String, { nullable: true, description: 'Category code.' })
  @PlainText(CODE)
  category?: string;

  @Field(() => ChannelEnum, { nullable: true, description: 'How they came in.' })
  channel?: Channel;

  @Field(() => LocalDate, { nullable: true, description: 'First report day.' })
  reportedFrom?: string;

  @Field(() => LocalDate, { nullable: true, description: 'Last report day.' })
  reportedTo?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Telephone of the reporter, in any spelling. For the office, in lists of its own community; figures refuse it.',
  })
  @PlainText(PHONE)
  phone?: string;
}

@InputType({ description: 'Report days, both included; absent: unbounded.' })
export class DateRange {
  @Field(() => LocalDate, { nullable: true, description: 'First day.' })
  from?: string;

  @Field(() => LocalDate, { nullable: true, description: 'Last day.' })
  to?: string;
}

export const RequestOrder = { NEWEST_FIRST: 'NEWEST_FIRST', OLDEST_FIRST: 'OLDEST_FIRST' } as const;
registerEnumType(RequestOrder, { name: 'RequestOrder', description: 'By the time of the report.' });

@ArgsType()
export class RequestsArgs extends ConnectionArgs {
  @Field(() => RequestFilterInput, { nullable: true, description: 'Which requests; default all.' })
  @ValidateNested()
  filter?: RequestFilterInput;

  @Field(() => RequestOrder, { defaultValue: RequestOrder.NEWEST_FIRST, description: 'In which order.' })
  orderBy: keyof typeof RequestOrder = RequestOrder.NEWEST_FIRST;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@ArgsType()
export class DispositionsArgs extends OmitType(RequestsArgs, ['orderBy'] as const, ArgsType) {}

@ArgsType()
export class ReviewsDueArgs extends ConnectionArgs {
  @Field(() => LocalDate, {
    description: 'Reviews due on this day or before; the day they are overdue on is the next.',
  })
  by!: string;

  @Field(() => ID, { nullable: true, description: 'One community; default: all the viewer may see.' })
  @IsId()
  communityId?: string;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}

@ArgsType()
export class ResolutionArgs {
  @Field(() => DateRange, { nullable: true, description: 'Report days; default all.' })
  @ValidateNested()
  window?: DateRange;

  @Field(() => RequestFilterInput, { nullable: true, description: 'Which requests; default all.' })
  @ValidateNested()
  filter?: RequestFilterInput;

  @Field(() => String, { defaultValue: 'ledger/1', description: 'Id of the definition to count by.' })
  @PlainText(CODE)
  definition: string = 'ledger/1';

  @Field(() => Position, { nullable: true, description: 'Wait until the figures have taken in this position.' })
  atLeast?: Position;
}

@InputType({ description: 'Who reports. Personal data; leave out what is not needed.' })
export class ReporterInput {
  @Field(() => String, { nullable: true, description: 'Name, 64 characters at most.' })
  @PlainText(NAME)
  name?: string;

  @Field(() => String, { nullable: true, description: 'Telephone, 32 characters at most.' })
  @PlainText(PHONE)
  phone?: string;

  @Field(() => String, { nullable: true, description: 'Exact address, 200 characters at most.' })
  @PlainText(ADDRESS)
  address?: string;
}

@InputType({ description: 'A new request.' })
export class RaiseRequestInput extends CreationInput {
  @Field(() => ID, { description: 'The community that receives it.' })
  @IsId()
  communityId!: string;

  @Field(() => ChannelEnum, { description: 'How it came in.' })
  channel!: Channel;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  @PlainText(CODE)
  category!: string;

  @Field(() => String, { description: 'What is asked for, 2,000 characters at most. Kept encrypted.' })
  @PlainText(TEXT)
  matter!: string;

  @Field(() => ReporterInput, { nullable: true, description: 'Who reports.' })
  @ValidateNested()
  reporter?: ReporterInput;

  @Field(() => String, { nullable: true, description: BUILDING_TEXT })
  @Building()
  building?: string;

  @Field(() => String, { nullable: true, description: 'Number in the paper ledger, such as A-001. Not encrypted.' })
  @LedgerNumber()
  ledgerNumber?: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was reported, if not now.' })
  reportedAt?: Instant;
}

/** Of every mutation on a request by the office. */
@InputType({ isAbstract: true })
export abstract class RequestInput extends CommandInput {
  @Field(() => ID, { description: 'The request.' })
  @IsId()
  requestId!: string;

  @Field(() => DateTime, OCCURRED)
  occurredAt?: Instant;
}

@InputType({ isAbstract: true })
export abstract class ReasonedRequestInput extends RequestInput {
  @Field(() => String, { description: 'Why, 2,000 characters at most.' })
  @PlainText(TEXT)
  reason!: string;
}

@InputType({ description: 'Corrections; absent fields stay as they are.' })
export class CorrectRequestInput extends RequestInput {
  @Field(() => ChannelEnum, { nullable: true, description: 'How it came in.' })
  channel?: Channel;

  @Field(() => String, { nullable: true, description: 'Category code; the due time follows it.' })
  @PlainText(CODE)
  category?: string;

  @Field(() => String, { nullable: true, description: BUILDING_TEXT })
  @Building()
  building?: string;

  @Field(() => String, { nullable: true, description: 'What is asked for.' })
  @PlainText(TEXT)
  matter?: string;

  @Field(() => ReporterInput, {
    nullable: true,
    description: 'Who reported; replaces name, phone and address together.',
  })
  @ValidateNested()
  reporter?: ReporterInput;
}

@InputType({ description: 'An offer to volunteers (派单).' })
export class DispatchRequestInput extends RequestInput {
  @Field(() => ID, { nullable: true, description: 'One volunteer; absent: everyone eligible in the community.' })
  @IsId()
  volunteerId?: string;

  @Field(() => [String], { nullable: true, description: 'Skills needed; default: those of the catalogue.' })
  @PlainText(CODE)
  skills?: string[];

  @Field(() => DateTime, { nullable: true, description: 'Accept-by time; default: the community’s accept window.' })
  acceptBy?: Instant;

  @Field(() => String, {
    nullable: true,
    description:
      'What volunteers read before anyone accepts, 500 characters at most. Put no names, phones or addresses here.',
  })
  @PlainText({ max: 500, lines: true })
  briefing?: string;
}

@InputType({ description: 'Takes a standing offer back.' })
export class RecallOfferInput extends ReasonedRequestInput {}

@InputType({ description: 'The office confirms the result: the request is resolved.' })
export class ConfirmResolutionInput extends RequestInput {
  @Field(() => String, { nullable: true, description: 'How it was solved; needed out of follow-up.' })
  @PlainText(TEXT)
  result?: string;
}

@InputType({ description: 'The result does not satisfy: back to the same volunteer (重办).' })
export class SendBackInput extends ReasonedRequestInput {}

@InputType({ description: 'Reopens a resolved request (重办).' })
export class ReopenRequestInput extends ReasonedRequestInput {}

@InputType({ description: 'What the resident says after closing (回访).' })
export class RecordCallBackInput extends RequestInput {
  @Field(() => Boolean, { description: 'Whether the resident was reached.' })
  reached!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether the resident says it is solved.' })
  solved?: boolean;

  @Field(() => SatisfactionEnum, { nullable: true, description: 'How satisfied the resident is.' })
  satisfaction?: Satisfaction;

  @Field(() => String, { nullable: true, description: 'In the resident’s words.' })
  @PlainText(TEXT)
  note?: string;
}

@InputType({ description: 'Cannot be solved now (长期跟进).' })
export class PlaceInFollowUpInput extends ReasonedRequestInput {
  @Field(() => String, { description: 'What will be done about it.' })
  @PlainText(TEXT)
  plan!: string;

  @Field(() => LocalDate, { description: 'Next review, not before the day it is placed in follow-up.' })
  reviewOn!: string;
}

@InputType({ description: 'A review of a request in follow-up.' })
export class RecordFollowUpInput extends RequestInput {
  @Field(() => String, { description: 'What the review found.' })
  @PlainText(TEXT)
  note!: string;

  @Field(() => LocalDate, { description: 'Next review.' })
  reviewOn!: string;
}

@InputType({ description: 'Out of follow-up, back to be dispatched.' })
export class ResumeFromFollowUpInput extends ReasonedRequestInput {}

@InputType({ description: 'Outside what the office may do. The resident reads the reason who follows by code.' })
export class DeclineRequestInput extends ReasonedRequestInput {}

@InputType({ description: 'The resident no longer asks for it.' })
export class WithdrawRequestInput extends RequestInput {
  @Field(() => String, { nullable: true, description: 'Why, if told.' })
  @PlainText(TEXT)
  reason?: string;
}
