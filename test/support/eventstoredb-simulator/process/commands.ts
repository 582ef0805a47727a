// What can be asked of a simulator in a process of its own: names, plain arguments, plain answers.
import type { Fault, FaultRequest, Method } from '../cluster/faults.ts';
import type { MethodFigures } from '../cluster/journal.ts';
import type { EventStoreSimulator } from '../event-store-simulator.ts';

export function commandsOf(simulator: EventStoreSimulator) {
  const faults = new Map<number, Fault>();
  const faultOf = (id: number) => {
    const fault = faults.get(id);
    if (!fault) throw new Error(`There is no fault ${id}.`);
    return fault;
  };
  return {
    reach: () => ({ connectionString: simulator.connectionString, ports: [...simulator.ports] }),
    inject: (request: FaultRequest) => {
      const id = faults.size;
      faults.set(id, simulator.faults.inject(request));
      return id;
    },
    releaseFault: (id: number) => faultOf(id).release(),
    faultReached: (id: number, times: number) => faultOf(id).reached(times),
    faultHits: (id: number) => faultOf(id).hits,
    releaseAllFaults: () => simulator.faults.releaseAll(),
    figures: () => simulator.journal.figures(),
    figuresReach: (method: Method, figure: keyof MethodFigures, atLeast: number) =>
      simulator.journal.until((journal) => journal.of(method)[figure] >= atLeast),
    clearJournal: () => simulator.journal.clear(),
    events: () => [...simulator.events],
    restart: (node?: number) => simulator.restart(node),
    shutDown: (node?: number) => simulator.shutDown(node),
    startUp: (node?: number) => simulator.startUp(node),
    changeLeader: (to?: number) => simulator.changeLeader(to),
    loseLeader: () => simulator.loseLeader(),
    setReady: (ready: boolean, node?: number) => simulator.setReady(ready, node),
    loseQuorum: () => simulator.loseQuorum(),
    regainQuorum: (heldWrites?: 'kept' | 'lost') => simulator.regainQuorum(heldWrites),
    lag: (node: number, events: number | undefined) => simulator.lag(node, events),
    dropConnections: (node?: number) => simulator.dropConnections(node),
    writeStatistics: (times?: number) => simulator.writeStatistics(times),
    stop: () => simulator.stop(),
  };
}

export type Commands = ReturnType<typeof commandsOf>;

export interface CommandMessage {
  readonly id: number;
  readonly command: keyof Commands;
  readonly args: readonly unknown[];
}

export interface AnswerMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The id of the first message, which answers nothing: the simulator has started. */
export const STARTED = -1;
