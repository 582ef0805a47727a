// Keeps every projection at the log's end, each on its own: one that pauses or is rebuilt does not hold up another.
// Wake-ups make it quick, a slow poll makes it certain.
import type { EventStore } from '#libs/event-store';
import type { Clock, Position } from '#libs/kernel';
import { NotFound, Unavailable } from '#libs/kernel';
import type { Logger, ReadDatabase, Scheduler } from '#libs/platform';
import { systemScheduler } from '#libs/platform';
import { prepareCheckpoints } from './checkpoints.ts';
import type { Projection } from './projection.ts';
import type { RebuildProgress } from './projection-lifecycle.ts';
import { ProjectionLifecycle } from './projection-lifecycle.ts';
import type { ProjectionStatus } from './projection-status.ts';
import { ProgressWatch, statusOf } from './projection-status.ts';

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
  /** How often the log is looked at without a wake-up; default 1 s. */
  readonly pollMs?: number;
}

export interface WaitOptions {
  /** Names of the projections to wait for; default all. */
  readonly projections?: readonly string[] | undefined;
  /** Default 5 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EngineStatus {
  /** The log's end by the store itself, undefined when it does not answer. */
  readonly head: Position | undefined;
  readonly projections: readonly ProjectionStatus[];
}

/** Called after a projection's rows at `position` can be read. Never for rows of a rebuild before they are served. */
export type AdvanceListener = (projection: string, position: Position) => void;

export class ProjectionEngine {
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
    const { store, database, logger, projections } = options;
    assertDistinct(projections);
    const batchSize = Math.min(options.batchSize ?? 1_000, 1_000);
    const context = { store, database, logger, scheduler: this.#scheduler, batchSize };
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

  /**
   * Resolves once what the projections serve includes everything up to `position`.
   *
   * @throws Unavailable after the time limit, when a projection is paused before that position, or on stop; rejects
   *   with the signal's reason when it aborts
   */
  async waitFor(position: Position, { projections, timeoutMs = 5_000, signal }: WaitOptions = {}): Promise<void> {
    const gates = (projections ?? [...this.#lifecycles.keys()]).map((name) => this.#find(name).gate);
    if (gates.every((gate) => gate.position >= position)) return;
    const limit = new AbortController();
    const cancel = this.#scheduler.after(timeoutMs, () => {
      limit.abort(new Unavailable('The data asked for is not here yet. Try again shortly.', { timeoutMs }));
    });
    const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
    try {
      await Promise.all(gates.map((gate) => gate.wait(position, either)));
    } finally {
      cancel();
      limit.abort();
    }
  }

  /** The newest position all of these projections (default all) serve. */
  position(projections: readonly string[] = [...this.#lifecycles.keys()]): Position {
    const positions = projections.map((name) => this.#find(name).gate.position);
    return positions.reduce((least, position) => (position < least ? position : least));
  }

  /** Never rejects: a store that does not answer shows as an undefined head. */
  async status(): Promise<EngineStatus> {
    const head = await this.#options.store.head().catch(() => undefined);
    const watches = [...this.#watches];
    return { head, projections: watches.map(([lifecycle, watch]) => statusOf(lifecycle, watch, head)) };
  }

  /**
   * Builds the projection's tables anew beside those that are served, then changes over. Resolves after the change.
   *
   * @throws NotFound when there is no such projection
   * @throws Unavailable when an event cannot be handled, or the engine stops; what is served stays
   */
  async rebuild(name: string, onProgress?: RebuildProgress): Promise<void> {
    await this.#find(name).rebuild(onProgress);
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
