// Subscriptions over WebSocket (graphql-transport-ws), and nothing else over it: own origins only, small frames, few
// subscriptions a socket, a viewer before the first subscription, closed when the token ends.
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Clock, JsonObject } from '#libs/kernel';
import { SECOND, toEpoch } from '#libs/kernel';
import { bearerToken } from '../bearer-token.ts';
import type { Authenticator, Viewer } from '../viewer.ts';
import { Connection, textOf } from './connection.ts';
import type { Operations } from './operations.ts';
import type { ClientMessage } from './protocol.ts';
import { CloseCode, readMessage, SUBPROTOCOL } from './protocol.ts';

export interface SubscriptionServerOptions {
  readonly path: string;
  /** Origins browsers may connect from, beside the one they reach this server under. */
  readonly allowedOrigins: readonly string[];
  readonly authenticator: Authenticator;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly report: (message: string, error: unknown) => void;
}

const LARGEST_FRAME = 65_536;
const INIT_WITHIN = 5 * SECOND;
const LOOK_EVERY = SECOND;
/** In looks. */
const PING_EVERY = 30;
/** Messages a client may send between two looks. */
const MOST_MESSAGES = 100;

export class SubscriptionServer {
  readonly #options: SubscriptionServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<WebSocket, Connection>();
  #looking: NodeJS.Timeout | undefined;
  #looks = 0;

  constructor(options: SubscriptionServerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LARGEST_FRAME,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY);
    this.#looking.unref();
  }

  /** Looks up again who is connected, and ends the connections of accounts that are gone. */
  async refreshViewers(
    concerns: (viewer: Viewer) => boolean,
    lookUp: (viewer: Viewer) => Promise<Viewer | undefined>,
  ): Promise<void> {
    const known = new Map<string, Promise<Viewer | undefined>>();
    for (const connection of [...this.#connections.values()]) {
      const { viewer } = connection;
      if (!viewer || !concerns(viewer)) continue;
      const found = known.get(viewer.accountId) ?? lookUp(viewer);
      known.set(viewer.accountId, found);
      connection.viewer = await found;
      if (!connection.viewer) connection.close(CloseCode.FORBIDDEN, 'Forbidden');
    }
  }

  /** Asks every client to go and waits until they have, a short while. */
  async stop(): Promise<void> {
    clearInterval(this.#looking);
    for (const connection of this.#connections.values()) connection.close(CloseCode.GOING_AWAY, 'Going away');
    const patience = AbortSignal.timeout(SECOND);
    const leaving = [...this.#connections.keys()].map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once('close', () => resolve());
          patience.addEventListener('abort', () => resolve());
        }),
    );
    await Promise.all(leaving);
    for (const socket of this.#connections.keys()) socket.terminate();
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.url?.split('?')[0] !== this.#options.path) refuse(socket, 404);
    else if (!this.#isAllowedOrigin(request)) refuse(socket, 403);
    else this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened));
  }

  #isAllowedOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.#options.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  #open(socket: WebSocket): void {
    // A broken frame or lost connection; `close` follows and cleans up. Without a listener it would end the process.
    socket.on('error', () => undefined);
    if (socket.protocol !== SUBPROTOCOL) {
      socket.close(CloseCode.WRONG_SUBPROTOCOL, 'Subprotocol not acceptable');
      return;
    }
    const connection = new Connection(socket, this.#now());
    this.#connections.set(socket, connection);
    socket.on('message', (data, isBinary) => this.#receive(connection, data, isBinary));
    socket.on('pong', () => (connection.alive = true));
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#options.operations.completeAll(connection);
    });
  }

  #receive(connection: Connection, data: RawData, isBinary: boolean): void {
    connection.messages += 1;
    if (connection.messages > MOST_MESSAGES) {
      connection.close(CloseCode.TOO_MUCH, 'Too many messages');
      return;
    }
    const text = textOf(data, isBinary);
    const message = text === undefined ? undefined : readMessage(text);
    if (!message) {
      connection.close(CloseCode.BAD_MESSAGE, 'Invalid message');
      return;
    }
    this.#handle(connection, message).catch((error: unknown) => {
      this.#options.report('a WebSocket message could not be handled', error);
      connection.close(CloseCode.INTERNAL, 'Internal error');
    });
  }

  async #handle(connection: Connection, message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'connection_init':
        return this.#initialise(connection, message.payload);
      case 'ping':
        connection.send({ type: 'pong' });
        return;
      case 'pong':
        return;
      case 'complete':
        this.#options.operations.complete(connection, message.id);
        return;
      case 'subscribe':
        if (connection.state !== 'acknowledged') connection.close(CloseCode.UNAUTHORIZED, 'Unauthorized');
        else await this.#options.operations.subscribe(connection, message.id, message.payload);
    }
  }

  async #initialise(connection: Connection, payload: JsonObject): Promise<void> {
    if (connection.state !== 'opened') {
      connection.close(CloseCode.TOO_MUCH, 'Too many initialisation requests');
      return;
    }
    connection.state = 'initialising';
    const token =
      typeof payload['token'] === 'string'
        ? payload['token']
        : bearerToken(payload['Authorization'] ?? payload['authorization']);
    const viewer = token === undefined ? undefined : await this.#options.authenticator.authenticate(token);
    if (viewer) connection.acknowledge(viewer);
    else if (token === undefined) connection.close(CloseCode.UNAUTHORIZED, 'Unauthorized');
    else connection.close(CloseCode.FORBIDDEN, 'Forbidden');
  }

  #look(): void {
    const now = this.#now();
    this.#looks += 1;
    const ping = this.#looks % PING_EVERY === 0;
    for (const [socket, connection] of this.#connections) {
      connection.messages = 0;
      if (connection.expiresAt <= now) connection.close(CloseCode.UNAUTHORIZED, 'The token has expired');
      else if (connection.state !== 'acknowledged' && now - connection.openedAt > INIT_WITHIN) {
        connection.close(CloseCode.INIT_TIMEOUT, 'Connection initialisation timeout');
      } else if (ping && !connection.alive) socket.terminate();
      else if (ping) {
        connection.alive = false;
        socket.ping();
      }
    }
  }

  #now(): number {
    return toEpoch(this.#options.clock.now());
  }
}

function refuse(socket: Duplex, status: 403 | 404): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
