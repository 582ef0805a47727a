// What is sent about erasures. None of it is free text, so none of it is personal data.
import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { NotEquals, ValidateNested } from 'class-validator';
import { CommandInput, ConnectionArgs, IsId, Position } from '#libs/graphql-kit';
import type { Grounds, LegalHold, SubjectKind } from '../domain/erasure.events.ts';
import type { ErasureStatus } from '../domain/erasure.state.ts';
import { ErasureStatusEnum, GroundsEnum, LegalHoldEnum, SubjectKindEnum } from './erasure.types.ts';

@InputType({ isAbstract: true })
abstract class SubjectInput extends CommandInput {
  @Field(() => SubjectKindEnum, { description: 'Whose data is meant.' })
  kind!: SubjectKind;

  @Field(() => ID, { description: 'The request, volunteer or account.' })
  @IsId()
  subjectId!: string;
}

@InputType({ description: 'Whose data is to be erased, and why.' })
export class RequestErasureInput extends SubjectInput {
  @Field(() => GroundsEnum, { description: 'Why; `RETENTION` is not for people to give.' })
  @NotEquals('RETENTION', { message: 'must not be RETENTION' })
  grounds!: Exclude<Grounds, 'RETENTION'>;
}

@InputType({ description: 'Whose data must be kept for now, and why.' })
export class PlaceHoldInput extends SubjectInput {
  @Field(() => LegalHoldEnum, { description: 'Why.' })
  reason!: LegalHold;
}

@InputType({ description: 'Which erasure.' })
export class ErasureInput extends CommandInput {
  @Field(() => ID, { description: 'The person’s id, as `Erasure.id`.' })
  @IsId()
  erasureId!: string;
}

@InputType({ description: 'Which erasures of one community. Absent fields do not limit.' })
export class ErasureFilter {
  @Field(() => ID, { nullable: true, description: 'The community; may be left out by who sees only one.' })
  @IsId()
  communityId?: string;

  @Field(() => ErasureStatusEnum, { nullable: true, description: 'Where they stand.' })
  status?: ErasureStatus;
}

@ArgsType()
export class ErasuresArgs extends ConnectionArgs {
  @Field(() => ErasureFilter, { nullable: true, description: 'Which erasures.' })
  @ValidateNested()
  filter?: ErasureFilter;

  @Field(() => Position, { nullable: true, description: 'Wait until the list has taken in this position.' })
  atLeast?: Position;
}
