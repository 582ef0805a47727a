// What every mutation's input begins with.
import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { Min, ValidateBy } from 'class-validator';
import { isUuid } from '#libs/kernel';

/** A lower-case UUID. */
export function IsId(): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isUuid(value);
  return ValidateBy({ name: 'id', validator: { validate } }, { message: 'must be a lower-case UUID' });
}

/** What the input of every mutation begins with; by itself, of those that create something. */
@InputType({ isAbstract: true })
export abstract class CreationInput {
  @Field(() => ID, {
    description:
      'A UUID the client makes for this command. Sent again, it returns the first result and changes nothing.',
  })
  @IsId()
  commandId!: string;
}

/** Of mutations that act on something that exists. */
@InputType({ isAbstract: true })
export abstract class CommandInput extends CreationInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'The revision the caller saw; when it is no longer the last one, the command is refused with CONFLICT.',
  })
  @Min(0, { message: 'must not be negative' })
  expectedRevision?: number;
}
