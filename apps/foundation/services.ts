// The scopes' application services, put together by hand from the foundation: the same for the server, the command
// line and tests.
import { AreaDesk, AreaTree, Catalogues } from '#libs/communities';
import { CurrentStates } from '#libs/commands';
import { AccessTokens, AccountDesk, accountAggregate, PasswordHasher, SignIn, ViewerLookup } from '#libs/identity';
import { FollowedOrders, RequestDesk } from '#libs/requests';
import { DisclosureRecord } from '#libs/disclosures';
import type { ReadRecord } from '#libs/graphql-kit';
import { PersonalTexts } from '#libs/graphql-kit';
import { TaskSlots, VolunteerDesk } from '#libs/volunteers';
import type { Foundation } from './foundation.ts';

export interface Services {
  readonly areas: AreaTree;
  readonly areaDesk: AreaDesk;
  readonly catalogues: Catalogues;
  readonly accountDesk: AccountDesk;
  readonly signIn: SignIn;
  readonly viewers: ViewerLookup;
  readonly volunteerDesk: VolunteerDesk;
  readonly requestDesk: RequestDesk;
  readonly followedOrders: FollowedOrders;
  /** Opens personal data for somebody, and notes it. */
  readonly texts: PersonalTexts;
  /** Where it is recorded that they read it. */
  readonly reads: ReadRecord;
}

/** Resolves once the tree of areas is known. Stopped with the foundation. */
export async function startServices(foundation: Foundation): Promise<Services> {
  const { store, vault, clock, executor, contexts, patience, shutdown, metrics } = foundation;
  const areas = new AreaTree(store);
  await patience.until('event store', () => areas.start());
  shutdown.add('area tree', () => areas.stop());

  const catalogues = new Catalogues(store);
  const passwords = new PasswordHasher();
  const tokens = new AccessTokens({ secret: vault.deriveSecret('access tokens'), clock });
  const currentAccounts = new CurrentStates(store, accountAggregate);
  const slots = new TaskSlots(store, vault, catalogues);
  const requestDesk = new RequestDesk({ executor, catalogues, slots, vault });
  return {
    areas,
    areaDesk: new AreaDesk(executor),
    catalogues,
    accountDesk: new AccountDesk(executor, passwords, vault),
    signIn: new SignIn(currentAccounts, vault, passwords, tokens),
    viewers: new ViewerLookup(currentAccounts, areas, tokens),
    volunteerDesk: new VolunteerDesk(executor, catalogues),
    requestDesk,
    followedOrders: new FollowedOrders(requestDesk, vault, foundation.rateLimits),
    texts: new PersonalTexts(vault),
    reads: new DisclosureRecord(store, vault, contexts, (persons) => metrics.personalDataRead(persons)),
  };
}
