// Access tokens of an identity provider (OpenID Connect; RFC 9068): signed by it with a public-key algorithm, made for this
// server and nobody else, short-lived. Whom they stand for here is an account that was opened for issuer and subject.
import { decodeJwt, errors, jwtVerify } from 'jose';
import type { Clock, Instant } from '#libs/kernel';
import { DAY, instantOf, MINUTE, SECOND, toEpoch, Unauthenticated } from '#libs/kernel';
import type { PersonalDataOpener } from './personal-data-opener.ts';
import type { ProviderAddress } from './provider-keys.ts';
import { ProviderKeys } from './provider-keys.ts';
import { externalAccountIdOf } from './username.ts';

/** Never a symmetric one: its secret would be the public key, which everybody has. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
const TYPE = 'at+jwt';
const CLOCKS_APART = MINUTE;
/** However far off a token's own end is. */
const LONGEST_LIFE = DAY;
const LONGEST_TOKEN = 4_096;

export interface ExternalIssuer extends ProviderAddress {
  /** What its tokens for this server say they are for. */
  readonly audience: string;
}

/** Whom a good token stands for; there need not be such an account. */
export interface ExternalIdentity {
  readonly accountId: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export class ExternalTokens {
  readonly issuer: string;
  readonly #audience: string;
  readonly #keys: ProviderKeys;
  readonly #clock: Clock;
  readonly #vault: Pick<PersonalDataOpener, 'fingerprint'>;

  constructor(issuer: ExternalIssuer, clock: Clock, vault: Pick<PersonalDataOpener, 'fingerprint'>) {
    this.issuer = issuer.issuer;
    this.#audience = issuer.audience;
    this.#keys = new ProviderKeys(issuer);
    this.#clock = clock;
    this.#vault = vault;
  }

  /** Whether a token says that it comes from this issuer; only `verify` tells whether it does. */
  claims(token: string): boolean {
    try {
      return token.length <= LONGEST_TOKEN && decodeJwt(token).iss === this.issuer;
    } catch {
      return false;
    }
  }

  /**
   * @throws Unauthenticated, always with the same sentence, for a token that is not, or no longer, good
   * @throws Unavailable when the issuer's keys cannot be had
   */
  async verify(token: string): Promise<ExternalIdentity> {
    const now = toEpoch(this.#clock.now());
    try {
      const { payload } = await jwtVerify(token, this.#keys.keyFor, {
        algorithms: ALGORITHMS,
        typ: TYPE,
        issuer: this.issuer,
        audience: this.#audience,
        requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp'],
        maxTokenAge: LONGEST_LIFE / SECOND,
        currentDate: new Date(now),
        clockTolerance: CLOCKS_APART / SECOND,
      });
      const { sub = '', exp = 0, iat = 0 } = payload;
      const [issuedAt, expiresAt] = [iat * SECOND, Math.min(exp * SECOND, iat * SECOND + LONGEST_LIFE)];
      // A clock that is ahead lets a token begin early, and none end late.
      if (sub === '' || expiresAt <= now) throw notGood();
      const accountId = externalAccountIdOf({ issuer: this.issuer, subject: sub }, this.#vault);
      return { accountId, issuedAt: instantOf(issuedAt), expiresAt: instantOf(expiresAt) };
    } catch (error) {
      throw error instanceof errors.JOSEError ? notGood() : error;
    }
  }
}

function notGood(): Unauthenticated {
  return new Unauthenticated('The access token is not valid, or no longer. Sign in again.');
}
