// Those who wait at the log's end for a few types of events each. A new event wakes them all at once; the server is then
// asked once for all of them, for events of any type, and each is given its own. Nobody is told an end that is older than
// its question.
import { setImmediate } from 'node:timers/promises';
import type { Position } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type { LogPage, ReadAllOptions } from '#libs/event-store';
import { unlessAborted } from '#libs/platform';
import type { LogReader } from './log-reader.ts';
import { pageSize } from './read-request.ts';

/** Ends that are remembered: who was busy meanwhile comes back to an earlier one. */
const ENDS = 64;

interface SharedRead {
  readonly page: Promise<LogPage>;
  /** Aborts when nobody waits for it any more. */
  readonly abandoned: AbortController;
  waiting: number;
}

export class EndReaders {
  readonly #log: LogReader;
  readonly #closing: AbortSignal;
  /** Where somebody was told that there is nothing more. */
  readonly #ends = new BoundedCache<Position, true>(ENDS);
  /** Not asked for yet, so that whoever joins is told what has happened up to then. */
  readonly #gathering = new Map<Position, SharedRead>();

  /** @param closing ends what is being read for several */
  constructor(log: LogReader, closing: AbortSignal) {
    this.#log = log;
    this.#closing = closing;
  }

  /** As the port has it. */
  async readAll(options: ReadAllOptions): Promise<LogPage> {
    const page = this.#ends.get(options.after) ? await this.#shared(options) : await this.#log.readAll(options);
    if (page.next >= page.head) this.#ends.set(page.next, true);
    return page;
  }

  async #shared({ after, limit, types, signal }: ReadAllOptions): Promise<LogPage> {
    const most = pageSize(limit);
    const { events, next, head } = await this.#joined(after, signal);
    const wanted = types ? events.filter(({ type }) => types.includes(type)) : events;
    if (wanted.length <= most) return { events: wanted, next, head };
    const first = wanted.slice(0, most);
    return { events: first, next: first.at(-1)?.position ?? after, head };
  }

  async #joined(after: Position, signal: AbortSignal | undefined): Promise<LogPage> {
    const read = this.#gathering.get(after) ?? this.#gather(after);
    read.waiting += 1;
    try {
      return await unlessAborted(signal, read.page);
    } finally {
      read.waiting -= 1;
      if (read.waiting === 0) this.#abandon(after, read);
    }
  }

  /** Whoever comes later gathers anew. */
  #abandon(after: Position, read: SharedRead): void {
    if (this.#gathering.get(after) === read) this.#gathering.delete(after);
    read.abandoned.abort();
  }

  #gather(after: Position): SharedRead {
    const abandoned = new AbortController();
    const signal = AbortSignal.any([this.#closing, abandoned.signal]);
    const page = setImmediate().then(() => {
      if (this.#gathering.get(after) === read) this.#gathering.delete(after);
      return this.#log.readAll({ after, signal });
    });
    const read: SharedRead = { page, abandoned, waiting: 0 };
    this.#gathering.set(after, read);
    return read;
  }
}
