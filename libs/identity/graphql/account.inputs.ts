// What is sent to manage accounts. Passwords are never kept, names only encrypted.
import { Field, ID, InputType } from '@nestjs/graphql';
import { CommandInput, CreationInput, IsId, PlainText } from '#libs/graphql-kit';
import { LONGEST_PASSWORD } from '../application/password-rules.ts';
import type { Role } from '../domain/role.ts';
import { RoleEnum } from './account.types.ts';

const NAME = { max: 64 };
const PASSWORD = { max: LONGEST_PASSWORD };

@InputType({ description: 'A new account.' })
export class OpenAccountInput extends CreationInput {
  @Field(() => ID, { description: 'The area that looks after it.' })
  @IsId()
  areaId!: string;

  @Field(() => String, { description: '2 to 64 letters, digits or . _ @ + -; kept encrypted.' })
  @PlainText(NAME)
  username!: string;

  @Field(() => String, { nullable: true, description: 'The name others see, 64 characters at most; kept encrypted.' })
  @PlainText(NAME)
  displayName?: string;

  @Field(() => String, { description: '12 to 128 characters, and none of the commonest.' })
  @PlainText(PASSWORD)
  password!: string;
}

@InputType({ description: 'A new account for somebody who signs in at the identity provider.' })
export class OpenExternalAccountInput extends CreationInput {
  @Field(() => ID, { description: 'The area that looks after it.' })
  @IsId()
  areaId!: string;

  @Field(() => String, {
    description: 'What the provider calls the person, letter for letter: the claim `sub`; kept encrypted.',
  })
  @PlainText({ max: 255 })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'The name others see, 64 characters at most; kept encrypted.' })
  @PlainText(NAME)
  displayName?: string;
}

@InputType({ description: 'Which account.' })
export class AccountInput extends CommandInput {
  @Field(() => ID, { description: 'The account.' })
  @IsId()
  accountId!: string;
}

@InputType({ description: 'A volunteer and the account they sign in with.' })
export class LinkVolunteerInput extends AccountInput {
  @Field(() => ID, { description: 'The volunteer.' })
  @IsId()
  volunteerId!: string;
}

@InputType({ description: 'Another password for somebody else’s account.' })
export class ResetPasswordInput extends AccountInput {
  @Field(() => String, { description: '12 to 128 characters, and none of the commonest.' })
  @PlainText(PASSWORD)
  password!: string;
}

@InputType({ description: 'A role to grant or to take away.' })
export class RoleInput extends AccountInput {
  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => ID, { description: 'The area it holds in, with every area below.' })
  @IsId()
  areaId!: string;
}
