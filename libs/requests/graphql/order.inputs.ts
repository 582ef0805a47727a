// What residents without an account send, and what the office enters for those who call.
import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { ValidateNested } from 'class-validator';
import { CreationInput, IsId, PlainText } from '#libs/graphql-kit';
import type { Satisfaction } from '../domain/request.events.ts';
import { Building, BUILDING_TEXT } from './clear-labels.ts';
import { RequestInput } from './request.inputs.ts';
import { SatisfactionEnum } from './request.types.ts';

const LINE = { max: 64 };
const ENDING = { max: 16 };
const TEXT = { max: 2_000, lines: true };

const CODE = { description: 'The tracking code, in any spelling: `7KQ2-M4XN-0RZC-8W5D-P`.' };
const PHONE_ENDING = { description: 'The last four digits of the telephone number given with the order.' };
const CONSENT =
  'That a partner organisation that takes the task learns name, telephone and address. Can be withdrawn at any time.';

@InputType({ description: 'Who orders. Personal data; leave out what is not needed.' })
export class OrderReporterInput {
  @Field(() => String, { nullable: true, description: 'Name, 64 characters at most.' })
  @PlainText(LINE)
  name?: string;

  @Field(() => String, { description: 'Telephone, 32 characters at most; its last four digits go with the code.' })
  @PlainText({ max: 32 })
  phone!: string;

  @Field(() => String, { nullable: true, description: 'Exact address, 200 characters at most.' })
  @PlainText({ max: 200 })
  address?: string;
}

@InputType({ description: 'An order by web form (点单): reported online, now, without an account.' })
export class PlaceOrderInput extends CreationInput {
  @Field(() => ID, { description: 'The community it is for; `communities` lists them.' })
  @IsId()
  communityId!: string;

  @Field(() => String, { description: 'Category code of the catalogue.' })
  @PlainText(LINE)
  category!: string;

  @Field(() => String, { description: 'What is asked for, 2,000 characters at most. Kept encrypted.' })
  @PlainText(TEXT)
  matter!: string;

  @Field(() => String, { nullable: true, description: BUILDING_TEXT })
  @Building()
  building?: string;

  @Field(() => OrderReporterInput, { description: 'Who orders.' })
  @ValidateNested()
  reporter!: OrderReporterInput;

  @Field(() => Boolean, { nullable: true, description: `${CONSENT} Default: no.` })
  consentToPartners?: boolean;
}

@ArgsType()
export class TrackOrderArgs {
  @Field(() => String, CODE)
  @PlainText(LINE)
  code!: string;

  @Field(() => String, PHONE_ENDING)
  @PlainText(ENDING)
  phoneEnding!: string;
}

/** Of every mutation by code. */
@InputType({ isAbstract: true })
export abstract class OrderInput extends CreationInput {
  @Field(() => String, CODE)
  @PlainText(LINE)
  code!: string;

  @Field(() => String, PHONE_ENDING)
  @PlainText(ENDING)
  phoneEnding!: string;
}

@InputType({ description: 'The resident asks again (催办).' })
export class ChaseUpOrderInput extends OrderInput {
  @Field(() => String, { nullable: true, description: 'What to add, 2,000 characters at most. Kept encrypted.' })
  @PlainText(TEXT)
  note?: string;
}

@InputType({ description: 'The resident no longer asks for it.' })
export class WithdrawOrderInput extends OrderInput {
  @Field(() => String, { nullable: true, description: 'Why, if you like.' })
  @PlainText(TEXT)
  reason?: string;
}

@InputType({ description: 'What the resident says of the result. Given again, it replaces what was said.' })
export class RateOrderInput extends OrderInput {
  @Field(() => SatisfactionEnum, { description: 'How satisfied.' })
  satisfaction!: Satisfaction;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is solved.' })
  solved?: boolean;

  @Field(() => String, { nullable: true, description: 'In your own words, 2,000 characters at most. Kept encrypted.' })
  @PlainText(TEXT)
  comment?: string;
}

@InputType({ description: 'Gives or withdraws the consent for partner organisations.' })
export class ChangeOrderConsentInput extends OrderInput {
  @Field(() => Boolean, { description: CONSENT })
  consent!: boolean;
}

@InputType({ description: 'A resident asks again (催办), through the office.' })
export class ChaseUpRequestInput extends RequestInput {
  @Field(() => String, { nullable: true, description: 'What they say, 2,000 characters at most.' })
  @PlainText(TEXT)
  note?: string;
}

@InputType({ description: 'What the resident told the office about partner organisations.' })
export class RecordPartnerConsentInput extends RequestInput {
  @Field(() => Boolean, { description: CONSENT })
  given!: boolean;
}
