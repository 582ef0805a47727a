// An append as the protocol wants it: checked, named, and cut into messages that every server takes.
import { randomUUID } from 'node:crypto';
import { InvalidInput, isUuid } from '#libs/kernel';
import type { ExpectedRevision, NewEvent } from '#libs/event-store';
import { EventIdReused } from '#libs/event-store';
import { BatchAppendReq, Empty, streamIdentifier, uuidMessage } from './protocol.ts';
import type { WireEvent } from './wire-event.ts';
import { toWire } from './wire-event.ts';

export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly count: number;
  /** The id the server knows the last event by. */
  readonly lastId: string;
  /** A new correlation id and the messages under it: an answer to one attempt is never taken for another's. */
  attempt(): { correlation: string; messages: BatchAppendReq[] };
}

type Options = NonNullable<ReturnType<BatchAppendReq['getOptions']>>;

/** Events go in messages of about this size, so that a large append does not exceed what a server reads at once. */
const MESSAGE_BYTES = 1024 * 1024;
const STREAM_NAME = /^[\x21-\x7e]{1,255}$/;

/**
 * @param streamOnServer the stream's name there
 * @throws InvalidInput for what no store could keep, EventIdReused when an id comes twice
 */
export function appendRequest(
  streamOnServer: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): AppendRequest {
  requireStorable(streamOnServer, events, expected);
  const wire = toWire(events);
  return {
    stream: streamOnServer,
    expected,
    count: wire.length,
    lastId: wire.at(-1)?.id ?? '',
    attempt: () => {
      const correlation = randomUUID();
      return { correlation, messages: messagesOf(correlation, optionsOf(streamOnServer, expected), wire) };
    },
  };
}

function requireStorable(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): void {
  if (!STREAM_NAME.test(stream)) {
    throw new InvalidInput('A stream is named by 1 to 255 printable ASCII characters.', { field: 'stream' });
  }
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidInput('The expected revision is 0 or more.', { field: 'expectedRevision' });
  }
  if (events.length === 0) throw new InvalidInput('There is nothing to append.', { field: 'events' });
  if (!events.every(({ id }) => isUuid(id))) {
    throw new InvalidInput('The id of an event is a UUID in lower case.', { field: 'id' });
  }
  if (new Set(events.map(({ id }) => id)).size < events.length) throw new EventIdReused();
}

/** Without a deadline: the protocol has it as a time of day, which would need the two clocks to agree. */
function optionsOf(stream: string, expected: ExpectedRevision): Options {
  const options = new BatchAppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
  switch (expected) {
    case 'no-stream':
      return options.setNoStream(new Empty());
    case 'exists':
      return options.setStreamExists(new Empty());
    case 'any':
      return options.setAny(new Empty());
    default:
      return options.setStreamPosition(String(expected));
  }
}

function messagesOf(correlation: string, options: Options, events: readonly WireEvent[]): BatchAppendReq[] {
  const messages: BatchAppendReq[] = [];
  let message = new BatchAppendReq().setCorrelationId(uuidMessage(correlation)).setOptions(options);
  let bytes = 0;
  for (const { id, type, data, metadata } of events) {
    const proposed = new BatchAppendReq.ProposedMessage();
    proposed.setId(uuidMessage(id)).setData(Buffer.from(data)).setCustomMetadata(Buffer.from(metadata));
    proposed.getMetadataMap().set('type', type).set('content-type', 'application/json');
    if (bytes > 0 && bytes + data.length + metadata.length > MESSAGE_BYTES) {
      messages.push(message);
      message = new BatchAppendReq().setCorrelationId(uuidMessage(correlation));
      bytes = 0;
    }
    bytes += data.length + metadata.length;
    message.addProposedMessages(proposed);
  }
  messages.push(message.setIsFinal(true));
  return messages;
}
