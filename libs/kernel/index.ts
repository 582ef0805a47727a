// The words every scope shares: deciders, decisions, instants, positions, failures. It imports nothing.
export { assertNever } from './assert-never.ts';
export { canonicalJson } from './canonical-json.ts';
export { BoundedCache } from './bounded-cache.ts';
export { accept, reject } from './decider.ts';
export type { Decider, Decision, DomainEvent, Rejection } from './decider.ts';
export {
  CommandIdReused,
  Conflict,
  Damaged,
  describeFailure,
  Failure,
  InvalidInput,
  isKnownFailure,
  NotFound,
  NotPermitted,
  RateLimited,
  Rejected,
  Unauthenticated,
  ServerUnavailable,
  Unavailable,
} from './failures.ts';
export type { KnownFailure } from './failures.ts';
export {
  DAY,
  HOUR,
  instantOf,
  isInstant,
  MINUTE,
  millisecondsBetween,
  parseInstant,
  plus,
  SECOND,
  toEpoch,
} from './instant.ts';
export type { Clock, Instant } from './instant.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { isUuid } from './ids.ts';
export { cleanText } from './text.ts';
export type { TextRule } from './text.ts';
export { START_OF_LOG } from './message.ts';
export type { Actor, CommandContext, EventMetadata, Position } from './message.ts';
