// One projection from start to stop: which generation is served, which is being built beside it, and the swap. The
// served one goes on following the log while the next is built; the views change over in one transaction.
import type { EventStore } from '#libs/event-store';
import { StreamDeleted } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Generation } from './checkpoints.ts';
import { addGeneration, generationsOf, isMadeBy, LostRace, serveOnly } from './checkpoints.ts';
import type { RunnerContext, RunnerListener } from './generation-runner.ts';
import { GenerationRunner } from './generation-runner.ts';
import { PositionGate } from './position-gate.ts';
import type { Projection } from './projection.ts';
import type { RebuildProgress } from './projections.ts';
import { isReadable } from './readable.ts';

export interface LifecycleListener {
  /** The served generation moved, paused, or was looked at and found to be at the log's end. */
  served(lifecycle: ProjectionLifecycle): void;
}

interface Build {
  readonly runner: GenerationRunner;
  readonly finished: PromiseWithResolvers<undefined>;
  onProgress: RebuildProgress | undefined;
}

export class ProjectionLifecycle implements RunnerListener {
  readonly projection: Projection;
  readonly gate: PositionGate;
  readonly #context: RunnerContext;
  readonly #listener: LifecycleListener;
  /** What the views show. It has no runner when it was made by other code or from another log. */
  #served: Generation | undefined;
  #serving: GenerationRunner | undefined;
  #build: Build | undefined;
  #beginning: Promise<Build | undefined> | undefined;
  /**
   * The served rows come from a log that is not this one (a backup was restored, or the file replaced), or are not there
   * any more.
   */
  #orphaned = false;
  #stopped = false;

  constructor(projection: Projection, context: RunnerContext, listener: LifecycleListener) {
    this.projection = projection;
    this.#context = context;
    this.#listener = listener;
    this.gate = new PositionGate(projection.name, START_OF_LOG);
  }

  get served(): Generation | undefined {
    return this.#served;
  }

  get serving(): GenerationRunner | undefined {
    return this.#serving;
  }

  get building(): GenerationRunner | undefined {
    return this.#build?.runner;
  }

  async start(): Promise<void> {
    for (;;) {
      try {
        await this.#start();
        return;
      } catch (error) {
        // Another process has begun at the same moment: what it made is there now.
        if (!(error instanceof LostRace)) throw error;
      }
    }
  }

  async #start(): Promise<void> {
    const found = await this.#generations();
    const served = found.find(({ serving }) => serving);
    if (!served) return void this.#serve(await this.#create(found, true));
    this.#served = served;
    const known =
      (await isReadable(this.#context.database, [served])) && (await comesFrom(served, this.#context.store));
    this.#orphaned = !known;
    if (known && isMadeBy(this.projection, served)) {
      this.#serve(served);
      this.#follow(await this.#resumable(found));
    } else {
      this.#follow((await this.#resumable(found)) ?? (await this.#create(found, false)));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.gate.close();
    this.#build?.finished.reject(new Unavailable('The process is stopping.'));
    await Promise.all([this.#serving?.stop(), this.#build?.runner.stop()]);
  }

  wake(): void {
    this.#serving?.wake();
    this.#build?.runner.wake();
  }

  /** Resolves when a generation built from the start of the log is served. Joins a build in progress. */
  async rebuild(onProgress?: RebuildProgress): Promise<void> {
    this.#beginning ??= this.#begin().finally(() => (this.#beginning = undefined));
    const build = await this.#beginning;
    if (!build) throw new Unavailable('The process is stopping.');
    if (onProgress) build.onProgress = onProgress;
    await build.finished.promise;
  }

  /** Goes on with a build that another process has begun. */
  async join(): Promise<void> {
    this.#beginning ??= this.#join().finally(() => (this.#beginning = undefined));
    await this.#beginning;
  }

  retry(): void {
    for (const runner of this.#pausedRunners()) runner.retry();
  }

  async skip(): Promise<void> {
    for (const runner of this.#pausedRunners()) await runner.skip();
  }

  moved(runner: GenerationRunner): void {
    if (runner === this.#serving) {
      this.gate.moveTo(runner.position, runner.paused);
      this.#listener.served(this);
    } else if (runner === this.#build?.runner) {
      this.#progress(this.#build);
    }
  }

  async disturbed(runner: GenerationRunner): Promise<Position | undefined> {
    const found = await this.#generations();
    const own = found.find(({ generation }) => generation === runner.generation.generation);
    if (own) return own.position;
    if (runner === this.#serving) this.#takeOver(found.find(({ serving }) => serving));
    else this.#abandon(runner);
    return undefined;
  }

  #pausedRunners(): GenerationRunner[] {
    const paused = [this.#serving, this.#build?.runner].filter((runner) => runner?.paused !== undefined);
    if (paused.length === 0) throw new NotFound(`${this.projection.name} is not paused.`);
    return paused as GenerationRunner[];
  }

  #serve(generation: Generation): void {
    this.#served = generation;
    this.#orphaned = false;
    this.#serving = new GenerationRunner(this.projection, generation, this.#context, this);
    this.gate.moveTo(generation.position);
    if (!this.#stopped) this.#serving.start();
  }

  async #begin(): Promise<Build | undefined> {
    return this.#build ?? this.#follow(await this.#create(await this.#generations(), false));
  }

  async #join(): Promise<Build | undefined> {
    return this.#build ?? this.#follow(await this.#resumable(await this.#generations()));
  }

  #follow(generation: Generation | undefined): Build | undefined {
    if (!generation || this.#stopped) return undefined;
    const runner = new GenerationRunner(this.projection, generation, this.#context, this);
    const finished = Promise.withResolvers<undefined>();
    finished.promise.catch(() => undefined);
    this.#build = { runner, finished, onProgress: undefined };
    runner.start();
    return this.#build;
  }

  #progress(build: Build): void {
    const { runner } = build;
    if (runner.paused) {
      const { position, type, reason } = runner.paused;
      build.finished.reject(
        new Unavailable(`The rebuild stopped at an event of type ${type}: ${reason}.`, { position }),
      );
    }
    build.onProgress?.({ position: runner.position, head: runner.head ?? START_OF_LOG });
    if (runner.caughtUp)
      void this.#swap(build).catch((error: unknown) => this.#context.logger.failure('swap failed', error));
  }

  // Refused while the served generation is ahead, so that reads never go back in time.
  async #swap(build: Build): Promise<void> {
    const { runner } = build;
    const swapped = await this.#context.database.write(async (transaction) => {
      const found = await generationsOf(transaction, this.projection.name);
      const own = found.find(({ generation }) => generation === runner.generation.generation);
      const served = found.find(({ serving }) => serving);
      if (!own || own.serving) return undefined;
      if (served && !this.#orphaned && served.position > own.position) return undefined;
      await serveOnly(transaction, own);
      return { ...own, serving: true };
    });
    if (this.#build !== build) return;
    // The log goes on, or is looked at again soon; then it is tried again.
    if (!swapped) return;
    const before = this.#serving;
    this.#serving = runner;
    this.#served = swapped;
    this.#orphaned = false;
    this.#build = undefined;
    this.moved(runner);
    build.finished.resolve(undefined);
    this.#context.logger.info('projection rebuilt', {
      projection: this.projection.name,
      version: swapped.version,
      generation: swapped.generation,
    });
    await before?.stop();
  }

  /** Another engine swapped generations under us: follow the new one if we can make it, otherwise stand by. */
  #takeOver(next: Generation | undefined): void {
    this.#served = next;
    this.#serving = undefined;
    if (next && isMadeBy(this.projection, next)) this.#serve(next);
  }

  #abandon(runner: GenerationRunner): void {
    if (this.#build?.runner !== runner) return;
    this.#build.finished.reject(new Unavailable('Another process has replaced this rebuild.'));
    this.#build = undefined;
  }

  /** A build that an earlier process began and this one can go on with. */
  async #resumable(found: readonly Generation[]): Promise<Generation | undefined> {
    const begun = found.findLast((generation) => !generation.serving && isMadeBy(this.projection, generation));
    return begun && (await comesFrom(begun, this.#context.store)) ? begun : undefined;
  }

  #create(found: readonly Generation[], serving: boolean): Promise<Generation> {
    return this.#context.database.write((transaction) => addGeneration(transaction, this.projection, found, serving));
  }

  #generations(): Promise<Generation[]> {
    return generationsOf(this.#context.database, this.projection.name);
  }
}

/** Whether the rows were made from this very log: it reaches that far, and holds the last event they are made of. */
async function comesFrom({ position, last }: Generation, store: EventStore): Promise<boolean> {
  if (position > (await store.head())) return false;
  if (!last) return true;
  try {
    const { events } = await store.readStream(last.stream, { from: last.revision, limit: 1 });
    return events[0]?.id === last.id;
  } catch (error) {
    if (error instanceof StreamDeleted) return false;
    throw error;
  }
}
