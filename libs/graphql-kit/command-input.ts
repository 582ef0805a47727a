import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { Matches, Min } from 'class-validator';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A lower-case UUID. */
export function IsId(): PropertyDecorator {
  return Matches(UUID, { message: 'must be a lower-case UUID' });
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
