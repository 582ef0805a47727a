// Sessions as clients hold them, in a world that believes the address a proxy tells, so that each test fails from an address
// of its own.
import type { RecordedEvent } from '#libs/event-store';
import type { Role } from '#libs/identity';
import type { ApiOptions } from './api.ts';
import { Api } from './api.ts';
import type { Answer } from './client.ts';
import type { Json } from './person.ts';
import type { Member, World } from './world.ts';
import { makeWorld } from './world.ts';

export const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { accessToken expiresAt refreshToken refreshExpiresAt account { id } }
}`;
export const REFRESH = `mutation ($input: RefreshInput!) {
  refresh(input: $input) { accessToken expiresAt refreshToken refreshExpiresAt account { id } }
}`;
export const ME = '{ me { id sessions { id openedAt lastRefreshedAt current } } }';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
}

export class Sessions {
  readonly api: Api;
  readonly world: World;

  private constructor(api: Api, world: World) {
    this.api = api;
    this.world = world;
  }

  static async open(options: ApiOptions = {}): Promise<Sessions> {
    const api = await Api.start({ ...options, environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    return new Sessions(api, await makeWorld(api));
  }

  close(): Promise<void> {
    return this.api.stop();
  }

  /** Signs in an account that holds the role in the community. */
  member(role: Role): Promise<Member> {
    return this.world.member(role);
  }

  async login(who: Member, password = this.world.password): Promise<Tokens> {
    const { data, errors, text } = await this.api.ask<Json>(LOGIN, { input: { username: who.username, password } });
    if (errors) throw new Error(text);
    return data.login;
  }

  refresh(refreshToken: string): Promise<Answer<Json>> {
    return this.api.ask<Json>(REFRESH, { input: { refreshToken } });
  }

  /** Of an answer to who shows this access token. */
  async statusOf(token: string): Promise<number> {
    return (await this.api.ask(ME, {}, token)).status;
  }

  async eventsOf(tokens: Tokens): Promise<readonly RecordedEvent[]> {
    const { events } = await this.api.application.foundation.store.readStream(`session-${sessionOf(tokens)}`);
    return events;
  }

  /** Sends from an address nobody else has. */
  from(address: string): (query: string, input: object) => Promise<Answer<Json>> {
    return (query, input) =>
      this.api.send<Json>(JSON.stringify({ query, variables: { input } }), { 'x-forwarded-for': address });
  }
}

/** Of the session an access token names. */
export function sessionOf({ accessToken }: Tokens): string {
  return (JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;
}
