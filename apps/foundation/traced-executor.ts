// Commands as parts of traces: which kind of aggregate was decided on, never which one.
import type { Aggregate, CommandOutcome } from '#libs/commands';
import { CommandExecutor } from '#libs/commands';
import type { EventStore, PersonalDataSealer } from '#libs/event-store';
import type { CommandContext, DomainEvent } from '#libs/kernel';
import type { Tracing } from '#libs/platform';

type CommandOn<State, Command> = Command | ((state: State) => Command | Promise<Command>);

export class TracedExecutor extends CommandExecutor {
  readonly #tracing: Tracing;

  constructor(store: EventStore, sealer: PersonalDataSealer, tracing: Tracing) {
    super(store, sealer);
    this.#tracing = tracing;
  }

  override execute<State, Command, Event extends DomainEvent>(
    aggregate: Aggregate<State, Command, Event>,
    id: string,
    command: CommandOn<State, Command>,
    communityId: string,
    context: CommandContext,
  ): Promise<CommandOutcome<State, Event>> {
    const work = () => super.execute(aggregate, id, command, communityId, context);
    return this.#tracing.part(`command on ${aggregate.category}`, {}, work);
  }
}
