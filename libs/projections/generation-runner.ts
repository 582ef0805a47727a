// Carries one generation of a projection from page to page of the log. Rows and checkpoint are written in one
// transaction; an event that cannot be handled stops it there, with everything before that event applied.
import { setImmediate } from 'node:timers/promises';
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { isKnownFailure } from '#libs/kernel';
import type { Logger, ReadDatabase, Scheduler } from '#libs/platform';
import { Latch } from '#libs/platform';
import { BackOff, pause } from './back-off.ts';
import type { Generation, LastEvent } from './checkpoints.ts';
import { advance, LostRace } from './checkpoints.ts';
import type { PausedAt } from './event-failure.ts';
import { EventBatch } from './event-batch.ts';
import { EventFailure, reasonOf } from './event-failure.ts';
import { physicalTable, shapeOf } from './physical-table.ts';
import type { Projection } from './projection.ts';
import type { TablePairs } from './row-batch.ts';
import { headOf } from './projections.ts';
import { RowBatch } from './row-batch.ts';

/** Waits before an event is tried again; after the last one the projection pauses. */
const EVENT_RETRIES_MS = [100, 500, 2_000];
/** Waits before a store or database that failed is asked again; the last one repeats. */
const OUTAGE_RETRIES_MS = [100, 500, 2_000, 5_000];

/** After so many, whether the checkpoint is at fault is asked. */
const SUSPICIOUS_FAILURES = 3;

export type TracedBatch = (projection: string, events: number, work: () => Promise<void>) => Promise<void>;

export interface RunnerContext {
  readonly store: EventStore;
  readonly database: ReadDatabase;
  readonly logger: Logger;
  readonly scheduler: Scheduler;
  /** Most events read at a time. */
  readonly batchSize: number;
  /** With it, who loses a race stands still instead of following; see `ProjectionEngineOptions`. */
  readonly onLostRace: (() => void) | undefined;
  readonly traced: TracedBatch;
}

export interface RunnerListener {
  /** After a commit, a pause, or a look at the log that found nothing new. */
  moved(runner: GenerationRunner): void;
  /**
   * Another engine moved this generation, or the database failed. Answers where the generation is now, undefined
   * when it is gone; the runner then ends.
   */
  disturbed(runner: GenerationRunner): Promise<Position | undefined>;
}

export class GenerationRunner {
  readonly generation: Generation;
  readonly #projection: Projection;
  readonly #context: RunnerContext;
  readonly #listener: RunnerListener;
  readonly #tables: TablePairs;
  #rows: RowBatch;
  readonly #wake = new Latch();
  readonly #stop = new AbortController();
  #position: Position;
  #head: Position | undefined;
  #paused: PausedAt | undefined;
  #outage: string | undefined;
  readonly #eventBackOff = new BackOff(EVENT_RETRIES_MS);
  readonly #outageBackOff = new BackOff(OUTAGE_RETRIES_MS);
  #racesLost = 0;
  /** How often in a row the log could not be read after the checkpoint itself. */
  #unreadPages = 0;
  /** Up to here one event at a time, to find the one a whole batch failed for. */
  #singlyUntil: Position | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(projection: Projection, generation: Generation, context: RunnerContext, listener: RunnerListener) {
    this.#projection = projection;
    this.generation = generation;
    this.#context = context;
    this.#listener = listener;
    this.#position = generation.position;
    this.#tables = projection.tables.map(
      (table) => [table, physicalTable(shapeOf(table), generation.version, generation.generation)] as const,
    );
    this.#rows = new RowBatch(this.#tables);
  }

  /** Everything up to here is in the tables. */
  get position(): Position {
    return this.#position;
  }

  /** The log's end when it was last read, undefined before the first time. */
  get head(): Position | undefined {
    return this.#head;
  }

  get caughtUp(): boolean {
    return this.#head !== undefined && this.#position >= this.#head;
  }

  get paused(): PausedAt | undefined {
    return this.#paused;
  }

  /** Why nothing can be read or written now; undefined when it can. */
  get outage(): string | undefined {
    return this.#outage;
  }

  get racesLost(): number {
    return this.#racesLost;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves after the transaction in progress. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.open();
    await this.#running;
  }

  wake(): void {
    this.#wake.open();
  }

  /** Tries the event it is paused at again. */
  retry(): void {
    this.#paused = undefined;
    this.#eventBackOff.reset();
    this.#listener.moved(this);
    this.wake();
  }

  /** Goes on after the event it is paused at, without it. */
  async skip(): Promise<void> {
    const paused = this.#paused;
    if (!paused) return;
    await this.#commit(new RowBatch(this.#tables), paused.position, undefined);
    this.#context.logger.warn('event skipped', { projection: this.#projection.name, ...paused });
    this.retry();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const more = await this.#step();
        this.#tellOutage(undefined);
        this.#outageBackOff.reset();
        this.#listener.moved(this);
        await (more ? setImmediate() : this.#wake.wait());
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** One transaction. Answers whether there is more to do at once. */
  async #step(): Promise<boolean> {
    if (this.#paused) return this.#passedOver(this.#paused);
    const batch = new EventBatch(this.#projection, this.#rows, this.#position);
    try {
      await this.#fill(batch);
      if (batch.to === this.#position) return false;
      this.#stop.signal.throwIfAborted();
      await this.#context
        .traced(this.#projection.name, batch.size, () => this.#commit(this.#rows, batch.to, batch.last))
        .catch((error: unknown) => {
          throw isDefect(error) ? batch.blame(error) : error;
        });
    } catch (error) {
      this.#rows = new RowBatch(this.#tables);
      if (!(error instanceof EventFailure) || batch.size === 1) throw error;
      this.#singlyUntil = error.event.position;
      return true;
    }
    this.#rows.settle();
    this.#eventBackOff.reset();
    return !this.caughtUp;
  }

  /** Whether somebody has moved the checkpoint from where it is paused, as an operator does from another process. */
  async #passedOver(paused: PausedAt): Promise<boolean> {
    const position = await this.#listener.disturbed(this);
    if (position === undefined) this.#stop.abort();
    if (position === undefined || position === this.#position || this.#paused !== paused) return false;
    this.#rows = new RowBatch(this.#tables);
    this.#position = position;
    this.#context.logger.warn('event skipped', { projection: this.#projection.name, ...paused });
    this.retry();
    return true;
  }

  async #fill(batch: EventBatch): Promise<void> {
    const { store, database, batchSize } = this.#context;
    const singly = this.#singlyUntil !== undefined && this.#position < this.#singlyUntil;
    const limit = singly ? 1 : batchSize;
    for (;;) {
      const types = this.#projection.handles;
      this.#unreadPages += 1;
      const page = await store.readAll({ after: batch.to, limit, types, signal: this.#stop.signal });
      this.#unreadPages = 0;
      this.#head = page.head;
      if (page.next <= batch.to) return;
      await batch.apply(page, database);
      if (singly || page.next >= page.head) return;
      // Behind by more than a page: others get a turn between pages, and before the rows are written.
      await setImmediate();
      if (batch.full) return;
    }
  }

  async #commit(rows: RowBatch, to: Position, last: LastEvent | undefined): Promise<void> {
    await this.#context.database.write(async (transaction) => {
      await advance(transaction, this.generation, this.#position, to, last);
      await rows.write(transaction);
    });
    this.#position = to;
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    if (error instanceof EventFailure) return this.#retryOrPause(error);
    if (error instanceof LostRace) {
      this.#racesLost += 1;
      if (this.#context.onLostRace) {
        this.#stop.abort();
        return void this.#context.onLostRace();
      }
    }
    const position = await this.#listener.disturbed(this).catch(() => this.#position);
    if (position === undefined) return void this.#stop.abort();
    this.#position = position;
    if (error instanceof LostRace) return setImmediate();
    this.#tellOutage(await this.#reasonOf(error), error);
    this.#listener.moved(this);
    await pause(this.#context.scheduler, this.#outageBackOff.nextOrLast(), this.#stop.signal);
  }

  /** A store that tells its end, and never what comes after the checkpoint, may not be the one at fault. */
  async #reasonOf(error: unknown): Promise<string> {
    const reason = reasonOf(error);
    if (this.#unreadPages < SUSPICIOUS_FAILURES) return reason;
    const answers = await headOf(this.#context.store, this.#context.scheduler);
    return answers === undefined ? reason : `${reason} ${checkpointAtFault(this.#projection.name)}`;
  }

  /** Into the log only when it begins, changes or ends, since it is tried again for ever. */
  #tellOutage(reason: string | undefined, error?: unknown): void {
    if (reason === this.#outage) return;
    const { logger } = this.#context;
    const fields = { projection: this.#projection.name, reason };
    if (reason === undefined) logger.info('projection goes on', fields);
    else logger.failure('projection cannot go on', error, fields);
    this.#outage = reason;
  }

  async #retryOrPause(failure: EventFailure): Promise<void> {
    this.#outage = undefined;
    const wait = this.#eventBackOff.next();
    if (wait !== undefined) {
      this.#listener.moved(this);
      return pause(this.#context.scheduler, wait, this.#stop.signal);
    }
    this.#paused = failure.toPaused();
    this.#context.logger.error('projection paused', { projection: this.#projection.name, ...this.#paused });
  }
}

function checkpointAtFault(projection: string): string {
  return `The event store tells where it ends, but not what comes after the checkpoint of ${projection}: if that was set by hand, run \`rebuild ${projection}\`.`;
}

/** Neither a lost race nor an outage: the rows cannot be written. */
function isDefect(error: unknown): boolean {
  return !(error instanceof LostRace || isKnownFailure(error));
}
