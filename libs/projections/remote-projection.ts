// One projection that another process moves: where it is, whether it is what this code knows, and since when it has not
// moved although there is more to take in.
import type { Clock, Instant, Position } from '#libs/kernel';
import { millisecondsBetween, START_OF_LOG } from '#libs/kernel';
import type { Generation } from './checkpoints.ts';
import { isMadeBy } from './checkpoints.ts';
import { PositionGate } from './position-gate.ts';
import type { Projection } from './projection.ts';
import { STALLED_AFTER_SECONDS } from './projection-status.ts';
import type { BuildStatus, ProjectionState, ProjectionStatus } from './projections.ts';

export class RemoteProjection {
  readonly projection: Projection;
  readonly gate: PositionGate;
  readonly #clock: Clock;
  #served: Generation | undefined;
  #building: Generation | undefined;
  #movedAt: Instant;
  /** Since when it has been seen behind the log's end. */
  #behindSince: Instant | undefined;

  constructor(projection: Projection, clock: Clock) {
    this.projection = projection;
    this.gate = new PositionGate(projection.name, START_OF_LOG);
    this.#clock = clock;
    this.#movedAt = clock.now();
  }

  /** @param generations of this projection as they are now, the oldest first */
  found(generations: readonly Generation[]): void {
    this.#served = generations.find(({ serving }) => serving);
    this.#building = generations.findLast(({ serving }) => !serving);
    const position = this.#served?.position ?? START_OF_LOG;
    if (position !== this.gate.position) this.#movedAt = this.#clock.now();
    this.gate.moveTo(position);
  }

  /** @param outage why the checkpoints cannot be read now */
  status(head: Position | undefined, outage: string | undefined): ProjectionStatus {
    const { position } = this.gate;
    const caughtUp = this.#served !== undefined && outage === undefined && head !== undefined && position >= head;
    const secondsSinceProgress = this.#secondsBehind(caughtUp);
    return {
      name: this.projection.name,
      state: this.#state(caughtUp, secondsSinceProgress, outage),
      version: this.#served?.version ?? this.projection.version,
      generation: this.#served?.generation ?? 0,
      position,
      caughtUp,
      secondsSinceProgress,
      paused: undefined,
      outage,
      building: this.#building && buildStatus(this.#building),
      racesLost: 0,
    };
  }

  #state(caughtUp: boolean, secondsBehind: number, outage: string | undefined): ProjectionState {
    if (this.#served && this.#served.version > this.projection.version) return 'superseded';
    if (!this.#served || !isMadeBy(this.projection, this.#served)) return 'missing';
    if (outage !== undefined) return 'stalled';
    if (caughtUp) return 'live';
    return secondsBehind > STALLED_AFTER_SECONDS ? 'stalled' : 'catching-up';
  }

  #secondsBehind(caughtUp: boolean): number {
    const now = this.#clock.now();
    this.#behindSince = caughtUp ? undefined : (this.#behindSince ?? now);
    if (this.#behindSince === undefined) return 0;
    const since = this.#behindSince > this.#movedAt ? this.#behindSince : this.#movedAt;
    return Math.max(0, Math.floor(millisecondsBetween(since, now) / 1_000));
  }
}

function buildStatus({ version, generation, position }: Generation): BuildStatus {
  return { version, generation, position, paused: undefined };
}
