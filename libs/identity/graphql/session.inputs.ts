// What is sent to sign in, to stay signed in, and to sign out. Passwords and tokens are never kept.
import { Field, ID, InputType } from '@nestjs/graphql';
import { CreationInput, IsId, PlainText } from '#libs/graphql-kit';
import { LONGEST_PASSWORD } from '../application/password-rules.ts';

const PASSWORD = { max: LONGEST_PASSWORD };
const TOKEN = { max: 4_096 };

@InputType({ description: 'Signing in.' })
export class LoginInput {
  @Field(() => ID, { nullable: true, description: 'Not needed: every sign-in opens a session of its own.' })
  @IsId()
  commandId?: string;

  @Field(() => String, { description: 'The account’s name; case does not matter.' })
  @PlainText({ max: 64 })
  username!: string;

  @Field(() => String, { description: 'Its password.' })
  @PlainText(PASSWORD)
  password!: string;
}

@InputType({ description: 'Staying signed in.' })
export class RefreshInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Not needed: sent again within ten seconds, the same refresh token gets the same successor.',
  })
  @IsId()
  commandId?: string;

  @Field(() => String, { description: 'The last one that was given out.' })
  @PlainText(TOKEN)
  refreshToken!: string;
}

@InputType({ description: 'Signing out.' })
export class LogoutInput {
  @Field(() => ID, { nullable: true, description: 'Not needed: a session ends once.' })
  @IsId()
  commandId?: string;
}

@InputType({ description: 'Signing out of every session.' })
export class LogoutEverywhereInput extends CreationInput {}

@InputType({ description: 'Which session.' })
export class SessionInput extends CreationInput {
  @Field(() => ID, { description: 'The session, one of your own.' })
  @IsId()
  sessionId!: string;
}

@InputType({ description: 'Another password for your own account.' })
export class ChangePasswordInput extends CreationInput {
  @Field(() => String, { description: 'The one it has.' })
  @PlainText(PASSWORD)
  currentPassword!: string;

  @Field(() => String, { description: '12 to 128 characters, and none of the commonest.' })
  @PlainText(PASSWORD)
  newPassword!: string;
}
