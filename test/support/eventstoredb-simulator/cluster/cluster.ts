// The state that nodes share: who leads, who lags, who can take what now.
import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.ts';
import { failures, type Failure } from '../protocol/failures.ts';
import type { Member, NodeState } from '../services/node-context.ts';
import type { SimulatedNode } from './node.ts';

/** What a follower does with a write that does not ask for the leader. */
export type FollowerWrites = 'refused' | 'forwarded';

export class Cluster {
  readonly nodes: SimulatedNode[] = [];
  readonly #ids: string[] = [];
  readonly #notReady = new Set<number>();
  readonly #behind = new Map<number, number>();
  readonly #log: EventLog;
  readonly #host: string;
  readonly #followerWrites: FollowerWrites;
  #leader: number | undefined = 0;

  /** `host` is the name that nodes go by. */
  constructor(log: EventLog, host: string, followerWrites: FollowerWrites) {
    this.#log = log;
    this.#host = host;
    this.#followerWrites = followerWrites;
  }

  /** undefined during an election. */
  get leader(): number | undefined {
    return this.#leader;
  }

  lead(node: number | undefined): void {
    this.#leader = node;
  }

  setReady(node: number, ready: boolean): void {
    if (ready) this.#notReady.delete(node);
    else this.#notReady.add(node);
  }

  /** Keeps a node's copy of the log where it is, `events` behind; undefined lets it catch up. */
  lag(node: number, events: number | undefined): void {
    if (events === undefined) this.#behind.delete(node);
    else this.#behind.set(node, Math.max(0, this.#log.events.length - events));
    this.#log.wake();
  }

  available(node: number): number {
    return Math.min(this.#behind.get(node) ?? Number.POSITIVE_INFINITY, this.#log.events.length);
  }

  members(): Member[] {
    return this.nodes.map((node, index) => ({
      id: (this.#ids[index] ??= randomUUID()),
      address: this.#host,
      port: node.port,
      state: this.#stateOf(index),
      alive: node.running,
    }));
  }

  refusal(node: number, kind: 'read' | 'write', headers: Metadata): Failure | undefined {
    const state = this.#stateOf(node);
    if (state === 'unknown') return failures.notReady();
    if (state === 'leader' || this.#leader === undefined) return undefined;
    const asksForLeader = headers.get('requires-leader').some((value) => String(value).toLowerCase() === 'true');
    if (!asksForLeader && (kind === 'read' || this.#followerWrites === 'forwarded')) return undefined;
    return failures.notLeader({ address: this.#host, port: this.nodes[this.#leader]!.port });
  }

  #stateOf(node: number): NodeState {
    if (this.#notReady.has(node) || this.#leader === undefined) return 'unknown';
    return node === this.#leader ? 'leader' : 'follower';
  }
}
