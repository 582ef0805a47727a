// Who is signed in, and where else.
import { Inject } from '@nestjs/common';
import { Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import { Access, anyone, CLOCK, GraphQLContext, inherited, PersonalTexts, READ_MODELS } from '#libs/graphql-kit';
import type { Clock, Instant } from '#libs/kernel';
import { ViewerLookup } from '../application/viewer-lookup.ts';
import { keepsSession } from '../domain/account.decider.ts';
import { expiryOf } from '../domain/session.decider.ts';
import type { SessionTables } from '../read-models/session-list.query.ts';
import { SessionQueries } from '../read-models/session-list.query.ts';
import { accountOf, AccountType, SessionType } from './account.types.ts';

@Resolver(() => AccountType)
export class AccountResolver {
  readonly #viewers: ViewerLookup;
  readonly #texts: PersonalTexts;
  readonly #sessions: SessionQueries;
  readonly #clock: Clock;

  constructor(
    @Inject(ViewerLookup) viewers: ViewerLookup,
    @Inject(PersonalTexts) texts: PersonalTexts,
    @Inject(READ_MODELS) readModels: Kysely<SessionTables>,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#viewers = viewers;
    this.#texts = texts;
    this.#sessions = new SessionQueries(readModels);
    this.#clock = clock;
  }

  @Query(() => AccountType, { nullable: true, description: 'The signed-in account; null when nobody is signed in.' })
  @Access(anyone)
  async me(@Context() context: GraphQLContext): Promise<AccountType | null> {
    const { viewer } = context;
    if (!viewer) return null;
    const { state, revision } = await this.#viewers.accountOf(viewer);
    return accountOf(state, revision, this.#texts.for(context));
  }

  @ResolveField(() => [SessionType], {
    nullable: true,
    description: 'Where it is signed in, latest first; null for any account but your own.',
  })
  @Access(inherited)
  async sessions(@Parent() { id }: AccountType, @Context() { viewer }: GraphQLContext): Promise<SessionType[] | null> {
    if (viewer?.accountId !== id) return null;
    const { state } = await this.#viewers.accountOf(viewer);
    const now = this.#clock.now();
    return (await this.#sessions.ofAccount(id))
      .map((row) => ({ ...row, openedAt: row.openedAt as Instant, refreshedAt: row.refreshedAt as Instant }))
      .filter((row) => state.status !== 'NONE' && keepsSession(state, row) && now < expiryOf(row))
      .map(({ sessionId, openedAt, refreshedAt }) => {
        return { id: sessionId, openedAt, lastRefreshedAt: refreshedAt, current: sessionId === viewer.sessionId };
      });
  }
}
