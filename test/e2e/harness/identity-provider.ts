// A real OpenID Connect provider (oidc-provider) on a port of its own: its users are clients that ask for tokens of their
// own, its keys can be replaced while it runs, and it can be down.
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What its tokens for us say they are for. */
export const AUDIENCE = 'bangbangwo-test';

export interface SigningKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export class IdentityProvider {
  readonly issuer: string;
  readonly #server: Server;
  readonly #port: number;
  readonly #subjects: readonly string[];
  #answer: RequestListener = () => undefined;
  #keys = new Map<Algorithm, SigningKey>();

  private constructor(server: Server, subjects: readonly string[]) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#subjects = subjects;
    this.issuer = `http://127.0.0.1:${String(this.#port)}`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** @param subjects who can have tokens */
  static async start(...subjects: readonly string[]): Promise<IdentityProvider> {
    const server = createServer();
    await listening(server, 0);
    const provider = new IdentityProvider(server, subjects);
    await provider.replaceKeys();
    return provider;
  }

  /** What a server has to be told about it. */
  get settings(): Readonly<Record<string, string>> {
    return { OIDC_ISSUER: this.issuer, OIDC_AUDIENCE: AUDIENCE };
  }

  key(algorithm: Algorithm): SigningKey {
    const key = this.#keys.get(algorithm);
    if (!key) throw new Error('There is no key yet');
    return key;
  }

  /** From now on it signs with other keys, and publishes only these. */
  async replaceKeys(): Promise<void> {
    const made = ALGORITHMS.map(async (algorithm) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
      const kid = `${algorithm} ${Math.random().toString(36).slice(2)}`;
      return [algorithm, { kid, publicKey, privateKey }] as const;
    });
    this.#keys = new Map(await Promise.all(made));
    const published = [...this.#keys].map(async ([alg, { kid, privateKey }]) => {
      // As many providers do, it does not say of an RSA key which algorithm it is for.
      const purpose = alg.endsWith('S256') && alg !== 'ES256' ? {} : { alg };
      return { ...(await exportJWK(privateKey)), ...purpose, kid, use: 'sig' };
    });
    const keys = await Promise.all(published);
    this.#answer = quietly(() => new Provider(this.issuer, configurationOf(this.#subjects, keys)).callback());
  }

  /** An access token for us, as the provider gives it to this subject over HTTP. */
  async token(subject: string, algorithm: Algorithm = 'RS256'): Promise<string> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: subject,
      client_secret: SECRET,
      resource: `https://api.example.org/${algorithm}`,
    });
    const answer = await fetch(`${this.issuer}/token`, { method: 'POST', body });
    const { access_token: token, ...rest } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(JSON.stringify(rest));
    return token;
  }

  async down(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  up(): Promise<void> {
    return listening(this.#server, this.#port);
  }

  async stop(): Promise<void> {
    if (this.#server.listening) await this.down();
  }
}

const SECRET = 'the secret of every client of this provider';

function configurationOf(subjects: readonly string[], keys: readonly object[]): object {
  const client = { client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post' };
  const grants = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  return {
    clients: subjects.map((subject) => ({ client_id: subject, ...client, ...grants })),
    jwks: { keys },
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: '',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: resource.split('/').at(-1) } },
        }),
      },
    },
  };
}

/** It warns on the console of what no test is about. */
function quietly<T>(work: () => T): T {
  const { info, warn } = console;
  Object.assign(console, { info: () => undefined, warn: () => undefined });
  try {
    return work();
  } finally {
    Object.assign(console, { info, warn });
  }
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
