// GraphQL as a client speaks it, over HTTP and WebSocket, to any server.
import request from 'supertest';
import type { JsonObject } from '#libs/kernel';
import type { SocketOptions } from './socket-client.ts';
import { SocketClient } from './socket-client.ts';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly details?: JsonObject };
}

export interface Answer<Data = Record<string, never>> {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly GraphqlError[] | undefined;
  /** `extensions.code` of the first error. */
  readonly code: string | undefined;
  readonly text: string;
}

export class GraphqlClient {
  readonly #addresses: readonly string[];
  readonly #sockets: SocketClient[] = [];
  #asked = 0;

  /** @param addresses such as `http://127.0.0.1:3000`; several are asked in turn */
  constructor(...addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  /** Of the GraphQL endpoint whose turn it is. */
  get url(): string {
    this.#asked += 1;
    return `${this.#addresses[this.#asked % this.#addresses.length] ?? ''}/graphql`;
  }

  /** Sends a GraphQL request as a client does. */
  async ask<Data = Record<string, never>>(
    query: string,
    variables: object = {},
    token?: string,
  ): Promise<Answer<Data>> {
    return this.send<Data>(
      JSON.stringify({ query, variables }),
      token === undefined ? {} : { authorization: `Bearer ${token}` },
    );
  }

  /** Sends any body. */
  async send<Data = Record<string, never>>(body: string, headers: Record<string, string> = {}): Promise<Answer<Data>> {
    const { status, text } = await request(this.url)
      .post('')
      .set({ 'content-type': 'application/json', ...headers })
      .send(body);
    const { data, errors } = JSON.parse(text) as { data: Data; errors?: GraphqlError[] };
    return { status, data, errors, code: errors?.[0]?.extensions.code, text };
  }

  /** A socket that has been let in. */
  async connect(token: string): Promise<SocketClient> {
    const socket = await this.socket();
    socket.send({ type: 'connection_init', payload: { token } });
    await socket.next('connection_ack');
    return socket;
  }

  /** An open socket that has said nothing yet. */
  async socket(options: SocketOptions = {}): Promise<SocketClient> {
    const socket = await SocketClient.open(this.url.replace('http', 'ws'), options);
    this.#sockets.push(socket);
    return socket;
  }

  /** Drops every socket without a word. */
  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
