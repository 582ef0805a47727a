// Load → decide → append, once for every aggregate: retries are safe, conflicts are decided again on fresh state,
// and nothing is appended blindly.
import type { CommandContext, Decider, DomainEvent, Position } from '#libs/kernel';
import { CommandIdReused, Conflict, Rejected, START_OF_LOG } from '#libs/kernel';
import type { DecodedEvent, EventCodec, EventStore, PersonalDataSealer } from '#libs/event-store';
import { EventIdReused, requireNext, WrongExpectedRevision } from '#libs/event-store';

const ATTEMPTS = 3;

/** A kind of aggregate: how its streams are named, decided and stored. */
export interface Aggregate<State, Command, Event extends DomainEvent> {
  /** Streams are named `category-id`; permanent. */
  readonly category: string;
  readonly decider: Decider<State, Command, Event>;
  readonly codec: EventCodec<Event>;
}

export interface LoadedAggregate<State, Event extends DomainEvent> {
  readonly state: State;
  /** -1 when the stream does not exist. */
  readonly revision: number;
  readonly events: readonly DecodedEvent<Event>[];
}

export interface CommandOutcome<State, Event extends DomainEvent> {
  /** The aggregate as this command left it, which is also what a repeat of the command gets. */
  readonly state: State;
  readonly revision: number;
  readonly position: Position;
  /** The aggregate's whole history up to `revision`; what this call appended has the position of its last event. */
  readonly events: readonly DecodedEvent<Event>[];
  /** How many events this call appended: 0 for a repeat and for "already so". */
  readonly appended: number;
}

/** Adds to a command what only the state it is decided on, or another aggregate, can tell. */
export type CommandOn<State, Command> = (state: State) => Command | Promise<Command>;

export class CommandExecutor {
  readonly #store: EventStore;
  readonly #sealer: PersonalDataSealer;

  constructor(store: EventStore, sealer: PersonalDataSealer) {
    this.#store = store;
    this.#sealer = sealer;
  }

  async load<State, Command, Event extends DomainEvent>(
    aggregate: Aggregate<State, Command, Event>,
    id: string,
    signal?: AbortSignal,
  ): Promise<LoadedAggregate<State, Event>> {
    const events: DecodedEvent<Event>[] = [];
    let state = aggregate.decider.initial;
    let from: number | undefined = 0;
    while (from !== undefined) {
      const page = await this.#store.readStream(`${aggregate.category}-${id}`, { from, signal });
      for (const recorded of page.events) {
        requireNext(recorded, events.length);
        const event = aggregate.codec.decode(recorded);
        events.push(event);
        state = aggregate.decider.evolve(state, event);
      }
      from = page.next;
    }
    return { state, revision: events.length - 1, events };
  }

  /**
   * Decides a command on an aggregate and appends what follows from it.
   *
   * @param command a function is asked anew at every decision, and not at all for a repeat
   * @throws Rejected when the domain refuses
   * @throws Conflict when the caller's `expectedRevision` is stale, or three others were faster in a row
   * @throws CommandIdReused when the command id was used for another command
   * @throws Unavailable when the store cannot serve; retrying with the same command id is safe
   */
  async execute<State, Command, Event extends DomainEvent>(
    aggregate: Aggregate<State, Command, Event>,
    id: string,
    command: Command | CommandOn<State, Command>,
    communityId: string,
    context: CommandContext,
  ): Promise<CommandOutcome<State, Event>> {
    for (let attempt = 1; ; attempt += 1) {
      const loaded = await this.load(aggregate, id, context.signal);
      const earlier = this.#earlierResult(aggregate, loaded, context);
      if (earlier) return earlier;
      requireExpectedRevision(context, loaded.revision);
      const complete = await completed<State, Command>(command, loaded.state);
      const decision = aggregate.decider.decide(complete, loaded.state);
      if (decision.kind === 'rejected') throw new Rejected(decision.rejection);
      if (decision.events.length === 0) return unchanged(loaded);
      try {
        const outcome = await this.#append(aggregate, id, loaded, decision.events, communityId, context);
        if (outcome) return outcome;
      } catch (error) {
        if (attempt === ATTEMPTS || !mayEndOtherwise(error)) throw error;
      }
    }
  }

  /** Undefined when this very command id was stored by another call meanwhile: what it led to is in the stream now. */
  async #append<State, Command, Event extends DomainEvent>(
    aggregate: Aggregate<State, Command, Event>,
    id: string,
    loaded: LoadedAggregate<State, Event>,
    events: readonly Event[],
    communityId: string,
    context: CommandContext,
  ): Promise<CommandOutcome<State, Event> | undefined> {
    const stream = `${aggregate.category}-${id}`;
    const encoded = await aggregate.codec.encode(events, { ...context, communityId }, this.#sealer);
    const expected = loaded.revision < 0 ? 'no-stream' : loaded.revision;
    const result = await this.#store.append(stream, encoded, { expected, signal: context.signal });
    if (result.duplicate) return undefined;
    const recorded = encoded.map((event, index) =>
      aggregate.codec.decode({
        ...event,
        stream,
        revision: loaded.revision + 1 + index,
        position: result.position,
        storedAt: context.recordedAt,
      }),
    );
    return {
      state: recorded.reduce((state, event) => aggregate.decider.evolve(state, event), loaded.state),
      revision: result.revision,
      position: result.position,
      events: [...loaded.events, ...recorded],
      appended: encoded.length,
    };
  }

  #earlierResult<State, Command, Event extends DomainEvent>(
    aggregate: Aggregate<State, Command, Event>,
    loaded: LoadedAggregate<State, Event>,
    context: CommandContext,
  ): CommandOutcome<State, Event> | undefined {
    const last = loaded.events.findLast((event) => event.metadata.commandId === context.commandId);
    if (!last) return undefined;
    if (last.metadata.commandHash !== context.commandHash || last.metadata.actorId !== context.actor.accountId) {
      throw new CommandIdReused('This command id was used before for another command.');
    }
    const events = loaded.events.slice(0, last.revision + 1);
    const state = events.reduce((so, event) => aggregate.decider.evolve(so, event), aggregate.decider.initial);
    return { state, revision: last.revision, position: last.position, events, appended: 0 };
  }
}

/** @throws Conflict when the caller saw another revision than this one */
export function requireExpectedRevision({ expectedRevision }: CommandContext, currentRevision: number): void {
  if (expectedRevision === undefined || expectedRevision === currentRevision) return;
  throw new Conflict('It has been changed since it was read.', { currentRevision });
}

async function completed<State, Command>(command: Command | CommandOn<State, Command>, state: State): Promise<Command> {
  return typeof command === 'function' ? (command as CommandOn<State, Command>)(state) : command;
}

/** True when the stream has moved on: by others, or by this very command, sent twice at the same moment. */
function mayEndOtherwise(error: unknown): boolean {
  return error instanceof EventIdReused || error instanceof WrongExpectedRevision;
}

function unchanged<State, Event extends DomainEvent>(
  loaded: LoadedAggregate<State, Event>,
): CommandOutcome<State, Event> {
  const position = loaded.events.at(-1)?.position ?? START_OF_LOG;
  return { ...loaded, position, appended: 0 };
}
