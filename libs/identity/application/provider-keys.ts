// The signing keys an identity provider publishes, found by its own discovery document, fetched when a token names a key
// that is not known, and kept for minutes. A provider that is down, slow or too talkative costs its own tokens only.
import type { JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, customFetch, errors } from 'jose';
import { isKnownFailure, MINUTE, SECOND, Unavailable } from '#libs/kernel';
import { isProviderUrl } from '#libs/platform';

export interface ProviderAddress {
  /** As it stands in tokens. */
  readonly issuer: string;
  /** Where its keys are; default where its discovery document says. */
  readonly keysUrl?: string | undefined;
}

const ANSWER_WITHIN = 3 * SECOND;
/** After keys were fetched: how soon an unknown key id has them fetched again, so that made-up ids cost nothing. */
const FETCH_AGAIN_AFTER = 3 * SECOND;
/** After the provider could not be reached: how soon it is asked again. */
const TRY_AGAIN_AFTER = 2 * SECOND;
const KEPT = 10 * MINUTE;
const LARGEST_ANSWER = 256 * 1024;

export class ProviderKeys {
  readonly #address: ProviderAddress;
  #keys: Promise<JWTVerifyGetKey> | undefined;
  #failedAt = -Infinity;

  constructor(address: ProviderAddress) {
    this.#address = address;
  }

  /**
   * For `jwtVerify`: the key a token's header names.
   *
   * @throws JOSEError when the provider has no such key
   * @throws Unavailable while the provider's keys cannot be had
   */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#discovered();
    try {
      return await keys(header, token);
    } catch (error) {
      if (isKnownFailure(error) || isAboutToken(error)) throw error;
      throw unreachable(error);
    }
  };

  #discovered(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = undefined;
      throw isKnownFailure(error) ? error : unreachable(error);
    });
    return this.#keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const url = this.#address.keysUrl ?? (await this.#keysUrl());
    return createRemoteJWKSet(new URL(url), {
      timeoutDuration: ANSWER_WITHIN,
      cooldownDuration: FETCH_AGAIN_AFTER,
      cacheMaxAge: KEPT,
      [customFetch]: (address, options) => this.#fetch(address, options),
    });
  }

  /** OpenID Connect Discovery 1.0, section 4; a document of another issuer is none (4.3). */
  async #keysUrl(): Promise<string> {
    const { issuer } = this.#address;
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await this.#fetch(address, { signal, redirect: 'manual' });
    if (answer.status !== 200) throw new Error('No discovery document');
    const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
    const { issuer: named, jwks_uri: url } = document;
    if (named !== issuer || typeof url !== 'string' || !isProviderUrl(url)) throw new Error('No use of this document');
    return url;
  }

  /** Asks nobody for a while after a failure: those who wait for a dead provider would hold connections for nothing. */
  async #fetch(url: string, options: RequestInit): Promise<Response> {
    if (performance.now() - this.#failedAt < TRY_AGAIN_AFTER) throw unreachable();
    try {
      const answer = await fetch(url, options);
      return new Response(await boundedText(answer), { status: answer.status === 200 ? 200 : 502 });
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    }
  }
}

/** The token is to blame, and not the provider. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) throw new Error('The answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(cause?: unknown): Unavailable {
  return new Unavailable('The identity provider cannot be asked now. Try again shortly.', {}, { cause });
}
