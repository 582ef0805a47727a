// Which settings make a house scaled out, and which settings do not go together.
import { InvalidInput } from '#libs/kernel';

interface Given {
  readonly eventStoreUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly keysDatabaseUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly masterKeyFile: string | undefined;
  readonly erasureListFile: string | undefined;
  readonly shutdownSeconds: number;
  readonly drainSeconds: number;
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly oidcJwksUrl: string | undefined;
}

/** Where the servers are when they are not in this process. */
export interface ScaledOut {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
}

/** Undefined when everything is kept in the data directory. */
export function scaledOut({ eventStoreUrl, databaseUrl, keysDatabaseUrl }: Given): ScaledOut | undefined {
  if (eventStoreUrl === undefined || databaseUrl === undefined) return undefined;
  return { eventStoreUrl, databaseUrl, keysDatabaseUrl: keysDatabaseUrl ?? databaseUrl };
}

/** @throws InvalidInput with one sentence when the settings do not go together */
export function requireCombination(given: Given): void {
  for (const [wrong, sentence] of COMBINATIONS) if (wrong(given)) throw new InvalidInput(sentence);
}

/** What does not go together. */
const COMBINATIONS: readonly (readonly [(of: Given) => boolean, string])[] = [
  [
    ({ eventStoreUrl, databaseUrl }) => eventStoreUrl !== undefined && databaseUrl === undefined,
    'EVENTSTORE_URL is set and DATABASE_URL is not: set both to run scaled out, or neither to keep everything in DATA_DIR.',
  ],
  [
    ({ eventStoreUrl, databaseUrl }) => eventStoreUrl === undefined && databaseUrl !== undefined,
    'DATABASE_URL is set and EVENTSTORE_URL is not: set both to run scaled out, or neither to keep everything in DATA_DIR.',
  ],
  [
    ({ databaseUrl, keysDatabaseUrl }) => databaseUrl === undefined && keysDatabaseUrl !== undefined,
    'KEYS_DATABASE_URL is set and DATABASE_URL is not: it goes with EVENTSTORE_URL and DATABASE_URL.',
  ],
  [
    ({ eventStoreUrl, masterKey, masterKeyFile }) =>
      eventStoreUrl !== undefined && masterKey === undefined && masterKeyFile === undefined,
    'Scaled out, every process needs the same master key: set MASTER_KEY or MASTER_KEY_FILE.',
  ],
  [
    ({ eventStoreUrl, erasureListFile }) => eventStoreUrl !== undefined && erasureListFile === undefined,
    'Scaled out, every process needs the same list of erasures: set ERASURE_LIST_FILE to a file on storage they share.',
  ],
  [
    ({ masterKey, masterKeyFile }) => masterKey !== undefined && masterKeyFile !== undefined,
    'MASTER_KEY and MASTER_KEY_FILE are both set: set one of them, so that it is known which counts.',
  ],
  [
    ({ drainSeconds, shutdownSeconds }) => drainSeconds >= shutdownSeconds,
    'DRAIN_SECONDS must be less than SHUTDOWN_SECONDS, which it is a part of: no time would be left to finish what is in progress.',
  ],
  [
    ({ oidcIssuer, oidcAudience }) => (oidcIssuer === undefined) !== (oidcAudience === undefined),
    'OIDC_ISSUER and OIDC_AUDIENCE go together: set both to accept the tokens of an identity provider, or neither.',
  ],
  [
    ({ oidcIssuer, oidcJwksUrl }) => oidcIssuer === undefined && oidcJwksUrl !== undefined,
    'OIDC_JWKS_URL is set and OIDC_ISSUER is not: it goes with OIDC_ISSUER and OIDC_AUDIENCE.',
  ],
];
