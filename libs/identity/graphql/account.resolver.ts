// Signing in, and who is signed in.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Access, anyone, GraphQLContext, PersonalTexts } from '#libs/graphql-kit';
import { SignIn } from '../application/sign-in.ts';
import { ViewerLookup } from '../application/viewer-lookup.ts';
import { LoginInput } from './account.inputs.ts';
import { accountOf, AccountType, LoginPayload } from './account.types.ts';

@Resolver(() => AccountType)
export class AccountResolver {
  readonly #signIn: SignIn;
  readonly #viewers: ViewerLookup;
  readonly #texts: PersonalTexts;

  constructor(
    @Inject(SignIn) signIn: SignIn,
    @Inject(ViewerLookup) viewers: ViewerLookup,
    @Inject(PersonalTexts) texts: PersonalTexts,
  ) {
    this.#signIn = signIn;
    this.#viewers = viewers;
    this.#texts = texts;
  }

  @Mutation(() => LoginPayload, { description: 'Signs in; wrong name, wrong password and disabled are one answer.' })
  @Access(anyone)
  async login(@Args('input') { username, password }: LoginInput): Promise<LoginPayload> {
    const { accessToken, expiresAt, account, revision } = await this.#signIn.withPassword(username, password);
    return {
      accessToken,
      expiresAt,
      account: await accountOf(account, revision, this.#texts.forOwner(account.accountId)),
    };
  }

  @Query(() => AccountType, { nullable: true, description: 'The signed-in account; null when nobody is signed in.' })
  @Access(anyone)
  async me(@Context() context: GraphQLContext): Promise<AccountType | null> {
    const { viewer } = context;
    if (!viewer) return null;
    const { state, revision } = await this.#viewers.accountOf(viewer);
    return accountOf(state, revision, this.#texts.for(context));
  }
}
