// The projections as a process sees them that makes none: it follows the checkpoints that the leading projector moves
// in the same transactions as the rows, so what it lets pass can be read. Notifications make it quick, looking makes it
// certain: often while somebody waits, now and then otherwise.
import type { EventStore } from '#libs/event-store';
import type { Clock, Position } from '#libs/kernel';
import { NotFound, Unavailable } from '#libs/kernel';
import type { Logger, ReadDatabase, Scheduler } from '#libs/platform';
import { Latch, systemScheduler } from '#libs/platform';
import { pause } from './back-off.ts';
import type { Generation } from './checkpoints.ts';
import {
  addGeneration,
  allGenerations,
  generationsOf,
  isMadeBy,
  movedGenerations,
  prepareCheckpoints,
} from './checkpoints.ts';
import { reasonOf } from './event-failure.ts';
import { waitForGates } from './position-gate.ts';
import type { Projection } from './projection.ts';
import type { EngineStatus, Projections, RebuildProgress, WaitOptions } from './projections.ts';
import { headOf } from './projections.ts';
import { RemoteProjection } from './remote-projection.ts';

export interface RemoteProjectionsOptions {
  readonly store: EventStore;
  /** Stays the caller's; close it after `stop`. */
  readonly database: ReadDatabase;
  /** Hints that something was written there, until the signal aborts. */
  readonly wakeups: (signal: AbortSignal) => AsyncIterable<void>;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scheduler?: Scheduler;
}

/** Between looks while somebody waits, and while nobody does. */
const LOOK_WAITING_MS = 50;
const LOOK_IDLE_MS = 1_000;
/** A rebuild that has not moved for so long, short of the log's end, is given up on. */
const LONGEST_STANDSTILL_MS = 60_000;
const LOOK_AT_REBUILD_MS = 200;
const OTHER_LOG = 'What is served was made from another event log.';

export class RemoteProjections implements Projections {
  readonly #options: RemoteProjectionsOptions;
  readonly #scheduler: Scheduler;
  readonly #remotes: ReadonlyMap<string, RemoteProjection>;
  readonly #look = new Latch();
  readonly #stop = new AbortController();
  #generations: readonly Generation[] = [];
  #waiting = 0;
  #outage: string | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RemoteProjectionsOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? systemScheduler;
    const remotes = options.projections.map((of) => [of.name, new RemoteProjection(of, options.clock)] as const);
    this.#remotes = new Map(remotes);
  }

  /** Resolves once the checkpoints have been looked at. Where they cannot be read yet, looks again until they can. */
  async start(): Promise<void> {
    await this.#readOrSay();
    this.#running = this.#follow();
    void this.#listen();
  }

  /** Everybody waiting gets Unavailable. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#look.open();
    for (const { gate } of this.#remotes.values()) gate.close();
    await this.#running;
  }

  async waitFor(position: Position, options: WaitOptions = {}): Promise<void> {
    const gates = (options.projections ?? [...this.#remotes.keys()]).map((name) => this.#find(name).gate);
    this.#waiting += 1;
    this.#look.open();
    try {
      await waitForGates(gates, position, options, this.#scheduler);
    } finally {
      this.#waiting -= 1;
    }
  }

  position(projections: readonly string[] = [...this.#remotes.keys()]): Position {
    const positions = projections.map((name) => this.#find(name).gate.position);
    return positions.reduce((least, position) => (position < least ? position : least));
  }

  async status(): Promise<EngineStatus> {
    // Looked at before the head: what moves meanwhile is not beyond it.
    const seen = [...this.#remotes.values()].map((remote) => [remote, remote.gate.position] as const);
    const head = await headOf(this.#options.store, this.#scheduler);
    const outageAt = (position: Position) => (head !== undefined && position > head ? OTHER_LOG : this.#outage);
    return { head, projections: seen.map(([remote, position]) => remote.status(head, outageAt(position))) };
  }

  /** Asks whoever leads, now or later, and waits until it is done. */
  async rebuild(name: string, onProgress?: RebuildProgress): Promise<void> {
    const { projection } = this.#find(name);
    const asked = await this.#askFor(projection);
    for (let [at, stood] = [asked.position, 0]; ; stood += LOOK_AT_REBUILD_MS) {
      const found = await generationsOf(this.#options.database, name);
      if (found.some(({ serving, generation }) => serving && generation >= asked.generation)) return;
      const building = found.find(({ generation }) => generation === asked.generation);
      if (!building) throw new Unavailable('Another process has replaced this rebuild.');
      if (building.position !== at) [at, stood] = [building.position, 0];
      if (stood >= LONGEST_STANDSTILL_MS)
        throw new Unavailable(
          `The rebuild of ${name} stands still. The projector's /readyz says why; it goes on later.`,
        );
      onProgress?.({ position: building.position, head: await this.#options.store.head() });
      await pause(this.#scheduler, LOOK_AT_REBUILD_MS, this.#stop.signal);
      if (this.#stop.signal.aborted) throw new Unavailable('The process is stopping.');
    }
  }

  /** A generation that nobody serves yet, which the leader finds and follows; the one that is being built, if any. */
  #askFor(projection: Projection): Promise<Generation> {
    return this.#options.database.write(async (transaction) => {
      await prepareCheckpoints(transaction);
      const found = await generationsOf(transaction, projection.name);
      const begun = found.findLast((generation) => !generation.serving && isMadeBy(projection, generation));
      return begun ?? (await addGeneration(transaction, projection, found, false));
    });
  }

  #find(name: string): RemoteProjection {
    const remote = this.#remotes.get(name);
    if (!remote) throw new NotFound('There is no such projection.');
    return remote;
  }

  async #follow(): Promise<void> {
    const stopping = () => this.#stop.signal.aborted;
    while (!stopping()) {
      const wait = this.#waiting > 0 && this.#outage === undefined ? LOOK_WAITING_MS : LOOK_IDLE_MS;
      const cancel = this.#scheduler.after(wait, () => this.#look.open());
      await this.#look.wait();
      cancel();
      if (!stopping()) await this.#readOrSay();
    }
  }

  async #readOrSay(): Promise<void> {
    try {
      await this.#read();
      if (this.#outage !== undefined) this.#options.logger.info('checkpoints can be read');
      this.#outage = undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.#outage) this.#tell(error, reason);
      this.#outage = reason;
    }
  }

  #tell(error: unknown, reason: string): void {
    // Until the first projector has begun there is nothing to read, and nothing wrong.
    if (this.#generations.length > 0) this.#options.logger.failure('checkpoints cannot be read', error, { reason });
    else this.#options.logger.info('checkpoints are waited for', { reason });
  }

  async #read(): Promise<void> {
    const { database } = this.#options;
    this.#generations = (await movedGenerations(database, this.#generations)) ?? (await allGenerations(database));
    const found = Map.groupBy(this.#generations, ({ projection }) => projection);
    for (const [name, remote] of this.#remotes) remote.found(found.get(name) ?? []);
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const _ of this.#options.wakeups(signal)) this.#look.open();
    } catch (error) {
      if (!signal.aborted) this.#options.logger.failure('wake-ups ended, polling instead', error);
    }
  }
}
