// Pages of the log. `next` never skips: it is the last event of a full page, or else the head as it was before the page
// was read, seen by the same node over the same connection. Who reads one
// full page after another is told a head that may be half a second old.
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { LogPage, ReadAllOptions, RecordedEvent } from '#libs/event-store';
import type { Source } from './bounded-read.ts';
import { isSameSource } from './bounded-read.ts';
import { isTimeout, Unanswered } from './call-failure.ts';
import type { LogPosition } from './position.ts';
import { logPositionOf } from './position.ts';
import type { LogFilter } from './read-request.ts';
import { logRequest, pageSize } from './read-request.ts';
import type { Reads } from './reads.ts';
import type { StreamNames } from './stream-names.ts';
import type { WireRecord } from './wire-event.ts';
import { fromWire, positionOfRecord, streamNameOf, typeOf } from './wire-event.ts';

/** What types of the server's own events begin with: links, and the marks of deleted streams. */
const SYSTEM = '$';

const LONGEST_SEARCH_MS = 600_000;

/** How long a head is told to those who are a full page behind it. */
const HEAD_GOOD_MS = 500;

export class LogReader {
  readonly #reads: Reads;
  readonly #names: StreamNames;
  readonly #oursOnly: LogFilter;
  /** How long an answer is waited for where it took too long before, by the types that were looked for. */
  readonly #patience = new Map<string, number>();
  /** Where the last page ended that was full, by the types that were looked for. */
  readonly #midway = new Map<string, Position>();
  #furthest: Position = START_OF_LOG;
  #latest: { readonly head: Position; readonly until: number } = { head: START_OF_LOG, until: 0 };

  constructor(reads: Reads, names: StreamNames) {
    this.#reads = reads;
    this.#names = names;
    this.#oursOnly = { streamPrefixes: names.prefixes };
  }

  /** The last position this process has seen; whatever is appended from now on gets a later one. */
  get furthest(): Position {
    return this.#furthest;
  }

  saw(position: Position): void {
    if (position > this.#furthest) this.#furthest = position;
  }

  async head(signal?: AbortSignal): Promise<Position> {
    const { head } = await this.#reads.persistently(signal, () => this.#head(signal));
    return head;
  }

  async readAll({ after, limit, types, signal }: ReadAllOptions): Promise<LogPage> {
    const wanted: Wanted = { after, from: logPositionOf(after), most: pageSize(limit), types, signal };
    return this.#reads.persistently(signal, async () => {
      const known = this.#knownBeyond(wanted);
      if (known) {
        const { page } = await this.#page(wanted);
        if (page.length === wanted.most && lastOf(page) < known) return this.#answer(wanted, page, lastOf(page), known);
      }
      const { head, source } = await this.#head(signal);
      if (types?.length === 0 || after >= head) return { events: [], next: later(after, head), head };
      const { page, source: pageSource } = await this.#page(wanted);
      const isFull = page.length === wanted.most;
      const next = isFull ? lastOf(page) : endOfLog(page, { head, source, pageSource, isWhole: !types });
      return this.#answer(wanted, page, next, head);
    });
  }

  /** The head as it was lately, for who reads one full page after another. */
  #knownBeyond({ after, types }: Wanted): Position | undefined {
    const { head, until } = this.#latest;
    const isMidway = this.#midway.get(nameOf(types)) === after;
    return isMidway && head > after && performance.now() < until ? head : undefined;
  }

  #answer({ types, most }: Wanted, page: readonly Found[], next: Position, head: Position): LogPage {
    this.saw(next);
    if (page.length === most) this.#midway.set(nameOf(types), next);
    else this.#midway.delete(nameOf(types));
    return { events: page.flatMap(({ event }) => event ?? []), next, head };
  }

  async #page({ after, from, most, types, signal }: Wanted): Promise<{ page: Found[]; source: Source }> {
    const filter = types ? { typePrefixes: types } : this.#oursOnly;
    // One more than wanted, because the server begins with the event at the position itself.
    const request = logRequest(filter, from, 'forwards', most + 1);
    const { taken, source } = await this.#patiently(types, (limitMs) =>
      this.#reads.once({ request, limitMs, signal, take: this.#finder(types) }),
    );
    const first = taken[0] && taken[0].position <= after ? 1 : 0;
    return { page: taken.slice(first, first + most), source };
  }

  /**
   * The server tells nothing until it has found a page of events or the log's end. Who always gave up at the same moment
   * while it looks for rare types would never get on.
   */
  async #patiently<T>(types: readonly string[] | undefined, read: (limitMs: number) => Promise<T>): Promise<T> {
    const wanted = nameOf(types);
    const limitMs = this.#patience.get(wanted) ?? this.#reads.limits.pageAnswerMs;
    try {
      const answer = await read(limitMs);
      this.#patience.delete(wanted);
      return answer;
    } catch (error) {
      if (isTimeout(error)) this.#patience.set(wanted, Math.min(2 * limitMs, LONGEST_SEARCH_MS));
      throw error;
    }
  }

  async #head(signal: AbortSignal | undefined): Promise<{ head: Position; source: Source }> {
    const request = logRequest(this.#oursOnly, undefined, 'backwards', 1);
    const limitMs = this.#reads.limits.readAnswerMs;
    const { taken, source } = await this.#reads.once({ request, limitMs, signal, take: positionOfRecord });
    const [head = START_OF_LOG] = taken;
    // A log does not become empty.
    if (head === START_OF_LOG && this.#furthest !== START_OF_LOG) throw new Unanswered('The answer was cut short.');
    this.saw(head);
    this.#latest = { head, until: performance.now() + HEAD_GOOD_MS };
    return { head, source };
  }

  /** The server looks for prefixes of types in every stream, or for ours alone. */
  #finder(types: readonly string[] | undefined): (record: WireRecord) => Found {
    const wanted = types && new Set(types);
    return (record) => {
      const name = streamNameOf(record);
      const type = typeOf(record);
      const isWanted = wanted ? wanted.has(type) && this.#names.isOurs(name) : !type.startsWith(SYSTEM);
      if (!isWanted) return { position: positionOfRecord(record), event: undefined };
      const event = fromWire(record, this.#names.ofServer(name));
      return { position: event.position, event };
    };
  }
}

/** An event that the server found, and what it is to us, if anything. */
interface Found {
  readonly position: Position;
  readonly event: RecordedEvent | undefined;
}

interface Wanted {
  readonly after: Position;
  readonly from: LogPosition | undefined;
  readonly most: number;
  readonly types: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
}

interface PageEnd {
  readonly head: Position;
  /** Of the head. */
  readonly source: Source;
  readonly pageSource: Source;
  /** Nothing was filtered out by type. */
  readonly isWhole: boolean;
}

/** Up to where a page that is not full has looked. */
function endOfLog(page: readonly Found[], { head, source, pageSource, isWhole }: PageEnd): Position {
  if (!isSameSource(source, pageSource)) throw new Unanswered('The head was that of another node.');
  const last = lastOf(page);
  if (isWhole && last < head) throw new Unanswered('The page was cut short.');
  return later(last, head);
}

function nameOf(types: readonly string[] | undefined): string {
  return types?.join(' ') ?? '';
}

function lastOf(page: readonly Found[]): Position {
  return page.at(-1)?.position ?? START_OF_LOG;
}

function later(one: Position, other: Position): Position {
  return one > other ? one : other;
}
