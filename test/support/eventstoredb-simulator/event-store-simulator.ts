// A server for tests that speaks EventStoreDB's gRPC protocol: one node or three over one log, with everything that can
// go wrong at hand. See the README for what it imitates and what it does not.
import { Access, type SimulatedUser } from './cluster/access.ts';
import { Cluster, type FollowerWrites } from './cluster/cluster.ts';
import { Faults } from './cluster/faults.ts';
import { Journal } from './cluster/journal.ts';
import { SimulatedNode } from './cluster/node.ts';
import { Writer } from './cluster/writer.ts';
import { certificateAuthorityFile, secureCredentials } from './cluster/certificates.ts';
import { EventLog } from './log/event-log.ts';
import { LogFile } from './log/log-file.ts';
import type { StoredEvent } from './log/stored-event.ts';
import { ServerCredentials } from '@grpc/grpc-js';

export interface SimulatorOptions {
  /** Of the first node; default a free one. */
  readonly port?: number;
  /** One, or a cluster of three; default 1. */
  readonly nodes?: 1 | 3;
  /** Default false: an insecure server, which asks nobody's name. */
  readonly tls?: boolean;
  /** With TLS, who may do what; default the administrator `admin` with the password `changeit`. */
  readonly credentials?: readonly SimulatedUser[];
  /** Where the log is kept, so that it outlives the process; default only in memory. */
  readonly file?: string;
  /** Default 1 MiB, as the server's. */
  readonly maximumAppendSize?: number;
  /** How long a write waits for its followers; default 2,000, as the server's. */
  readonly commitTimeoutMs?: number;
  /** How many events are recognised by their id alone; default 100,000. */
  readonly recentIds?: number;
  /** After how many events the server writes statistics of its own, 0 for never; default 50. */
  readonly statisticsEvery?: number;
  /** What a follower does with writes that do not ask for the leader; default refused. */
  readonly followerWrites?: FollowerWrites;
  /** Default 24.10.6. */
  readonly version?: string;
}

const ADMINISTRATOR: SimulatedUser = { name: 'admin', password: 'changeit', administrator: true };

export class EventStoreSimulator {
  readonly faults = new Faults();
  readonly journal = new Journal();
  readonly #log: EventLog;
  readonly #writer: Writer;
  readonly #cluster: Cluster;
  readonly #options: SimulatorOptions;

  private constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#log = new EventLog(options.file === undefined ? undefined : new LogFile(options.file));
    this.#writer = new Writer({
      log: this.#log,
      recentIds: options.recentIds ?? 100_000,
      commitTimeoutMs: options.commitTimeoutMs ?? 2_000,
      statisticsEvery: options.statisticsEvery ?? 50,
    });
    if (this.#log.events.length === 0) this.#writer.writeStatistics();
    this.#cluster = new Cluster(this.#log, this.#host, options.followerWrites ?? 'refused');
    for (let index = 0; index < (options.nodes ?? 1); index += 1) this.#cluster.nodes.push(this.#createNode(index));
  }

  static async start(options: SimulatorOptions = {}): Promise<EventStoreSimulator> {
    const simulator = new EventStoreSimulator(options);
    await Promise.all(simulator.#cluster.nodes.map((node) => node.start()));
    return simulator;
  }

  /** How a client reaches it; with TLS, as the first of its users. */
  get connectionString(): string {
    const hosts = this.ports.map((port) => `${this.#host}:${port}`).join(',');
    const [user] = this.#users ?? [];
    if (!user) return `esdb://${hosts}?tls=false`;
    const login = `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}`;
    return `esdb://${login}@${hosts}?tls=true&tlsCAFile=${encodeURIComponent(certificateAuthorityFile)}`;
  }

  get ports(): readonly number[] {
    return this.#cluster.nodes.map(({ port }) => port);
  }

  /** Every event in the order of its position, the server's own among them. */
  get events(): readonly StoredEvent[] {
    return this.#log.events;
  }

  /** The index of the node that leads; undefined during an election. */
  get leader(): number | undefined {
    return this.#cluster.leader;
  }

  /** Stops a node, or all, and starts again on the same ports: connections are gone, the log is kept. */
  async restart(node?: number): Promise<void> {
    await this.shutDown(node);
    this.#writer.forgetRecentIds();
    await this.startUp(node);
  }

  /** Stops a node, or all: connections are cut and refused until it starts up again. */
  async shutDown(node?: number): Promise<void> {
    await Promise.all(this.#nodes(node).map((each) => each.stop()));
  }

  async startUp(node?: number): Promise<void> {
    await Promise.all(this.#nodes(node).map((each) => each.start()));
  }

  /** Makes another node the leader: the next one, unless one is named. The others refuse what only a leader does. */
  changeLeader(to?: number): number {
    const leader = to ?? ((this.#cluster.leader ?? 0) + 1) % this.#cluster.nodes.length;
    this.#cluster.lead(leader);
    return leader;
  }

  /** Begins an election: until the leader is changed, no node is ready. */
  loseLeader(): void {
    this.#cluster.lead(undefined);
  }

  /** Nodes that are not ready answer, but only that. */
  setReady(ready: boolean, node?: number): void {
    for (const each of this.#nodes(node)) this.#cluster.setReady(this.#cluster.nodes.indexOf(each), ready);
  }

  /** From now on writes time out, since no follower confirms them. */
  loseQuorum(): void {
    this.#writer.loseQuorum();
  }

  /** Writes are confirmed again; those that timed out are kept, or lost with the leader that took them. */
  regainQuorum(heldWrites: 'kept' | 'lost' = 'kept'): void {
    this.#writer.regainQuorum(heldWrites);
  }

  /** Keeps a node's copy of the log so many events behind where it is now, until `undefined` lets it catch up. */
  lag(node: number, events: number | undefined): void {
    this.#cluster.lag(node, events);
  }

  /** Cuts all connections to a node, or to all of them, and takes new ones. */
  dropConnections(node?: number): void {
    for (const each of this.#nodes(node)) each.dropConnections();
  }

  /** Writes events of the server's own, which filters must pass over. */
  writeStatistics(times = 1): void {
    this.#writer.writeStatistics(times);
  }

  async stop(): Promise<void> {
    this.faults.releaseAll();
    await this.shutDown();
    this.#log.close();
  }

  /** Node.js takes no IP address for the name of a TLS server. */
  get #host(): string {
    return this.#options.tls ? 'localhost' : '127.0.0.1';
  }

  get #users(): readonly SimulatedUser[] | undefined {
    return this.#options.tls ? (this.#options.credentials ?? [ADMINISTRATOR]) : undefined;
  }

  #nodes(node: number | undefined): readonly SimulatedNode[] {
    if (node === undefined) return this.#cluster.nodes;
    const one = this.#cluster.nodes[node];
    if (!one) throw new Error(`There is no node ${node}.`);
    return [one];
  }

  #createNode(index: number): SimulatedNode {
    const cluster = this.#cluster;
    const context = {
      index,
      version: this.#options.version ?? '24.10.6',
      maximumAppendSize: this.#options.maximumAppendSize ?? 1024 * 1024,
      log: this.#log,
      writer: this.#writer,
      access: new Access(this.#users),
      faults: this.faults,
      journal: this.journal,
      members: () => cluster.members(),
      available: () => cluster.available(index),
      refusal: (...of: [kind: 'read' | 'write', headers: Parameters<Cluster['refusal']>[2]]) =>
        cluster.refusal(index, ...of),
      drop: (peer: string) => cluster.nodes[index]?.drop(peer),
    };
    const credentials = this.#options.tls ? secureCredentials() : ServerCredentials.createInsecure();
    const port = this.#options.port === undefined ? 0 : this.#options.port + index;
    return new SimulatedNode(context, credentials, port);
  }
}
