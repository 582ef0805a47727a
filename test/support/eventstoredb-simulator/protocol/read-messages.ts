// What a reader is sent: events, checkpoints and the signals of a subscription, already encoded.
import type { StoredEvent } from '../log/stored-event.ts';
import { bytesField, messageField, NONE, varintField } from './wire.ts';

/** Where the tombstone of a stream stands in it. */
const TOMBSTONE_REVISION = 9_223_372_036_854_775_807n;
/** The server counts time in tenths of a microsecond. */
const TICKS_PER_MILLISECOND = 10_000n;

const encoded = new WeakMap<StoredEvent, Uint8Array>();

/** The message that carries the event: encoded once, when it is first read. */
export function eventMessage(event: StoredEvent): Uint8Array {
  let message = encoded.get(event);
  if (!message) encoded.set(event, (message = encodeEvent(event)));
  return message;
}

function encodeEvent(event: StoredEvent): Uint8Array {
  const revision = Number.isFinite(event.revision) ? event.revision : TOMBSTONE_REVISION;
  return messageField(
    1,
    messageField(
      1,
      messageField(1, bytesField(2, event.id)),
      messageField(2, bytesField(3, event.stream)),
      varintField(3, revision),
      varintField(4, event.position),
      varintField(5, event.position),
      property('type', event.type),
      property('created', String(BigInt(event.created) * TICKS_PER_MILLISECOND)),
      property('content-type', event.json ? 'application/json' : 'application/octet-stream'),
      bytesField(7, event.metadata),
      bytesField(8, event.data),
    ),
    varintField(3, event.position),
  );
}

const property = (name: string, value: string): Uint8Array =>
  messageField(6, bytesField(1, name), bytesField(2, value));

export const confirmationMessage = (id: string): Uint8Array => messageField(2, bytesField(1, id));

export function checkpointMessage(commit: number | bigint, prepare: number | bigint = commit): Uint8Array {
  return messageField(3, varintField(1, commit), varintField(2, prepare));
}

export const streamNotFoundMessage = (stream: string): Uint8Array =>
  messageField(4, messageField(1, bytesField(3, stream)));

export const caughtUpMessage = (): Uint8Array => messageField(8);

export const fellBehindMessage = (): Uint8Array => messageField(9);

export { NONE };
