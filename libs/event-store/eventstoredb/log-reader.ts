// Pages of the log. `next` never skips: it is the last event of a full page, or else the head as it was before the page
// was read, seen by the same node over the same connection.
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { LogPage, ReadAllOptions, RecordedEvent } from '#libs/event-store';
import type { ReadAnswer, Source } from './bounded-read.ts';
import { isSameSource } from './bounded-read.ts';
import { isTimeout, Unanswered } from './call-failure.ts';
import { logPositionOf } from './position.ts';
import type { LogFilter } from './read-request.ts';
import { logRequest, pageSize } from './read-request.ts';
import type { Reads } from './reads.ts';
import type { StreamNames } from './stream-names.ts';
import type { WireRecord } from './wire-event.ts';
import { fromWire, positionOfRecord, recordsOf, streamNameOf } from './wire-event.ts';

/** What types of the server's own events begin with: links, and the marks of deleted streams. */
const SYSTEM = '$';

const LONGEST_SEARCH_MS = 600_000;

export class LogReader {
  readonly #reads: Reads;
  readonly #names: StreamNames;
  readonly #oursOnly: LogFilter;
  /** How long an answer is waited for where it took too long before, by the types that were looked for. */
  readonly #patience = new Map<string, number>();
  #furthest: Position = START_OF_LOG;

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
    const from = logPositionOf(after);
    const most = pageSize(limit);
    const filter = types ? { typePrefixes: types } : this.#oursOnly;
    return this.#reads.persistently(signal, async () => {
      const { head, source } = await this.#head(signal);
      if (types?.length === 0 || after >= head) return { events: [], next: later(after, head), head };
      // One more than wanted, because the server begins with the event at the position itself.
      const request = logRequest(filter, from, 'forwards', most + 1);
      const answer = await this.#patiently(types, (limitMs) => this.#reads.once(request, limitMs, signal));
      const records = recordsOf(answer.events).filter((record) => positionOfRecord(record) > after);
      const page = records.slice(0, most);
      const next = page.length < most ? endOfLog(page, { head, source, answer, isWhole: !types }) : lastOf(page);
      this.saw(next);
      return { events: this.#ours(page, types), next, head };
    });
  }

  /**
   * The server tells nothing until it has found a page of events or the log's end. Who always gave up at the same moment
   * while it looks for rare types would never get on.
   */
  async #patiently<T>(types: readonly string[] | undefined, read: (limitMs: number) => Promise<T>): Promise<T> {
    const wanted = types?.join(' ') ?? '';
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
    const { events, source } = await this.#reads.once(request, this.#reads.limits.readAnswerMs, signal);
    const head = lastOf(recordsOf(events));
    // A log does not become empty.
    if (head === START_OF_LOG && this.#furthest !== START_OF_LOG) throw new Unanswered('The answer was cut short.');
    this.saw(head);
    return { head, source };
  }

  /** The server looks for prefixes of types in every stream, or for ours alone. */
  #ours(records: readonly WireRecord[], types: readonly string[] | undefined): RecordedEvent[] {
    const wanted = types && new Set(types);
    const events: RecordedEvent[] = [];
    for (const record of records) {
      const name = streamNameOf(record);
      if (!this.#names.isOurs(name)) continue;
      const event = fromWire(record, this.#names.ofServer(name));
      if (wanted ? wanted.has(event.type) : !event.type.startsWith(SYSTEM)) events.push(event);
    }
    return events;
  }
}

interface PageEnd {
  readonly head: Position;
  /** Of the head. */
  readonly source: Source;
  readonly answer: ReadAnswer;
  /** Nothing was filtered out by type. */
  readonly isWhole: boolean;
}

/** Up to where a page that is not full has looked. */
function endOfLog(page: readonly WireRecord[], { head, source, answer, isWhole }: PageEnd): Position {
  if (!isSameSource(source, answer.source)) throw new Unanswered('The head was that of another node.');
  const last = lastOf(page);
  if (isWhole && last < head) throw new Unanswered('The page was cut short.');
  return later(last, head);
}

function lastOf(records: readonly WireRecord[]): Position {
  const last = records.at(-1);
  return last ? positionOfRecord(last) : START_OF_LOG;
}

function later(one: Position, other: Position): Position {
  return one > other ? one : other;
}
