// Keeps every projection at the log's end, each on its own: one that pauses or is rebuilt does not hold up another.
// Wake-ups make it quick, a slow poll makes it certain.
import type { EventStore } from '#libs/event-store';
import type { Clock, Position } from '#libs/kernel';
import { NotFound } from '#libs/kernel';
import type { Logger, ReadDatabase, Scheduler } from '#libs/platform';
import { systemScheduler } from '#libs/platform';
import { prepareCheckpoints, unservedProjections } from './checkpoints.ts';
import { waitForGates } from './position-gate.ts';
import type { TracedBatch } from './generation-runner.ts';
import type { Projection } from './projection.ts';
import { ProjectionLifecycle } from './projection-lifecycle.ts';
import type { EngineStatus, Projections, RebuildProgress, WaitOptions } from './projections.ts';
import { headOf } from './projections.ts';
import { ProgressWatch, statusOf } from './projection-status.ts';
import { isReadable } from './readable.ts';

export interface ProjectionEngineOptions {
  readonly store: EventStore;
  /** Stays the caller's; close it after `stop`. */
  readonly database: ReadDatabase;
  /** Names and table names are unique among them. */
  readonly projections: readonly Projection[];
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scheduler?: Scheduler;
  /** Most events read at a time; default and maximum 1,000. */
  readonly batchSize?: number;
  /** Surrounds every transaction that takes events in; for traces. */
  readonly traced?: TracedBatch | undefined;
  /** How often the log is looked at without a wake-up; default 1 s. */
  readonly pollMs?: number;
  /**
   * For an engine that is to be the only one: called when another one has moved a checkpoint or replaced a generation.
   * That projection then stands still; stop the engine. Without it, the engine follows where the other one is.
   */
  readonly onLostRace?: () => void;
}

/** Called after a projection's rows at `position` can be read. Never for rows of a rebuild before they are served. */
export type AdvanceListener = (projection: string, position: Position) => void;

export class ProjectionEngine implements Projections {
  readonly #options: ProjectionEngineOptions;
  readonly #scheduler: Scheduler;
  readonly #lifecycles: ReadonlyMap<string, ProjectionLifecycle>;
  readonly #watches = new Map<ProjectionLifecycle, ProgressWatch>();
  readonly #announced = new Map<ProjectionLifecycle, Position>();
  readonly #listeners = new Set<AdvanceListener>();
  readonly #stop = new AbortController();
  #cancelPoll: () => void = () => undefined;

  constructor(options: ProjectionEngineOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? systemScheduler;
    const { store, database, logger, projections, onLostRace } = options;
    assertDistinct(projections);
    const batchSize = Math.min(options.batchSize ?? 1_000, 1_000);
    const { traced = (_projection, _events, work) => work() } = options;
    const context = { store, database, logger, scheduler: this.#scheduler, batchSize, onLostRace, traced };
    const listener = { served: (lifecycle: ProjectionLifecycle) => this.#served(lifecycle) };
    this.#lifecycles = new Map(projections.map((of) => [of.name, new ProjectionLifecycle(of, context, listener)]));
  }

  /**
   * Creates what is missing and goes on where an earlier process stopped. Resolves when all are running, not when
   * they have caught up.
   *
   * @throws Unavailable when store or database cannot be used
   */
  async start(): Promise<void> {
    await this.#options.database.write(prepareCheckpoints);
    for (const lifecycle of this.#lifecycles.values()) {
      this.#watches.set(lifecycle, new ProgressWatch(this.#options.clock));
      await lifecycle.start();
    }
    void this.#listen();
    this.#poll();
  }

  /** Resolves after the transactions in progress. Everybody waiting gets Unavailable. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancelPoll();
    await Promise.all([...this.#lifecycles.values()].map((lifecycle) => lifecycle.stop()));
  }

  async waitFor(position: Position, options: WaitOptions = {}): Promise<void> {
    const names = options.projections ?? [...this.#lifecycles.keys()];
    const gates = names.map((name) => this.#find(name).gate);
    await waitForGates(gates, position, options, this.#scheduler);
  }

  position(projections: readonly string[] = [...this.#lifecycles.keys()]): Position {
    const positions = projections.map((name) => this.#find(name).gate.position);
    return positions.reduce((least, position) => (position < least ? position : least));
  }

  async status(): Promise<EngineStatus> {
    const head = await headOf(this.#options.store, this.#scheduler);
    const watches = [...this.#watches];
    return { head, projections: watches.map(([lifecycle, watch]) => statusOf(lifecycle, watch, head)) };
  }

  async rebuild(name: string, onProgress?: RebuildProgress): Promise<void> {
    await this.#find(name).rebuild(onProgress);
  }

  /** Goes on with builds that other processes have begun: how one that has no engine asks for a rebuild. */
  async joinBuilds(): Promise<void> {
    const begun = await unservedProjections(this.#options.database);
    for (const name of begun) await this.#lifecycles.get(name)?.join();
  }

  /**
   * Those that are served and cannot be read any more: somebody has dropped their tables, or columns of them. An engine that is started makes
   * them anew.
   *
   * @throws ReadModelsMissing when nothing at all is there
   */
  async dropped(): Promise<readonly string[]> {
    const served = [...this.#lifecycles.values()].flatMap(({ serving, served }) => (serving && served ? [served] : []));
    if (await isReadable(this.#options.database, served)) return [];
    const there = await Promise.all(served.map((of) => isReadable(this.#options.database, [of])));
    return served.filter((_, n) => !there[n]).map(({ projection }) => projection);
  }

  /** Tries the event the projection is paused at again. @throws NotFound when it is unknown or not paused */
  retry(name: string): void {
    this.#find(name).retry();
  }

  /** Goes on without the event the projection is paused at; an operator's decision. @throws NotFound as `retry` */
  async skip(name: string): Promise<void> {
    await this.#find(name).skip();
  }

  /** Calls back after every advance, in position order per projection. Returns how to stop. */
  onAdvance(listener: AdvanceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #find(name: string): ProjectionLifecycle {
    const lifecycle = this.#lifecycles.get(name);
    if (!lifecycle) throw new NotFound('There is no such projection.');
    return lifecycle;
  }

  #served(lifecycle: ProjectionLifecycle): void {
    this.#watches.get(lifecycle)?.look(lifecycle.serving);
    const { position } = lifecycle.gate;
    if (this.#announced.get(lifecycle) === position) return;
    this.#announced.set(lifecycle, position);
    for (const listener of this.#listeners) {
      try {
        listener(lifecycle.projection.name, position);
      } catch (error) {
        this.#options.logger.failure('listener failed', error, { projection: lifecycle.projection.name });
      }
    }
  }

  #wakeAll(): void {
    for (const lifecycle of this.#lifecycles.values()) lifecycle.wake();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const _ of this.#options.store.wakeups(signal)) this.#wakeAll();
    } catch (error) {
      if (!signal.aborted) this.#options.logger.failure('wake-ups ended, polling instead', error);
    }
  }

  #poll(): void {
    if (this.#stop.signal.aborted) return;
    this.#cancelPoll = this.#scheduler.after(this.#options.pollMs ?? 1_000, () => {
      this.#wakeAll();
      this.#poll();
    });
  }
}

function assertDistinct(projections: readonly Projection[]): void {
  const names = [...projections.map(({ name }) => `projection ${name}`), ...tableNames(projections)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`Declared twice: ${twice}`);
}

function tableNames(projections: readonly Projection[]): string[] {
  return projections.flatMap(({ tables }) => tables.map(({ name }) => `table ${name}`));
}
