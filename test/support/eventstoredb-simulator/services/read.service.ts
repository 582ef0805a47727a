// Streams.Read: one method for every kind of read and subscription.
import { firstVisible, isSoftDeleted } from '../log/stream-metadata.ts';
import type { StoredEvent } from '../log/stored-event.ts';
import { failures, type Failure } from '../protocol/failures.ts';
import { streamNotFoundMessage } from '../protocol/read-messages.ts';
import { parseReadRequest, type ReadRequest } from '../protocol/read-request.ts';
import type { Method } from '../cluster/faults.ts';
import type { NodeContext } from './node-context.ts';
import { type ReadCall, Reader } from './reader.ts';
import { subscribe } from './subscription.ts';

export function readService(node: NodeContext) {
  return (call: ReadCall): void => {
    const request = parseReadRequest(call.request);
    const arrival = { method: methodOf(request), node: node.index, stream: request.stream };
    const reader = new Reader(node, call, arrival, request.count ?? 0);
    void serve(node, call, request, reader).catch((error: unknown) => {
      reader.fail({ ...failures.unknown(), details: error instanceof Error ? error.message : String(error) });
    });
  };
}

function methodOf({ count, stream }: ReadRequest): Method {
  if (count === undefined) return stream === undefined ? 'subscribeToAll' : 'subscribeToStream';
  return stream === undefined ? 'readAll' : 'readStream';
}

async function serve(node: NodeContext, call: ReadCall, request: ReadRequest, reader: Reader): Promise<void> {
  const refused = refusal(node, call, request);
  if (refused) {
    reader.fail(refused);
    return;
  }
  await reader.begin();
  if (request.count === undefined) return subscribe(node, request, reader);
  const { stream } = request;
  if (stream !== undefined && isMissing(node, stream)) await reader.message(streamNotFoundMessage(stream));
  else
    await sendPage(
      stream === undefined ? pageOfAll(node, request) : pageOfStream(node, stream, request),
      request,
      reader,
    );
  reader.finish();
}

function refusal(node: NodeContext, call: ReadCall, { stream, from }: ReadRequest): Failure | undefined {
  const caller = node.access.authenticate(call.metadata);
  if (!caller) return failures.unauthenticated();
  if (!node.access.permits(caller, stream)) return failures.accessDenied();
  const refused = node.refusal('read', call.metadata);
  if (refused) return refused;
  if (stream !== undefined && node.log.stream(stream).tombstoned) return failures.streamDeleted(stream);
  return stream === undefined && typeof from === 'number' && !isBoundary(node, from)
    ? failures.invalidPosition()
    : undefined;
}

/** Whether a record starts at this position, or the log ends before it. */
function isBoundary(node: NodeContext, position: number): boolean {
  const at = node.log.events[node.log.indexAt(position)];
  return at === undefined || at.position === position;
}

function isMissing(node: NodeContext, stream: string): boolean {
  const { events, metadata } = node.log.stream(stream);
  return availableOf(node, events) === 0 || isSoftDeleted(metadata);
}

/** How many of a stream's events a node has that may lag. */
function availableOf(node: NodeContext, events: readonly StoredEvent[]): number {
  const end = node.log.events[node.available()]?.position ?? Number.POSITIVE_INFINITY;
  let count = events.length;
  while (count > 0 && events[count - 1]!.position >= end) count -= 1;
  return count;
}

type Page = Iterable<StoredEvent>;

function* pageOfStream(node: NodeContext, stream: string, { from, backwards }: ReadRequest): Page {
  const { events, metadata } = node.log.stream(stream);
  const first = firstVisible(events, metadata);
  const end = availableOf(node, events);
  if (backwards) {
    const start = from === 'end' ? end - 1 : from === 'start' ? 0 : Math.min(from, end - 1);
    for (let index = start; index >= first; index -= 1) yield events[index]!;
  } else {
    const start = from === 'end' ? end : from === 'start' ? 0 : from;
    for (let index = Math.max(first, start); index < end; index += 1) yield events[index]!;
  }
}

/** Forwards the event at the position is the first, backwards the one before it. */
function* pageOfAll(node: NodeContext, { from, backwards }: ReadRequest): Page {
  const { events } = node.log;
  const end = node.available();
  if (backwards) {
    const start = from === 'end' ? end : from === 'start' ? 0 : Math.min(end, node.log.indexAt(from));
    for (let index = start - 1; index >= 0; index -= 1) yield events[index]!;
  } else {
    const start = from === 'end' ? end : from === 'start' ? 0 : node.log.indexAt(from);
    for (let index = start; index < end; index += 1) yield events[index]!;
  }
}

async function sendPage(page: Page, { count = 0, filter }: ReadRequest, reader: Reader): Promise<void> {
  let left = count;
  if (left === 0) return;
  for (const event of page) {
    if (filter && !filter.matches(event)) continue;
    await reader.event(event);
    left -= 1;
    if (left === 0 || !reader.open) return;
  }
}
