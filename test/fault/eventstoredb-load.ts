// Sixteen callers who append commands of one to four events, each sent again until it is acknowledged, and one reader who
// follows. What they saw is compared with what the server holds.
import type { AppendResult, EventStore, ExpectedRevision, NewEvent, RecordedEvent } from '#libs/event-store';
import { WrongExpectedRevision } from '#libs/event-store';
import { newEvent, newStream } from '#libs/event-store/contract';
import type { Position } from '#libs/kernel';
import { START_OF_LOG, Unavailable } from '#libs/kernel';

/** How a command is sent again, and how the reader goes on. The mutants do it wrong. */
export interface Behaviour {
  readonly again: (events: readonly NewEvent[]) => readonly NewEvent[];
  readonly expectedAgain: (revision: number) => ExpectedRevision;
  readonly next: (page: { next: Position }, store: EventStore) => Promise<Position>;
}

export const CORRECT: Behaviour = {
  again: (events) => events,
  expectedAgain: expectedAt,
  next: async ({ next }) => next,
};

export interface Findings {
  /** Acknowledged events that are not in the log, or not where the acknowledgement said. */
  readonly lost: number;
  /** Events of commands that are in the log more than once. */
  readonly doubled: number;
  readonly halfCommands: number;
  /** Places where the follower did not see what the log holds, or a revision does not follow the one before. */
  readonly gaps: number;
  readonly acknowledged: number;
}

const CALLERS = 16;

interface Acknowledged {
  readonly last: NewEvent;
  readonly result: AppendResult;
}

export class Load {
  readonly #stores: readonly EventStore[];
  readonly #behaviour: Behaviour;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #seen: RecordedEvent[] = [];
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  readonly #callers: Promise<void>[];
  #waiting: { readonly at: number; readonly done: () => void }[] = [];
  #conflicts = 0;
  readonly #unforeseen: unknown[] = [];

  /** @param stores the last one is the follower's */
  constructor(stores: readonly EventStore[], behaviour: Behaviour = CORRECT) {
    this.#stores = stores;
    this.#behaviour = behaviour;
    this.#callers = Array.from({ length: CALLERS }, (_, index) => this.#call(this.#store(index)));
    this.#following = this.#follow();
  }

  /** Settles once so many more commands have been acknowledged. */
  progress(commands: number): Promise<void> {
    return new Promise((done) => this.#waiting.push({ at: this.#acknowledged.length + commands, done }));
  }

  /** Ends the load and says which promises were broken. Rejects with what a caller met that it should never meet. */
  async findings(): Promise<Findings> {
    this.#stop.abort();
    await Promise.all(this.#callers);
    if (this.#unforeseen.length > 0) throw this.#unforeseen[0];
    const log = await this.#log();
    await this.#following;
    const places = new Map(log.map((event) => [event.id, event]));
    const lost = this.#acknowledged.filter(({ last, result: { revision, position } }) => {
      const found = places.get(last.id);
      return found?.revision !== revision || found.position !== position;
    });
    return {
      lost: lost.length + this.#conflicts,
      ...commandsIn(log),
      gaps: gapsIn(log) + (sameIds(log, this.#seen) ? 0 : 1),
      acknowledged: this.#acknowledged.length,
    };
  }

  async #call(store: EventStore): Promise<void> {
    const stream = newStream();
    let revision = -1;
    while (!this.#stop.signal.aborted) {
      const events = command();
      const result = await this.#send(store, stream, events, revision);
      if (!result) return;
      this.#acknowledged.push({ last: events.at(-1)!, result });
      revision = result.revision;
      this.#waiting = this.#waiting.filter(({ at, done }) => this.#acknowledged.length < at || (done(), false));
    }
  }

  async #send(store: EventStore, stream: string, first: readonly NewEvent[], revision: number) {
    let events = first;
    let expected: ExpectedRevision = expectedAt(revision);
    for (;;) {
      try {
        return await store.append(stream, events, { expected });
      } catch (error) {
        if (error instanceof WrongExpectedRevision) this.#conflicts += 1;
        else if (!(error instanceof Unavailable)) this.#unforeseen.push(error);
        if (!(error instanceof Unavailable)) return undefined;
        events = this.#behaviour.again(events);
        expected = this.#behaviour.expectedAgain(revision);
      }
    }
  }

  /** Until it has seen the head as it was after the last append. */
  async #follow(): Promise<void> {
    const store = this.#store(-1);
    const leave = new AbortController();
    let after = START_OF_LOG;
    for await (const _ of store.wakeups(leave.signal)) {
      for (;;) {
        const stopped = this.#stop.signal.aborted && (await Promise.all(this.#callers), true);
        const page = await store.readAll({ after, limit: 50 }).catch(() => undefined);
        if (!page) continue;
        this.#seen.push(...page.events);
        after = await this.#behaviour.next(page, store);
        if (after < page.head) continue;
        if (stopped) return;
        break;
      }
    }
  }

  async #log(): Promise<RecordedEvent[]> {
    const log: RecordedEvent[] = [];
    for (let after: Position = START_OF_LOG; ;) {
      const { events, next, head } = await this.#store(0).readAll({ after });
      log.push(...events);
      if (next >= head) return log;
      after = next;
    }
  }

  #store(index: number): EventStore {
    return this.#stores.at(index % this.#stores.length)!;
  }
}

function expectedAt(revision: number): 'no-stream' | number {
  return revision < 0 ? 'no-stream' : revision;
}

/** Every event says how many there are of its command, and which of them it is. */
function command(): NewEvent[] {
  const size = 1 + Math.floor(Math.random() * 4);
  const { metadata } = newEvent();
  return Array.from({ length: size }, (_, part) => ({ ...newEvent('RequestRaised', { size, part }), metadata }));
}

function commandsIn(log: readonly RecordedEvent[]): { doubled: number; halfCommands: number } {
  const parts = new Map<string, number[]>();
  for (const { metadata, data } of log) {
    parts.set(metadata.commandId, [...(parts.get(metadata.commandId) ?? []), Number(data['part'])]);
  }
  const sizes = new Map(log.map(({ metadata, data }) => [metadata.commandId, Number(data['size'])]));
  let [doubled, halfCommands] = [0, 0];
  for (const [id, found] of parts) {
    const different = new Set(found).size;
    if (different < found.length) doubled += 1;
    if (different !== sizes.get(id)) halfCommands += 1;
  }
  return { doubled, halfCommands };
}

function gapsIn(log: readonly RecordedEvent[]): number {
  const revisions = new Map<string, number>();
  let gaps = 0;
  for (const { stream, revision } of log) {
    if (revision !== (revisions.get(stream) ?? -1) + 1) gaps += 1;
    revisions.set(stream, revision);
  }
  return gaps;
}

function sameIds(one: readonly RecordedEvent[], other: readonly RecordedEvent[]): boolean {
  return one.length === other.length && one.every(({ id }, index) => id === other[index]?.id);
}
