// Those who wait at the log's end for a few types of events each. A new event wakes them all at once; the server is then
// asked once for all of them, for events of any type, and each is given its own.
import { setImmediate } from 'node:timers/promises';
import type { Position } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type { LogPage, ReadAllOptions } from '#libs/event-store';
import type { LogReader } from './log-reader.ts';
import { pageSize } from './read-request.ts';

/** Ends that are remembered: who was busy meanwhile comes back to an earlier one. */
const ENDS = 64;

export class EndReaders {
  readonly #log: LogReader;
  readonly #closing: AbortSignal;
  /** Where somebody was told that there is nothing more. */
  readonly #ends = new BoundedCache<Position, true>(ENDS);
  /** Not asked for yet, so that whoever joins is told what has happened up to then. */
  readonly #gathering = new Map<Position, Promise<LogPage>>();

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
    const { events, next, head } = await unlessAborted(signal, this.#gathered(after));
    const wanted = types ? events.filter(({ type }) => types.includes(type)) : events;
    if (wanted.length <= most) return { events: wanted, next, head };
    const first = wanted.slice(0, most);
    return { events: first, next: first.at(-1)?.position ?? after, head };
  }

  #gathered(after: Position): Promise<LogPage> {
    const gathering = this.#gathering.get(after);
    if (gathering) return gathering;
    const page = setImmediate().then(() => {
      this.#gathering.delete(after);
      return this.#log.readAll({ after, signal: this.#closing });
    });
    this.#gathering.set(after, page);
    return page;
  }
}

/** Goes on without the one who leaves. @throws the signal's reason */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
