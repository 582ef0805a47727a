// The scopes' application services, put together by hand from the foundation: the same for the server, the command
// line and tests.
import { AreaDesk, AreaTree, Catalogues } from '#libs/communities';
import { CurrentStates } from '#libs/commands';
import {
  AccessTokens,
  AccountDesk,
  accountAggregate,
  ExternalTokens,
  PasswordDesk,
  PasswordHasher,
  RefreshTokens,
  sessionAggregate,
  SessionDesk,
  SignIn,
  SignInLimits,
  ViewerLookup,
} from '#libs/identity';
import type { Settings } from '#libs/platform';
import { FollowedOrders, RequestDesk } from '#libs/requests';
import { DisclosureRecord } from '#libs/disclosures';
import type { ReadRecord } from '#libs/graphql-kit';
import { PersonalTexts } from '#libs/graphql-kit';
import { TaskSlots, VolunteerDesk } from '#libs/volunteers';
import type { Erasing } from './erasing.ts';
import { startErasing } from './erasing.ts';
import type { Foundation } from './foundation.ts';

export interface Services {
  readonly areas: AreaTree;
  readonly areaDesk: AreaDesk;
  readonly catalogues: Catalogues;
  readonly accountDesk: AccountDesk;
  readonly passwordDesk: PasswordDesk;
  readonly sessionDesk: SessionDesk;
  readonly signIn: SignIn;
  readonly viewers: ViewerLookup;
  readonly volunteerDesk: VolunteerDesk;
  readonly requestDesk: RequestDesk;
  readonly followedOrders: FollowedOrders;
  /** Opens personal data for somebody, and notes it. */
  readonly texts: PersonalTexts;
  /** Where it is recorded that they read it. */
  readonly reads: ReadRecord;
  readonly erasing: Erasing;
}

/** Resolves once the tree of areas is known. Stopped with the foundation. */
export async function startServices(foundation: Foundation): Promise<Services> {
  const { store, vault, executor, contexts, patience, shutdown, metrics } = foundation;
  const areas = new AreaTree(store);
  await patience.until('event store', () => areas.start());
  shutdown.add('area tree', () => areas.stop());

  const catalogues = new Catalogues(store);
  const slots = new TaskSlots(store, vault, catalogues);
  const requestDesk = new RequestDesk({ executor, catalogues, slots, vault });
  const identity = identityServices(foundation, areas);
  return {
    areas,
    areaDesk: new AreaDesk(executor),
    catalogues,
    ...identity,
    volunteerDesk: new VolunteerDesk(executor, catalogues),
    requestDesk,
    followedOrders: new FollowedOrders(requestDesk, vault, foundation.rateLimits),
    texts: new PersonalTexts(vault),
    reads: new DisclosureRecord(store, vault, contexts, (persons) => metrics.personalDataRead(persons)),
    erasing: startErasing(foundation, { areas, accountDesk: identity.accountDesk }),
  };
}

/** Who may come in, and as whom. */
function identityServices(foundation: Foundation, areas: AreaTree) {
  const { store, vault, clock, executor, logger, metrics, rateLimits, settings } = foundation;
  const [accounts, sessions] = [new CurrentStates(store, accountAggregate), new CurrentStates(store, sessionAggregate)];
  const [passwords, limits] = [new PasswordHasher(), new SignInLimits(rateLimits)];
  const tokens = new AccessTokens({ secret: vault.deriveSecret('access tokens'), clock });
  const refreshTokens = new RefreshTokens(vault.deriveSecret('refresh tokens'));
  const onReuse = () => {
    logger.warn('a refresh token was used again; its session was ended');
    metrics.refreshTokenReused();
  };
  const shared = { executor, accounts, sessions, vault, passwords, limits, areas, tokens };
  const sessionDesk = new SessionDesk({ ...shared, accessTokens: tokens, refreshTokens, clock, onReuse });
  const issuer = externalIssuer(settings);
  return {
    accountDesk: new AccountDesk(executor, passwords, vault, issuer?.issuer),
    passwordDesk: new PasswordDesk(shared),
    sessionDesk,
    signIn: new SignIn({ ...shared, sessions: sessionDesk }),
    viewers: new ViewerLookup({ ...shared, external: issuer && new ExternalTokens(issuer, clock, vault) }),
  };
}

function externalIssuer({ oidcIssuer: issuer, oidcAudience: audience, oidcJwksUrl: keysUrl }: Settings) {
  return issuer === undefined || audience === undefined ? undefined : { issuer, audience, keysUrl };
}
