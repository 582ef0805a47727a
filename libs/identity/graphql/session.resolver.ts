// Signing in, staying signed in, signing out, and one's own password.
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/graphql-kit';
import { Access, anyone, CLOCK, CommandContexts, GraphQLContext, PersonalTexts, signedIn } from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { NotFound } from '#libs/kernel';
import type { AccountOutcome } from '../application/account.desk.ts';
import { AccountDesk } from '../application/account.desk.ts';
import { PasswordDesk } from '../application/password.desk.ts';
import { SessionDesk } from '../application/session.desk.ts';
import { SignIn } from '../application/sign-in.ts';
import { ViewerLookup } from '../application/viewer-lookup.ts';
import type { KnownAccount } from '../domain/account.decider.ts';
import { accountOf, AccountPayload } from './account.types.ts';
import {
  ChangePasswordInput,
  LoginInput,
  LogoutEverywhereInput,
  LogoutInput,
  RefreshInput,
  SessionInput,
} from './session.inputs.ts';
import { LoginPayload, loginPayloadOf, SessionEndedPayload } from './session.types.ts';

@Resolver()
export class SessionResolver {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SessionDesk) private readonly sessions: SessionDesk,
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(PasswordDesk) private readonly passwords: PasswordDesk,
    @Inject(ViewerLookup) private readonly viewers: ViewerLookup,
    @Inject(CommandContexts) private readonly contexts: CommandContexts,
    @Inject(PersonalTexts) private readonly texts: PersonalTexts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Mutation(() => LoginPayload, {
    description:
      'Signs in and opens a session; wrong name, wrong password and disabled are one answer. After ten failures of a name it is RATE_LIMITED for a quarter of an hour.',
  })
  @Access(anyone)
  async login(
    @Args('input') { username, password }: LoginInput,
    @Context() { clientNetwork }: GraphQLContext,
  ): Promise<LoginPayload> {
    return loginPayloadOf(await this.signIn.withPassword(username, password, clientNetwork), this.texts);
  }

  @Mutation(() => LoginPayload, {
    description:
      'Goes on with a session, sixty times in a quarter of an hour at most. A refresh token is used once; used again after ten seconds, it ends the session.',
  })
  @Access(anyone)
  async refresh(
    @Args('input') { refreshToken }: RefreshInput,
    @Context() { clientNetwork }: GraphQLContext,
  ): Promise<LoginPayload> {
    return loginPayloadOf(await this.signIn.withRefreshToken(refreshToken, clientNetwork), this.texts);
  }

  @Mutation(() => SessionEndedPayload, { description: 'Ends the session that asks, at once, open sockets included.' })
  @Access(signedIn)
  async logout(
    @Args('input', { nullable: true, type: () => LogoutInput }) _: LogoutInput | undefined,
    @Context() context: GraphQLContext,
  ): Promise<SessionEndedPayload> {
    const viewer = context.requireViewer();
    const { sessionId } = viewer;
    if (sessionId === undefined) throw new NotFound('There is no session to end here: sign out at your provider.');
    return { sessionId, position: await this.sessions.end(sessionId, await this.#accountOf(viewer)) };
  }

  @Mutation(() => SessionEndedPayload, {
    description: 'Ends one of your own sessions, at once, open sockets included.',
  })
  @Access(signedIn)
  async endSession(
    @Args('input') input: SessionInput,
    @Context() context: GraphQLContext,
  ): Promise<SessionEndedPayload> {
    const viewer = context.requireViewer();
    const { sessionId } = input;
    const surroundings = this.contexts.of(viewer, 'EndSession', input);
    return { sessionId, position: await this.sessions.end(sessionId, await this.#accountOf(viewer), surroundings) };
  }

  @Mutation(() => AccountPayload, { description: 'Ends every session of yours, the one that asks included.' })
  @Access(signedIn)
  async logoutEverywhere(
    @Args('input') input: LogoutEverywhereInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const viewer = context.requireViewer();
    const surroundings = this.contexts.of(viewer, 'SignOutEverywhere', input);
    return this.#payload(
      context,
      await this.accounts.signOutEverywhere(viewer.accountId, this.clock.now(), surroundings),
    );
  }

  @Mutation(() => AccountPayload, { description: 'Changes your own password and ends all your other sessions.' })
  @Access(signedIn)
  async changePassword(
    @Args('input') { commandId, ...passwords }: ChangePasswordInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const { accountId, sessionId = null } = context.requireViewer();
    const surroundings = this.contexts.of(context.viewer, 'ChangePassword', { commandId });
    const change = { ...passwords, keptSessionId: sessionId, network: context.clientNetwork };
    return this.#payload(context, await this.passwords.change(accountId, change, surroundings));
  }

  async #accountOf(viewer: Viewer): Promise<KnownAccount> {
    const { state } = await this.viewers.accountOf(viewer);
    if (state.status === 'NONE') throw new NotFound('There is no such account.');
    return state;
  }

  async #payload(context: GraphQLContext, { state, revision, position }: AccountOutcome): Promise<AccountPayload> {
    return { account: await accountOf(state, revision, this.texts.for(context)), position };
  }
}
