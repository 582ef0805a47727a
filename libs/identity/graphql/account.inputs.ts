// What is sent to sign in and to manage accounts. Passwords are never kept, names only encrypted.
import { Field, ID, InputType } from '@nestjs/graphql';
import { CommandInput, CreationInput, IsId, PlainText } from '#libs/graphql-kit';
import { LONGEST_PASSWORD } from '../application/password-rules.ts';
import type { Role } from '../domain/role.ts';
import { RoleEnum } from './account.types.ts';

const NAME = { max: 64 };
const PASSWORD = { max: LONGEST_PASSWORD };

@InputType({ description: 'Signing in.' })
export class LoginInput {
  @Field(() => ID, { nullable: true, description: 'Not needed: signing in changes nothing.' })
  @IsId()
  commandId?: string;

  @Field(() => String, { description: 'The account’s name; case does not matter.' })
  @PlainText(NAME)
  username!: string;

  @Field(() => String, { description: 'Its password.' })
  @PlainText(PASSWORD)
  password!: string;
}

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

@InputType({ description: 'Which account.' })
export class AccountInput extends CommandInput {
  @Field(() => ID, { description: 'The account.' })
  @IsId()
  accountId!: string;
}

@InputType({ description: 'A role to grant or to take away.' })
export class RoleInput extends AccountInput {
  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => ID, { description: 'The area it holds in, with every area below.' })
  @IsId()
  areaId!: string;
}
