// One client's socket. What it holds is small and bounded: a viewer, at most twenty subscriptions, no backlog of its own.
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import { toEpoch } from '#libs/kernel';
import type { Viewer } from '../viewer.ts';
import { CloseCode, nextMessage, SOCKET_LIMITS } from './protocol.ts';
import type { Receiver, Subscriber } from './subscriber.ts';

const LITTLE = 65_536;
const LOOK_AGAIN_MS = 20;
const AS_TEXT = { binary: false };

export class Connection {
  readonly socket: WebSocket;
  /** Of the request that opened it; errors and log lines carry it. */
  readonly requestId: string;
  readonly openedAt: number;
  readonly #wire: Socket;
  #seen: number;
  viewer: Viewer | undefined;
  /** Epoch milliseconds; the socket is closed then. */
  expiresAt = Infinity;
  state: 'opened' | 'initialising' | 'acknowledged' = 'opened';
  /** False when the last ping has not been answered. */
  alive = true;
  /** Messages since the last look. */
  messages = 0;
  readonly subscriptions = new Map<string, SocketSubscription>();

  constructor(socket: WebSocket, requestId: string, now: number, wire: Socket) {
    this.socket = socket;
    this.requestId = requestId;
    this.openedAt = now;
    this.#wire = wire;
    this.#seen = wire.bytesRead;
  }

  /** Bytes that have come in since the last call. */
  tookInSinceLook(): number {
    const { bytesRead } = this.#wire;
    const more = bytesRead - this.#seen;
    this.#seen = bytesRead;
    return more;
  }

  acknowledge(viewer: Viewer): void {
    this.viewer = viewer;
    this.expiresAt = viewer.expiresAt === undefined ? Infinity : toEpoch(viewer.expiresAt);
    this.state = 'acknowledged';
    this.send({ type: 'connection_ack' });
  }

  get open(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  send(message: object): void {
    this.sendText(Buffer.from(JSON.stringify(message)));
  }

  /** Sends, or closes the socket of a client that does not read: it can resume after the last position it has. */
  sendText(text: Buffer): void {
    if (!this.open) return;
    if (this.socket.bufferedAmount > SOCKET_LIMITS.backlogBytes)
      this.close(CloseCode.TOO_MUCH, 'Not keeping up; resume with after');
    else this.socket.send(text, AS_TEXT);
  }

  /** Resolves when little of what was sent is still waiting to leave this process. */
  async drained(): Promise<void> {
    while (this.open && this.socket.bufferedAmount > LITTLE) await pause(LOOK_AGAIN_MS, undefined, { ref: false });
  }

  close(code: number, reason: string): void {
    if (this.open) this.socket.close(code, reason);
  }
}

/** A subscription of a connection under the id its client chose. */
export class SocketSubscription implements Receiver<Buffer> {
  readonly #connection: Connection;
  readonly #idText: string;
  readonly #failed: (subscription: SocketSubscription, error: unknown) => void;
  readonly id: string;
  /** Set once the hub has taken it. */
  subscriber: Subscriber | undefined;
  #ended = false;

  constructor(connection: Connection, id: string, failed: (subscription: SocketSubscription, error: unknown) => void) {
    this.#connection = connection;
    this.#idText = JSON.stringify(id);
    this.#failed = failed;
    this.id = id;
  }

  /** Nothing more is sent under its id. */
  hasEnded(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }

  get connection(): Connection {
    return this.#connection;
  }

  get viewer(): Viewer | undefined {
    return this.#connection.viewer;
  }

  next(tail: Buffer): void {
    this.#connection.sendText(nextMessage(this.#idText, tail));
  }

  drained(): Promise<void> {
    return this.#connection.drained();
  }

  fail(error: unknown): void {
    this.#failed(this, error);
  }
}

/** The text of a frame; undefined for a binary one. */
export function textOf(data: RawData, isBinary: boolean): string | undefined {
  return isBinary ? undefined : (data as Buffer).toString('utf8');
}
