// One of the processes that can make the read models: it contends for leadership, and while it leads it runs the
// projections and whatever else only one process may do at a time.
import type { Scheduler } from '#libs/platform';
import { isLasting, ReadModelsMissing, systemScheduler, unlessAborted } from '#libs/platform';
import { pause } from '../back-off.ts';
import { refuseNewer } from '../checkpoints.ts';
import type { ProjectionEngineOptions } from '../projection-engine.ts';
import { ProjectionEngine } from '../projection-engine.ts';
import type { EngineStatus } from '../projections.ts';
import type { LeadershipOptions, LeadershipState } from './leadership.ts';
import { Leadership } from './leadership.ts';

export interface ProjectorOptions extends Omit<ProjectionEngineOptions, 'onLostRace'> {
  readonly lock: LeadershipOptions['lock'];
}

/** Begins something and answers how to end it; begun anew in every term. */
export type Duty = () => () => Promise<void>;

/** How soon a rebuild that another process asks for is begun, and dropped tables are noticed. */
const LOOK_EVERY_MS = 1_000;

export class Projector {
  readonly #options: ProjectorOptions;
  readonly #scheduler: Scheduler;
  readonly #leadership: Leadership;
  readonly #duties: Duty[] = [];
  #engine: ProjectionEngine | undefined;

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? systemScheduler;
    const { lock, logger } = options;
    const lead = (signal: AbortSignal) => this.#lead(signal);
    this.#leadership = new Leadership({ lock, lead, logger, scheduler: this.#scheduler });
  }

  get state(): LeadershipState {
    return this.#leadership.state;
  }

  /** Why leadership is out of reach, one sentence; undefined when it is not. */
  get outage(): string | undefined {
    return this.#leadership.outage;
  }

  /** Of the projections this process makes; undefined while it does not lead. */
  async status(): Promise<EngineStatus | undefined> {
    return this.#engine?.status();
  }

  /**
   * Before `start`, to fail early.
   *
   * @throws Unavailable lasting when a newer version has made the read models; an outage is told later
   */
  async verify(): Promise<void> {
    const { database, projections } = this.#options;
    await refuseNewer(database, projections).catch((error: unknown) => {
      if (isLasting(error)) throw error;
    });
  }

  /** Before `start`. */
  whileLeading(duty: Duty): void {
    this.#duties.push(duty);
  }

  start(): void {
    this.#leadership.start();
  }

  /** Ends what it does as a leader, then makes way: who stands by leads within a second. */
  async stop(): Promise<void> {
    await this.#leadership.stop();
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const fenced = new AbortController();
    const over = AbortSignal.any([signal, fenced.signal]);
    const engine = new ProjectionEngine({ ...this.#options, onLostRace: () => fenced.abort() });
    const ends: (() => Promise<void>)[] = [];
    // At once, also while it starts: who waits for the database does not write when the answer comes.
    over.addEventListener('abort', () => void engine.stop(), { once: true });
    try {
      await this.verify();
      await engine.start();
      this.#engine = engine;
      if (!over.aborted) for (const begin of this.#duties) ends.push(begin());
      await this.#watch(engine, over);
    } finally {
      this.#engine = undefined;
      await Promise.allSettled([...ends.map((end) => end()), engine.stop()]);
    }
  }

  /** Resolves before the term is over where read models were dropped: the next one begins by making them anew. */
  async #watch(engine: ProjectionEngine, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      // An outage is told by the projections themselves. Nobody goes on leading while a look is not answered.
      const dropped = await unlessAborted(over, this.#look(engine)).catch(() => []);
      if (dropped.length > 0) {
        const fields = { projection: dropped.join(', ') };
        this.#options.logger.warn('read models were dropped and are made anew', fields);
        return;
      }
      await pause(this.#scheduler, LOOK_EVERY_MS, over);
    }
  }

  /** Begins the rebuilds that others ask for; answers which read models are not there any more. */
  async #look(engine: ProjectionEngine): Promise<readonly string[]> {
    try {
      await engine.joinBuilds();
    } catch (error) {
      if (error instanceof ReadModelsMissing) return this.#options.projections.map(({ name }) => name);
      throw error;
    }
    return engine.dropped();
  }
}
