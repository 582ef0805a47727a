// The real server in this process, on a free port and a data directory of its own, and clients as the outside has them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application, FoundationOptions } from '#apps/api';
import { createApplication } from '#apps/api';
import type { JsonObject } from '#libs/kernel';
import { readSettings } from '#libs/platform';
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

export interface ApiOptions extends FoundationOptions {
  /** Default: a new one, removed by `stop`. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export class Api {
  readonly application: Application;
  readonly directory: string;
  readonly #ownDirectory: boolean;
  readonly #sockets: SocketClient[] = [];

  private constructor(application: Application, directory: string, ownDirectory: boolean) {
    this.application = application;
    this.directory = directory;
    this.#ownDirectory = ownDirectory;
  }

  static async start({ directory, environment = {}, ...options }: ApiOptions = {}): Promise<Api> {
    const dataDirectory = directory ?? mkdtempSync(join(tmpdir(), 'bangbangwo-e2e-'));
    const settings = readSettings({ DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'silent', ...environment });
    return new Api(await createApplication(settings, options), dataDirectory, directory === undefined);
  }

  get url(): string {
    return `${this.application.url}/graphql`;
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
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as { data: Data; errors?: GraphqlError[] };
    return { status: response.status, data, errors, code: errors?.[0]?.extensions.code, text };
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

  /** Stops the process's part and keeps the data. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.application.close();
  }

  async stop(): Promise<void> {
    await this.close();
    if (this.#ownDirectory) rmSync(this.directory, { recursive: true, force: true });
  }
}
