// What an operator and the readiness check are told about a projection, measured against the log's real end.
import type { Clock, Instant, Position } from '#libs/kernel';
import { millisecondsBetween } from '#libs/kernel';
import type { GenerationRunner } from './generation-runner.ts';
import type { ProjectionLifecycle } from './projection-lifecycle.ts';
import type { BuildStatus, ProjectionState, ProjectionStatus } from './projections.ts';

export const STALLED_AFTER_SECONDS = 10;

/** Notices progress: a new position, or an end of the log that was looked at. */
export class ProgressWatch {
  readonly #clock: Clock;
  #at: Instant;
  #position: Position | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  look(runner: GenerationRunner | undefined): void {
    if (!runner || runner.outage !== undefined) return;
    if (!runner.caughtUp && runner.position === this.#position) return;
    this.#position = runner.position;
    this.#at = this.#clock.now();
  }

  seconds(): number {
    return Math.max(0, Math.floor(millisecondsBetween(this.#at, this.#clock.now()) / 1_000));
  }
}

/** @param head the store's end, undefined when the store could not say */
export function statusOf(
  lifecycle: ProjectionLifecycle,
  watch: ProgressWatch,
  head: Position | undefined,
): ProjectionStatus {
  const { projection, served, serving, building } = lifecycle;
  const position = lifecycle.gate.position;
  const caughtUp = serving !== undefined && head !== undefined && position >= head;
  const secondsSinceProgress = watch.seconds();
  return {
    name: projection.name,
    state: serving ? stateServing(serving, caughtUp, secondsSinceProgress) : stateBuilding(building),
    version: served?.version ?? projection.version,
    generation: served?.generation ?? 0,
    position,
    caughtUp,
    secondsSinceProgress,
    paused: (serving ?? building)?.paused,
    outage: serving?.outage ?? building?.outage,
    building: building && buildStatus(building),
    racesLost: serving?.racesLost ?? 0,
  };
}

/** Nothing served follows the log: what is built has to come through, or the old rows stay for good. */
function stateBuilding(building: GenerationRunner | undefined): ProjectionState {
  if (!building) return 'superseded';
  if (building.paused) return 'paused';
  return building.outage === undefined ? 'rebuilding' : 'stalled';
}

function stateServing(serving: GenerationRunner, caughtUp: boolean, secondsSinceProgress: number): ProjectionState {
  if (serving.paused) return 'paused';
  if (serving.outage !== undefined) return 'stalled';
  if (caughtUp) return 'live';
  return secondsSinceProgress > STALLED_AFTER_SECONDS ? 'stalled' : 'catching-up';
}

function buildStatus({ generation, position, paused }: GenerationRunner): BuildStatus {
  return { version: generation.version, generation: generation.generation, position, paused };
}
