// Access tokens: short-lived JWTs (RFC 9068 shape) that name account and session and nothing else. What the account may do,
// and whether the session still counts, is looked up for every request, so a token in wrong hands is worth ten minutes at
// most, and nothing once its session has ended.
import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock, Instant } from '#libs/kernel';
import { BoundedCache, instantOf, MINUTE, SECOND, toEpoch, Unauthenticated } from '#libs/kernel';

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'bangbangwo';
const AUDIENCE = 'bangbangwo-api';
const LIFETIME = 10 * MINUTE;
/** How far the clock of the process that issued a token may be ahead of the one that reads it. */
const CLOCKS_APART = MINUTE;
const LONGEST_TOKEN = 1_024;

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: Instant;
}

export interface VerifiedToken {
  readonly accountId: string;
  readonly sessionId: string;
  readonly expiresAt: Instant;
}

export interface AccessTokenOptions {
  /** At least 32 bytes, for this purpose only: `vault.deriveSecret('access tokens')`. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  /** Verified tokens remembered until they expire, so that most requests cost no cryptography; default 4,096. */
  readonly remembered?: number;
}

export class AccessTokens {
  readonly #secret: Uint8Array;
  readonly #clock: Clock;
  readonly #verified: BoundedCache<string, VerifiedToken>;

  constructor({ secret, clock, remembered = 4_096 }: AccessTokenOptions) {
    this.#secret = secret;
    this.#clock = clock;
    this.#verified = new BoundedCache(remembered);
  }

  /** @param noLaterThan when the session ends */
  async issue(accountId: string, sessionId: string, noLaterThan: Instant): Promise<IssuedToken> {
    const issuedAt = Math.floor(toEpoch(this.#clock.now()) / SECOND);
    const expiresAt = Math.min(issuedAt + LIFETIME / SECOND, Math.floor(toEpoch(noLaterThan) / SECOND));
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(accountId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setJti(randomUUID())
      .sign(this.#secret);
    return { accessToken, expiresAt: instantOf(expiresAt * SECOND) };
  }

  /** @throws Unauthenticated, always with the same sentence, for a token that is not, or no longer, good */
  async verify(token: string): Promise<VerifiedToken> {
    const now = this.#clock.now();
    const known = this.#verified.get(token);
    if (known) {
      if (now < known.expiresAt) return known;
      this.#verified.delete(token);
      throw notGood();
    }
    const verified = await this.#check(token, now);
    this.#verified.set(token, verified);
    return verified;
  }

  async #check(token: string, now: Instant): Promise<VerifiedToken> {
    if (token.length > LONGEST_TOKEN) throw notGood();
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'sid'],
        maxTokenAge: LIFETIME / SECOND,
        currentDate: new Date(toEpoch(now)),
        clockTolerance: CLOCKS_APART / SECOND,
      });
      const { sub = '', exp = 0, iat = 0, sid } = payload;
      // A clock that is ahead lets a token begin early, and none end late.
      if (exp * SECOND <= toEpoch(now) || toEpoch(now) - iat * SECOND > LIFETIME) throw notGood();
      return { accountId: sub, sessionId: String(sid), expiresAt: instantOf(exp * SECOND) };
    } catch (error) {
      throw error instanceof errors.JOSEError ? notGood() : error;
    }
  }
}

function notGood(): Unauthenticated {
  return new Unauthenticated('The access token is not valid, or no longer. Sign in again.');
}
