// A decider is the whole of a business rule: what may happen next, and what is then true. Both functions are
// pure; time, ids and facts about other aggregates arrive in the command.
import type { JsonValue } from './json.ts';

export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Why a command was refused. `code` is part of the public API (`extensions.code`); details hold no personal data. */
export interface Rejection<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly details?: Readonly<Record<string, JsonValue>>;
}

export type Decision<Event, Code extends string = string> =
  | { readonly kind: 'accepted'; readonly events: readonly Event[] }
  | { readonly kind: 'rejected'; readonly rejection: Rejection<Code> };

export interface Decider<State, Command, Event, Code extends string = string> {
  readonly initial: State;
  /** Events, or one rejection; no events means "already so". Never throws for a refusal. */
  decide(command: Command, state: State): Decision<Event, Code>;
  /** The state after an event that has happened. Neither validates nor throws. */
  evolve(state: State, event: Event): State;
}

export function accept<Event>(...events: readonly Event[]): Decision<Event, never> {
  return { kind: 'accepted', events };
}

export function reject<Code extends string>(
  code: Code,
  message: string,
  details?: Readonly<Record<string, JsonValue>>,
): Decision<never, Code> {
  return { kind: 'rejected', rejection: details ? { code, message, details } : { code, message } };
}
