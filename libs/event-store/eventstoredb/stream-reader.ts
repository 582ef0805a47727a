// Pages of single streams.
import type { Position } from '#libs/kernel';
import { InvalidInput } from '#libs/kernel';
import type { ReadStreamOptions, RecordedEvent, StreamPage } from '#libs/event-store';
import { streamDeleted, Unanswered } from './call-failure.ts';
import type { ReadReq } from './protocol.ts';
import type { Direction } from './read-request.ts';
import { pageSize, streamRequest } from './read-request.ts';
import type { Reads } from './reads.ts';
import type { StreamNames } from './stream-names.ts';
import type { WireRecord } from './wire-event.ts';
import { fromWire, idOfRecord, positionOfRecord } from './wire-event.ts';

export class StreamReader {
  readonly #reads: Reads;
  readonly #names: StreamNames;

  constructor(reads: Reads, names: StreamNames) {
    this.#reads = reads;
    this.#names = names;
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    const { from, limit, direction = 'forwards', signal } = options;
    if (from !== undefined && !(Number.isSafeInteger(from) && from >= 0)) {
      throw new InvalidInput('A stream is read from a revision, 0 or more.', { field: 'from' });
    }
    const most = pageSize(limit);
    const name = this.#names.onServer(stream);
    return this.#reads.persistently(signal, async () => {
      const request = streamRequest(name, from, direction, most);
      const events = await this.#read(request, (record) => fromWire(record, stream), {
        signal,
        mayBeEmpty: (from ?? 0) > 0,
      });
      const lastRevision =
        endKnownFrom(events, from, direction, most) ?? (await this.#lastRevision(name, events, signal));
      if (lastRevision === -1) await this.#requireNeverWritten(name, signal);
      const end = events.at(-1)?.revision;
      return { events, lastRevision, next: nextOf(end, lastRevision, direction) };
    });
  }

  /**
   * Where an event is in the log.
   *
   * @param id the one the server knows it by
   * @returns undefined when there is no such event at this revision
   */
  async positionOf(
    nameOnServer: string,
    { revision, id }: { revision: number; id: string },
  ): Promise<Position | undefined> {
    return this.#reads.persistently(undefined, async () => {
      const request = streamRequest(nameOnServer, revision, 'forwards', 1);
      const take = (record: WireRecord) => (idOfRecord(record) === id ? positionOfRecord(record) : undefined);
      const [position] = await this.#read(request, take, { mayBeEmpty: true });
      return position;
    });
  }

  async #read<T>(
    request: ReadReq,
    take: (record: WireRecord) => T,
    { signal, mayBeEmpty }: { signal?: AbortSignal | undefined; mayBeEmpty: boolean },
  ): Promise<readonly T[]> {
    const limitMs = this.#reads.limits.readAnswerMs;
    const { taken, found } = await this.#reads.once({ request, limitMs, signal, take });
    // Of a stream that does not exist, the server says so; no events alone may be an answer that was cut short.
    if (taken.length === 0 && found && !mayBeEmpty) throw new Unanswered('The answer was cut short.');
    return taken;
  }

  /**
   * The server calls a stream that was deleted one that does not exist, and lets it be written anew.
   *
   * @throws StreamDeleted when it was deleted
   */
  async #requireNeverWritten(name: string, signal: AbortSignal | undefined): Promise<void> {
    const request = streamRequest(`$$${name}`, undefined, 'backwards', 1);
    const take = (record: WireRecord) => saysDeleted(record.getData_asU8());
    const [isDeleted] = await this.#read(request, take, { signal, mayBeEmpty: true });
    if (isDeleted) throw streamDeleted();
  }

  /** Read after the page, so it is not before what the page holds. */
  async #lastRevision(name: string, page: readonly RecordedEvent[], signal: AbortSignal | undefined): Promise<number> {
    const take = (record: WireRecord) => Number(record.getStreamRevision());
    const [last = -1] = await this.#read(streamRequest(name, undefined, 'backwards', 1), take, {
      signal,
      mayBeEmpty: false,
    });
    return Math.max(last, page[0]?.revision ?? -1, page.at(-1)?.revision ?? -1);
  }
}

/** A deleted stream's metadata hide every revision there can be: all before 2^63 - 1. */
function saysDeleted(metadata: Uint8Array): boolean {
  try {
    const said = JSON.parse(Buffer.from(metadata).toString('utf8')) as { readonly $tb?: unknown } | null;
    return typeof said?.$tb === 'number' && said.$tb > Number.MAX_SAFE_INTEGER;
  } catch {
    return false;
  }
}

/** The stream's last revision, where the page itself tells it. */
function endKnownFrom(
  events: readonly RecordedEvent[],
  from: number | undefined,
  direction: Direction,
  most: number,
): number | undefined {
  if (direction === 'backwards') return from === undefined ? (events[0]?.revision ?? -1) : undefined;
  if (events.length === most || (events.length === 0 && (from ?? 0) > 0)) return undefined;
  return events.at(-1)?.revision ?? -1;
}

function nextOf(end: number | undefined, lastRevision: number, direction: Direction): number | undefined {
  if (direction === 'backwards') return end !== undefined && end > 0 ? end - 1 : undefined;
  return end !== undefined && end < lastRevision ? end + 1 : undefined;
}
