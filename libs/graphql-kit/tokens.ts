// What the composition root provides to every scope's Nest module, where a class cannot be the token because the
// adapter behind it is chosen by configuration. The rest is injected by class: CommandContexts, SubscriptionHub,
// PersonalDataVault, and each scope's desk.
import type { Position } from '#libs/kernel';

/** `Clock` */
export const CLOCK = Symbol('Clock');
/** `Kysely<…>` over the read models; tables by their stable names */
export const READ_MODELS = Symbol('ReadModels');
/** `ProjectionGate` */
export const PROJECTIONS = Symbol('Projections');

/** `RateLimits` */
export const RATE_LIMITS = Symbol('RateLimits');

/** `number` of different people an hour, from which on an account's reading is unusual */
export const UNUSUAL_READING = Symbol('UnusualReading');

export interface ProjectionGate {
  /**
   * Resolves once the named projections (default all) have taken in everything up to the position.
   *
   * @throws Unavailable when that takes longer than `timeoutMs` (default 5,000) or one of them is paused
   */
  waitFor(
    position: Position,
    options?: { projections?: readonly string[]; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<void>;

  /** How far a projection has come: everything up to there is in its tables. */
  positionOf(projection: string): Position;
}
