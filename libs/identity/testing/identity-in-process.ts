// The whole of identity over a store and a vault, as the composition root puts it together, with everything in sight.
import { createHmac } from 'node:crypto';
import { CommandExecutor, CurrentStates } from '#libs/commands';
import type { EventStore } from '#libs/event-store';
import type { Clock } from '#libs/kernel';
import { rateLimitsInMemory } from '#libs/platform';
import type { PersonalDataVault } from '#libs/privacy';
import { AccessTokens } from '../application/access-tokens.ts';
import type { AreaScopes } from '../application/account-viewer.ts';
import { accountAggregate } from '../application/account.aggregate.ts';
import { AccountDesk } from '../application/account.desk.ts';
import type { ExternalTokens } from '../application/external-tokens.ts';
import { PasswordDesk } from '../application/password.desk.ts';
import { PasswordHasher } from '../application/password-hasher.ts';
import { RefreshTokens } from '../application/refresh-tokens.ts';
import { sessionAggregate } from '../application/session.aggregate.ts';
import { SessionDesk } from '../application/session.desk.ts';
import { SignIn } from '../application/sign-in.ts';
import { SignInLimits } from '../application/sign-in-limits.ts';
import { ViewerLookup } from '../application/viewer-lookup.ts';

export interface IdentityOptions {
  readonly store: EventStore;
  readonly vault: PersonalDataVault;
  readonly clock: Clock;
  readonly areas: AreaScopes;
  readonly passwords?: PasswordHasher;
  readonly external?: ExternalTokens;
  readonly onReuse?: () => void;
}

export type IdentityInProcess = ReturnType<typeof identityInProcess>;

export function identityInProcess(options: IdentityOptions) {
  const { store, vault, clock, areas, external, onReuse } = options;
  const executor = new CommandExecutor(store, vault);
  const [accounts, sessions] = [new CurrentStates(store, accountAggregate), new CurrentStates(store, sessionAggregate)];
  const hash = (key: string) => createHmac('sha256', 'secret').update(key).digest('base64url');
  const [passwords, limits] = [options.passwords ?? new PasswordHasher(), new SignInLimits(rateLimitsInMemory(hash))];
  const tokens = new AccessTokens({ secret: vault.deriveSecret('access tokens'), clock });
  const refreshTokens = new RefreshTokens(vault.deriveSecret('refresh tokens'));
  const shared = { executor, accounts, sessions, vault, passwords, limits, areas, tokens };
  const watched = onReuse ? { onReuse } : {};
  const sessionDesk = new SessionDesk({ ...shared, accessTokens: tokens, refreshTokens, clock, ...watched });
  return {
    tokens,
    refreshTokens,
    sessionDesk,
    accounts: new AccountDesk(executor, passwords, vault, external?.issuer),
    passwords: new PasswordDesk(shared),
    signIn: new SignIn({ ...shared, sessions: sessionDesk }),
    viewers: new ViewerLookup({ ...shared, external }),
  };
}
