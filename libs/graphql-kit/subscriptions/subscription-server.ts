// Subscriptions over WebSocket (graphql-transport-ws), and nothing else over it: own origins only, small frames, few
// subscriptions a socket, a viewer before the first subscription, closed when the token ends.
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Clock, JsonObject } from '#libs/kernel';
import { SECOND, toEpoch } from '#libs/kernel';
import { RequestScope, withinRequest } from '#libs/platform';
import { bearerToken } from '../bearer-token.ts';
import type { Authenticator, Viewer } from '../viewer.ts';
import { Connection, textOf } from './connection.ts';
import type { Operations } from './operations.ts';
import type { ClientMessage } from './protocol.ts';
import { CloseCode, readMessage, SOCKET_LIMITS, SUBPROTOCOL } from './protocol.ts';

export interface SubscriptionServerOptions {
  readonly path: string;
  /** Origins browsers may connect from, beside the one they reach this server under. */
  readonly allowedOrigins: readonly string[];
  readonly authenticator: Authenticator;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly report: (message: string, error: unknown, requestId: string) => void;
  /** Counts one more socket of who asks for it; undefined when there may be no more. What it answers ends the count. */
  readonly admit: (request: IncomingMessage) => (() => void) | undefined;
  /** Answers over HTTP in place of opening a socket. */
  readonly refuse: (socket: Duplex, status: 400 | 403 | 404 | 429) => void;
  readonly requestIdOf: (request: IncomingMessage) => string;
  /** Told how every socket ended: a code of the protocols, or `other`. */
  readonly onClosed: (code: string) => void;
  /** Milliseconds between two looks at the open sockets; default 1 s. */
  readonly lookEveryMs?: number;
}

/** Header of the answer that opens a socket. */
const REQUEST_ID = 'x-request-id';

export class SubscriptionServer {
  readonly #options: SubscriptionServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #requestIds = new WeakMap<IncomingMessage, string>();
  #looking: NodeJS.Timeout | undefined;
  #looks = 0;
  /** How often viewers were looked up again. */
  #refreshes = 0;

  constructor(options: SubscriptionServerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: SOCKET_LIMITS.frameBytes,
      maxFragments: SOCKET_LIMITS.fragments,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#sockets.on('headers', (headers, request) => {
      headers.push(`${REQUEST_ID}: ${this.#requestIds.get(request) ?? ''}`);
    });
    this.#sockets.on('wsClientError', (_error, socket) => options.refuse(socket, 400));
  }

  /** Sockets that are open. */
  get open(): number {
    return this.#connections.size;
  }

  get subscriptions(): number {
    return [...this.#connections.values()].reduce((sum, { subscriptions }) => sum + subscriptions.size, 0);
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#looking = setInterval(() => this.#look(), this.#options.lookEveryMs ?? SECOND);
    this.#looking.unref();
  }

  /** Looks up again who is connected, and ends the connections of accounts that are gone. */
  async refreshViewers(
    concerns: (viewer: Viewer) => boolean,
    lookUp: (viewer: Viewer) => Promise<Viewer | undefined>,
  ): Promise<void> {
    this.#refreshes += 1;
    const known = new Map<string, Promise<Viewer | undefined>>();
    for (const connection of [...this.#connections.values()]) {
      const { viewer } = connection;
      if (!viewer || !concerns(viewer)) continue;
      const key = `${viewer.accountId} ${viewer.sessionId ?? ''} ${viewer.issuedAt ?? ''}`;
      const found = known.get(key) ?? lookUp(viewer);
      known.set(key, found);
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
    const { path, refuse, requestIdOf, admit } = this.#options;
    if (request.url?.split('?')[0] !== path) return refuse(socket, 404);
    if (request.httpVersion !== '1.1') return refuse(socket, 400);
    if (!this.#isAllowedOrigin(request)) return refuse(socket, 403);
    const leave = admit(request);
    if (!leave) return refuse(socket, 429);
    socket.once('close', leave);
    const requestId = requestIdOf(request);
    this.#requestIds.set(request, requestId);
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, requestId, socket));
  }

  #isAllowedOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.#options.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  #open(socket: WebSocket, requestId: string, wire: Duplex): void {
    // A broken frame or lost connection; `close` follows and cleans up. Without a listener it would end the process.
    socket.on('error', () => undefined);
    socket.on('close', (code) => this.#options.onClosed(KNOWN_CODES.has(code) ? String(code) : 'other'));
    if (socket.protocol !== SUBPROTOCOL) {
      socket.close(CloseCode.WRONG_SUBPROTOCOL, 'Subprotocol not acceptable');
      return;
    }
    const connection = new Connection(socket, requestId, this.#now(), wire as Socket);
    this.#connections.set(socket, connection);
    socket.on('message', (data, isBinary) => this.#receive(connection, data, isBinary));
    socket.on('pong', () => (connection.alive = true));
    socket.on('ping', () => this.#count(connection));
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#options.operations.completeAll(connection);
    });
  }

  #receive(connection: Connection, data: RawData, isBinary: boolean): void {
    if (!this.#count(connection)) return;
    const text = textOf(data, isBinary);
    const message = text === undefined ? undefined : readMessage(text);
    if (!message) {
      connection.close(CloseCode.BAD_MESSAGE, 'Invalid message');
      return;
    }
    const scope = new RequestScope(connection.requestId);
    withinRequest(scope, () => this.#handle(connection, message)).catch((error: unknown) => {
      this.#options.report('a WebSocket message could not be handled', error, connection.requestId);
      connection.close(CloseCode.INTERNAL, 'Internal error');
    });
  }

  /** False for one too many, which ends the connection. */
  #count(connection: Connection): boolean {
    connection.messages += 1;
    if (connection.messages <= SOCKET_LIMITS.messagesBetweenLooks) return true;
    connection.close(CloseCode.TOO_MUCH, 'Too many messages');
    return false;
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
    const viewer = token === undefined ? undefined : await this.#introduced(token);
    if (viewer) connection.acknowledge(viewer);
    else if (token === undefined) connection.close(CloseCode.UNAUTHORIZED, 'Unauthorized');
    else connection.close(CloseCode.FORBIDDEN, 'Forbidden');
  }

  /** Whoever changed while they were being looked up was not seen by `refreshViewers`, and is looked up once more. */
  async #introduced(token: string): Promise<Viewer | undefined> {
    for (;;) {
      const before = this.#refreshes;
      const viewer = await this.#options.authenticator.authenticate(token);
      if (before === this.#refreshes) return viewer;
    }
  }

  #look(): void {
    const now = this.#now();
    this.#looks += 1;
    const ping = this.#looks % SOCKET_LIMITS.looksBetweenPings === 0;
    for (const [socket, connection] of this.#connections) {
      connection.messages = 0;
      if (connection.tookInSinceLook() > SOCKET_LIMITS.bytesBetweenLooks)
        connection.close(CloseCode.TOO_MUCH, 'Too many bytes');
      else if (connection.expiresAt <= now) connection.close(CloseCode.UNAUTHORIZED, 'The token has expired');
      else if (connection.state !== 'acknowledged' && now - connection.openedAt > SOCKET_LIMITS.initialiseWithinMs) {
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

/** Of RFC 6455 and the protocol; a client may make up others. */
const KNOWN_CODES: ReadonlySet<number> = new Set([1000, 1002, 1005, 1006, 1007, 1009, ...Object.values(CloseCode)]);
