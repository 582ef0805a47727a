// Given a history, when a command, then exactly these events or this refusal. State and history are frozen on the
// way, so a decider that changes what it was given fails every one of its examples.
import { expect } from '@jest/globals';
import type { Decider, DomainEvent } from '#libs/kernel';

/** What may be said about the outcome of one command; every method asserts at once. */
export interface Outcome<State, Event> {
  /** Exactly these events, in this order. */
  then(...events: readonly Event[]): void;
  /** Accepted without events: it was already so. */
  thenNothing(): void;
  /** Refused with this code and, where given, at least these details. */
  thenRejected(code: string, details?: Readonly<Record<string, unknown>>): void;
  /** The state after the events that followed. Fails when the command was refused. */
  state(): State;
}

export function given<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  history: readonly Event[],
): { when(command: Command): Outcome<State, Event> } {
  const evolve = (from: State, events: readonly Event[]) =>
    events.reduce<State>((state, event) => deepFreeze(decider.evolve(state, deepFreeze(event))), deepFreeze(from));
  const before = evolve(decider.initial, history);
  return {
    when(command) {
      const decision = decider.decide(deepFreeze(command), before);
      return {
        then: (...events) => {
          expect(decision).toEqual({ kind: 'accepted', events });
        },
        thenNothing: () => {
          expect(decision).toEqual({ kind: 'accepted', events: [] });
        },
        thenRejected: (code, details) => {
          const rejection = details ? { code, details: expect.objectContaining({ ...details }) } : { code };
          expect(decision).toMatchObject({ kind: 'rejected', rejection });
        },
        state: () => {
          if (decision.kind === 'rejected') throw new Error(`Refused: ${decision.rejection.code}`);
          return evolve(before, decision.events);
        },
      };
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
