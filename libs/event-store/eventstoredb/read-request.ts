// What is asked of the server: a page of a stream, or of the log with only our streams or some event types in it. The
// client's own reads of the log know no filter.
import { InvalidInput } from '#libs/kernel';
import type { LogPosition } from './position.ts';
import { Empty, ReadReq, streamIdentifier } from './protocol.ts';

/** What the server looks for. What it finds has to be looked at again: others may use the same names. */
export type LogFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePrefixes: readonly string[] };

export type Direction = 'forwards' | 'backwards';

type Options = NonNullable<ReturnType<ReadReq['getOptions']>>;

/** How many events the server looks at in one go. */
const WINDOW = 1_000;

const MOST_EVENTS = 1_000;

/** @throws InvalidInput for a size that is none */
export function pageSize(limit: number | undefined): number {
  if (limit === undefined) return MOST_EVENTS;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidInput('A page holds one event or more.', { field: 'limit' });
  }
  return Math.min(limit, MOST_EVENTS);
}

/** @param from a revision, inclusive; the stream's beginning or end when undefined */
export function streamRequest(stream: string, from: number | undefined, direction: Direction, count: number): ReadReq {
  const place = new ReadReq.Options.StreamOptions().setStreamIdentifier(streamIdentifier(stream));
  if (from !== undefined) place.setRevision(String(from));
  else if (direction === 'backwards') place.setEnd(new Empty());
  else place.setStart(new Empty());
  return requestOf(page(new ReadReq.Options().setStream(place).setNoFilter(new Empty()), direction, count));
}

/** @param from inclusive; the log's beginning or end when undefined */
export function logRequest(
  filter: LogFilter,
  from: LogPosition | undefined,
  direction: Direction,
  count: number,
): ReadReq {
  return requestOf(page(logOptions(filter, from, direction), direction, count));
}

/** @param after exclusive, as subscriptions have it */
export function subscriptionRequest(filter: LogFilter, after: LogPosition | undefined): ReadReq {
  return requestOf(logOptions(filter, after, 'forwards').setSubscription(new ReadReq.Options.SubscriptionOptions()));
}

function logOptions(filter: LogFilter, from: LogPosition | undefined, direction: Direction): Options {
  const place = new ReadReq.Options.AllOptions();
  if (from) {
    place.setPosition(new ReadReq.Options.Position().setCommitPosition(from.commit).setPreparePosition(from.prepare));
  } else if (direction === 'backwards') place.setEnd(new Empty());
  else place.setStart(new Empty());
  return new ReadReq.Options().setAll(place).setFilter(filterOptions(filter));
}

function filterOptions(filter: LogFilter) {
  const prefixes = (list: readonly string[]) => new ReadReq.Options.FilterOptions.Expression().setPrefixList([...list]);
  const options = new ReadReq.Options.FilterOptions().setMax(WINDOW).setCheckpointintervalmultiplier(1);
  return 'streamPrefixes' in filter
    ? options.setStreamIdentifier(prefixes(filter.streamPrefixes))
    : options.setEventType(prefixes(filter.typePrefixes));
}

function page(options: Options, direction: Direction, count: number): Options {
  const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;
  return options.setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS).setCount(String(count));
}

function requestOf(options: Options): ReadReq {
  // Links are left as they are: one that points into our streams is not an event of ours.
  const textIds = new ReadReq.Options.UUIDOption().setString(new Empty());
  return new ReadReq().setOptions(options.setResolveLinks(false).setUuidOption(textIds));
}
