// Administrators manage the accounts that lie wholly within their areas: a wider account is not theirs to touch, or
// they could rise by it.
import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Kysely } from 'kysely';
import type { Viewer } from '#libs/graphql-kit';
import { Access, CommandContexts, GraphQLContext, PersonalTexts, READ_MODELS, roles } from '#libs/graphql-kit';
import { NotPermitted, Rejected } from '#libs/kernel';
import { VolunteerDesk } from '#libs/volunteers';
import type { AccountOrder, AccountOutcome } from '../application/account.desk.ts';
import { OpenAccount, OpenExternalAccount, OrderOnAccount } from '../application/account.orders.ts';
import { PasswordDesk } from '../application/password.desk.ts';
import { ViewerLookup } from '../application/viewer-lookup.ts';
import type { KnownAccount } from '../domain/account.decider.ts';
import type { Role } from '../domain/role.ts';
import type { AccountTables } from '../read-models/account-list.query.ts';
import { AccountQueries } from '../read-models/account-list.query.ts';
import {
  AccountInput,
  LinkVolunteerInput,
  OpenAccountInput,
  OpenExternalAccountInput,
  ResetPasswordInput,
  RoleInput,
} from './account.inputs.ts';
import { accountOf, AccountPayload } from './account.types.ts';

const ADMINISTERS = ['ADMINISTRATOR'] as const satisfies readonly Role[];

@Resolver()
export class AccountAdministrationResolver {
  readonly #bus: CommandBus;
  readonly #contexts: CommandContexts;
  readonly #passwords: PasswordDesk;
  readonly #texts: PersonalTexts;
  readonly #volunteers: VolunteerDesk;
  readonly #viewers: ViewerLookup;
  readonly #accounts: AccountQueries;

  constructor(
    @Inject(CommandBus) bus: CommandBus,
    @Inject(CommandContexts) contexts: CommandContexts,
    @Inject(PasswordDesk) passwords: PasswordDesk,
    @Inject(PersonalTexts) texts: PersonalTexts,
    @Inject(VolunteerDesk) volunteers: VolunteerDesk,
    @Inject(ViewerLookup) viewers: ViewerLookup,
    @Inject(READ_MODELS) readModels: Kysely<AccountTables>,
  ) {
    this.#bus = bus;
    this.#contexts = contexts;
    this.#texts = texts;
    this.#volunteers = volunteers;
    this.#passwords = passwords;
    this.#viewers = viewers;
    this.#accounts = new AccountQueries(readModels);
  }

  @Mutation(() => AccountPayload, { description: 'Opens an account, without any role yet.' })
  @Access(roles(...ADMINISTERS))
  async openAccount(
    @Args('input') input: OpenAccountInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const viewer = context.requireViewer();
    const { areaId, username, displayName = null, password } = input;
    requireArea(viewer, areaId);
    const surroundings = this.#contexts.of(viewer, 'OpenAccount', input, { communityId: areaId });
    const details = { areaId, username, displayName, password };
    return this.#payload(context, await this.#bus.execute(new OpenAccount(details, surroundings)));
  }

  @Mutation(() => AccountPayload, {
    description: 'Opens an account for somebody who signs in at the identity provider, without any role yet.',
  })
  @Access(roles(...ADMINISTERS))
  async openExternalAccount(
    @Args('input') input: OpenExternalAccountInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const viewer = context.requireViewer();
    const { areaId, subject, displayName = null } = input;
    requireArea(viewer, areaId);
    const surroundings = this.#contexts.of(viewer, 'OpenExternalAccount', input, { communityId: areaId });
    const order = new OpenExternalAccount({ areaId, subject, displayName }, surroundings);
    return this.#payload(context, await this.#bus.execute(order));
  }

  @Mutation(() => AccountPayload, { description: 'Gives an account another password and ends all of its sessions.' })
  @Access(roles(...ADMINISTERS))
  async resetPassword(
    @Args('input') { password, ...input }: ResetPasswordInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const viewer = context.requireViewer();
    const surroundings = this.#contexts.of(viewer, 'ResetPassword', input);
    const admits = (account: KnownAccount) => administers(viewer, account);
    return this.#payload(context, await this.#passwords.reset(input.accountId, password, surroundings, admits));
  }

  @Mutation(() => AccountPayload, { description: 'Grants a role in an area; having it already changes nothing.' })
  @Access(roles(...ADMINISTERS))
  async grantRole(@Args('input') input: RoleInput, @Context() context: GraphQLContext): Promise<AccountPayload> {
    const { role, areaId } = input;
    requireArea(context.requireViewer(), areaId);
    return this.#order(context, input, { type: 'GrantRole', role, areaId });
  }

  @Mutation(() => AccountPayload, { description: 'Takes a role away; it works with the very next request.' })
  @Access(roles(...ADMINISTERS))
  async revokeRole(@Args('input') input: RoleInput, @Context() context: GraphQLContext): Promise<AccountPayload> {
    const { role, areaId } = input;
    return this.#order(context, input, { type: 'RevokeRole', role, areaId });
  }

  @Mutation(() => AccountPayload, {
    description:
      'Says that an account is a volunteer’s: who signs in with it acts as them from now on. Refused while another account of theirs is active, as far as the list of accounts has come.',
  })
  @Access(roles(...ADMINISTERS))
  async linkVolunteer(
    @Args('input') input: LinkVolunteerInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    const { volunteerId } = input;
    const viewer = context.requireViewer();
    await this.#volunteers.read(volunteerId, ({ communityId }) => viewer.may(ADMINISTERS, communityId));
    await this.#requireNoOther(volunteerId, input.accountId);
    return this.#order(context, input, { type: 'LinkVolunteer', volunteerId });
  }

  @Mutation(() => AccountPayload, { description: 'Shuts an account out at once, open sockets included.' })
  @Access(roles(...ADMINISTERS))
  async disableAccount(
    @Args('input') input: AccountInput,
    @Context() context: GraphQLContext,
  ): Promise<AccountPayload> {
    return this.#order(context, input, { type: 'DisableAccount' });
  }

  @Mutation(() => AccountPayload, {
    description:
      'Lets a disabled account in again, with the roles it had. Refused while another account of its volunteer is active, as far as the list of accounts has come.',
  })
  @Access(roles(...ADMINISTERS))
  async enableAccount(@Args('input') input: AccountInput, @Context() context: GraphQLContext): Promise<AccountPayload> {
    const { state } = await this.#viewers.accountOf(input);
    const theirs = state.status !== 'NONE' && administers(context.requireViewer(), state);
    if (theirs && state.volunteerId) await this.#requireNoOther(state.volunteerId, input.accountId);
    return this.#order(context, input, { type: 'EnableAccount' });
  }

  /**
   * Two people with one volunteer's accounts would see each other's tasks, and the residents' contacts in them. Which
   * accounts are the volunteer's comes from a read model, so that two linked at the same moment may both be.
   */
  async #requireNoOther(volunteerId: string, accountId: string): Promise<void> {
    const others = (await this.#accounts.idsOfVolunteer(volunteerId)).filter((id) => id !== accountId);
    const now = await Promise.all(others.map((id) => this.#viewers.accountOf({ accountId: id })));
    if (!now.some(({ state }) => state.status === 'ACTIVE')) return;
    throw new Rejected({ code: 'VOLUNTEER_HAS_ACCOUNT', message: 'The volunteer has another account that is active.' });
  }

  async #order(context: GraphQLContext, input: AccountInput, order: AccountOrder): Promise<AccountPayload> {
    const viewer = context.requireViewer();
    const surroundings = this.#contexts.of(viewer, order.type, input);
    const admits = (account: KnownAccount) => administers(viewer, account);
    return this.#payload(
      context,
      await this.#bus.execute(new OrderOnAccount(input.accountId, order, admits, surroundings)),
    );
  }

  async #payload(context: GraphQLContext, { state, revision, position }: AccountOutcome): Promise<AccountPayload> {
    return { account: await accountOf(state, revision, this.#texts.for(context)), position };
  }
}

function administers(viewer: Viewer, { areaId, grants }: KnownAccount): boolean {
  return [areaId, ...grants.map((grant) => grant.areaId)].every((area) => viewer.may(ADMINISTERS, area));
}

function requireArea(viewer: Viewer, areaId: string): void {
  if (!viewer.may(ADMINISTERS, areaId)) throw new NotPermitted('This area is not yours to administer.');
}
