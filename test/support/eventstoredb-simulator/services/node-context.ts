// What the services of one node stand on.
import type { Metadata } from '@grpc/grpc-js';
import type { Access } from '../cluster/access.ts';
import type { Faults } from '../cluster/faults.ts';
import type { Journal } from '../cluster/journal.ts';
import type { Writer } from '../cluster/writer.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Endpoint, Failure } from '../protocol/failures.ts';

export type NodeState = 'leader' | 'follower' | 'unknown';

export interface Member extends Endpoint {
  readonly id: string;
  readonly state: NodeState;
  readonly alive: boolean;
}

export interface NodeContext {
  readonly index: number;
  readonly version: string;
  readonly maximumAppendSize: number;
  readonly log: EventLog;
  readonly writer: Writer;
  readonly access: Access;
  readonly faults: Faults;
  readonly journal: Journal;
  members(): readonly Member[];
  /** How many events of the log this node has; fewer than all when it lags. */
  available(): number;
  /** Why the node cannot take a read or a write now, if it cannot. */
  refusal(kind: 'read' | 'write', headers: Metadata): Failure | undefined;
  /** Cuts the connection from this peer. */
  drop(peer: string): void;
}
