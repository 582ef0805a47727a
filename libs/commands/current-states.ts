// The present state of aggregates that are asked for often: kept in memory, and brought up to date from the stream at
// every question, so it is as true with several processes as reading the stream from its beginning.
import type { DomainEvent } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type { EventStore } from '#libs/event-store';
import { requireNext } from '#libs/event-store';
import type { Aggregate } from './command-executor.ts';

export interface CurrentState<State> {
  readonly state: State;
  /** -1 when the stream does not exist. */
  readonly revision: number;
}

export class CurrentStates<State, Command, Event extends DomainEvent> {
  readonly #store: EventStore;
  readonly #aggregate: Aggregate<State, Command, Event>;
  readonly #known: BoundedCache<string, CurrentState<State>>;

  /** @param limit most aggregates held in memory; the least recently asked for is forgotten first */
  constructor(store: EventStore, aggregate: Aggregate<State, Command, Event>, limit = 10_000) {
    this.#store = store;
    this.#aggregate = aggregate;
    this.#known = new BoundedCache(limit);
  }

  /**
   * The state after every event that was durable when this was called.
   *
   * @throws Unavailable when the store cannot be read; never a state that might be old
   */
  async of(id: string, signal?: AbortSignal): Promise<CurrentState<State>> {
    const { category, codec, decider } = this.#aggregate;
    let { state, revision } = this.#known.get(id) ?? { state: decider.initial, revision: -1 };
    for (let from: number | undefined = revision + 1; from !== undefined;) {
      const page = await this.#store.readStream(`${category}-${id}`, { from, signal });
      for (const recorded of page.events) {
        requireNext(recorded, revision + 1);
        state = decider.evolve(state, codec.decode(recorded));
        revision = recorded.revision;
      }
      from = page.next;
    }
    const current = { state, revision };
    if (revision > (this.#known.get(id)?.revision ?? -1)) this.#known.set(id, current);
    return current;
  }
}
