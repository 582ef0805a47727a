// What a sign-in, a refresh and a sign-out answer.
import { Field, ID, ObjectType } from '@nestjs/graphql';
import type { PersonalTexts } from '#libs/graphql-kit';
import { Access, DateTime, inherited, Position } from '#libs/graphql-kit';
import type { Instant } from '#libs/kernel';
import type { SessionTokens } from '../application/session.desk.ts';
import { accountOf, AccountType } from './account.types.ts';

@ObjectType({ description: 'The answer to a sign-in, and to each refresh after it.' })
@Access(inherited)
export class LoginPayload {
  @Field(() => String, { description: 'Send it as `Authorization: Bearer …`, or as `token` when a socket connects.' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends; refresh before.' })
  expiresAt!: Instant;

  @Field(() => String, {
    description: 'For `refresh`, once: each answer has the next one. Keep it where nobody else can read it.',
  })
  refreshToken!: string;

  @Field(() => DateTime, { description: 'Until when the session can be refreshed; each refresh moves it.' })
  refreshExpiresAt!: Instant;

  @Field(() => AccountType, { description: 'Who is signed in.' })
  account!: AccountType;
}

@ObjectType({ description: 'A session that has ended.' })
@Access(inherited)
export class SessionEndedPayload {
  @Field(() => ID, { description: 'Its id.' })
  sessionId!: string;

  @Field(() => Position, { description: 'For `atLeast` of a query that is to see the change.' })
  position!: Position;
}

export async function loginPayloadOf(tokens: SessionTokens, texts: PersonalTexts): Promise<LoginPayload> {
  const { account, revision, ...rest } = tokens;
  return { ...rest, account: await accountOf(account, revision, texts.forOwner(account.accountId)) };
}
