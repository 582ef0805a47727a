// The graphql-transport-ws protocol's messages, read strictly: what is not one of them closes the socket.
import type { JsonObject } from '#libs/kernel';
import { SECOND } from '#libs/kernel';
import type { SubscribeRequest } from './subscription-document.ts';

export const SUBPROTOCOL = 'graphql-transport-ws';

/** Why a socket is closed; the codes are the protocol's, 4429 also for a client that does not keep up. */
export const CloseCode = {
  GOING_AWAY: 1001,
  INTERNAL: 4500,
  BAD_MESSAGE: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  WRONG_SUBPROTOCOL: 4406,
  INIT_TIMEOUT: 4408,
  DUPLICATE_ID: 4409,
  TOO_MUCH: 4429,
} as const;

/** What one socket may do. Sockets are looked at every second. */
export const SOCKET_LIMITS = {
  /** Of a message, whole or in fragments. */
  frameBytes: 65_536,
  fragments: 64,
  subscriptions: 20,
  initialiseWithinMs: 5 * SECOND,
  /** Pings of the protocol and of WebSocket itself among them. */
  messagesBetweenLooks: 100,
  /** Also of frames that never become a message. */
  bytesBetweenLooks: 1_048_576,
  /** A client that has not answered a ping by the next one is gone. */
  looksBetweenPings: 30,
  /** Bytes waiting to be sent at which a client counts as not keeping up. */
  backlogBytes: 1_048_576,
  idCharacters: 128,
} as const;

export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: JsonObject }
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: SubscribeRequest }
  | { readonly type: 'complete'; readonly id: string };

/** The message, or undefined for anything that is not one a client may send. */
export function readMessage(text: string): ClientMessage | undefined {
  const message = parseObject(text);
  if (!message) return undefined;
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
      return payload == null || isObject(payload) ? { type, payload: payload ?? {} } : undefined;
    case 'ping':
    case 'pong':
      return { type };
    case 'complete':
      return isId(id) ? { type, id } : undefined;
    case 'subscribe':
      return isId(id) && isSubscribeRequest(payload) ? { type, id, payload } : undefined;
    default:
      return undefined;
  }
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= SOCKET_LIMITS.idCharacters && id.isWellFormed();
}

function isSubscribeRequest(payload: unknown): payload is SubscribeRequest & JsonObject {
  if (!isObject(payload)) return false;
  const { query, operationName, variables } = payload;
  return (
    typeof query === 'string' &&
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isObject(variables))
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Everything of a `next` message after its id: the same for every subscriber of a group. */
export function nextTail(result: object): Buffer {
  return Buffer.from(`,"type":"next","payload":${JSON.stringify(result)}}`);
}

/** A `next` message of this subscription, from the part it shares with others. */
export function nextMessage(idText: string, tail: Buffer): Buffer {
  const head = `{"id":${idText}`;
  const length = Buffer.byteLength(head);
  const message = Buffer.allocUnsafe(length + tail.length);
  message.write(head, 0);
  tail.copy(message, length);
  return message;
}
