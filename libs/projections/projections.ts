// The projections as everybody sees them who reads what they make: how far they are, and waiting for them. The same
// whether the engine runs in this process or in another one.
import type { EventStore } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { Scheduler } from '#libs/platform';
import type { PausedAt } from './event-failure.ts';

export interface WaitOptions {
  /** Names of the projections to wait for; default all. */
  readonly projections?: readonly string[] | undefined;
  /** Default 5 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `live`: at the log's end. `catching-up`: behind and moving. `stalled`: behind and not moving, or store or database
 * cannot be used. `paused`: an event could not be handled. `rebuilding`: what is served is from an older version or
 * another log, and stays as it is until the new tables are built. `superseded`: another process serves a newer version.
 * `missing`, told only by who follows from afar: no process has made these tables as this code knows them.
 */
export type ProjectionState = 'live' | 'catching-up' | 'stalled' | 'paused' | 'rebuilding' | 'superseded' | 'missing';

export interface BuildStatus {
  readonly version: number;
  readonly generation: number;
  readonly position: Position;
  readonly paused: PausedAt | undefined;
}

export interface ProjectionStatus {
  readonly name: string;
  readonly state: ProjectionState;
  /** Version and generation the views show. */
  readonly version: number;
  readonly generation: number;
  readonly position: Position;
  readonly caughtUp: boolean;
  /** Since it last moved, or last found that there was nothing new. Grows only while something is wrong. */
  readonly secondsSinceProgress: number;
  readonly paused: PausedAt | undefined;
  /** Why store or database cannot be used, one sentence. */
  readonly outage: string | undefined;
  readonly building: BuildStatus | undefined;
  /** How often another engine was faster. */
  readonly racesLost: number;
}

export interface EngineStatus {
  /** The log's end by the store itself, undefined when it does not answer. */
  readonly head: Position | undefined;
  readonly projections: readonly ProjectionStatus[];
}

/** Told while a generation is built. */
export type RebuildProgress = (progress: { readonly position: Position; readonly head: Position }) => void;

export interface Projections {
  /**
   * Resolves once what the projections serve includes everything up to `position`.
   *
   * @throws Unavailable after the time limit, when a projection is known to be paused before that position, or on stop;
   *   rejects with the signal's reason when it aborts
   */
  waitFor(position: Position, options?: WaitOptions): Promise<void>;

  /** The newest position all of these projections (default all) serve. */
  position(projections?: readonly string[]): Position;

  /** Never rejects: a store that does not answer shows as an undefined head. */
  status(): Promise<EngineStatus>;

  /**
   * Builds the projection's tables anew beside those that are served, then changes over. Resolves after the change.
   *
   * @throws NotFound when there is no such projection
   * @throws Unavailable when it does not come to its end; what is served stays
   */
  rebuild(name: string, onProgress?: RebuildProgress): Promise<void>;
}

/** Who asks how things are is not kept waiting for a store that is down. */
const HEAD_WITHIN_MS = 1_000;

/** The log's end, undefined when the store does not say. Never rejects. */
export async function headOf(store: EventStore, scheduler: Scheduler): Promise<Position | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = scheduler.after(HEAD_WITHIN_MS, () => late.resolve(undefined));
  const head = store.head().catch(() => undefined);
  return Promise.race([head, late.promise]).finally(cancel);
}
