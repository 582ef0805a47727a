// What surrounds commands and events: who, when, under which id, and where in the log. Never personal data.
import type { Instant } from './instant.ts';
import type { JsonObject } from './json.ts';

/**
 * A place in the whole log: opaque, totally ordered by plain string comparison within one store, never a number
 * to calculate with. A position names the event it belongs to; "after" it means the events that follow.
 */
export type Position = string & { readonly __position: true };

/** Before the first event of any store. */
export const START_OF_LOG = '' as Position;

/** Who gave a command. `accountId` is an account's id, or `system` for the operator's command line and reactors. */
export interface Actor {
  readonly accountId: string;
  readonly role: string;
}

/** What surrounds a command: who, when, and under which client-chosen id. */
export interface CommandContext {
  /** Client-made UUID. The same id again returns the first result and appends nothing. */
  readonly commandId: string;
  /** Keyed hash of what the caller sent, so that the same id with another payload is noticed. */
  readonly commandHash: string;
  readonly actor: Actor;
  /** When it happened; not after `recordedAt`. */
  readonly occurredAt: Instant;
  /** When we learnt it. */
  readonly recordedAt: Instant;
  /** The revision the caller saw. When given, a stale one is refused and nothing is retried. */
  readonly expectedRevision?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Stored beside every event's data. Holds no personal data: actors are account ids, never names. */
export interface EventMetadata extends JsonObject {
  /** Version of the event's schema. */
  readonly version: number;
  readonly commandId: string;
  /** Keyed hash of the command's payload, to tell a retry from a reused id. */
  readonly commandHash: string;
  readonly actorId: string;
  readonly actorRole: string;
  /** The area whose data this is: a community's id, or the area above for events about areas and accounts. */
  readonly communityId: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}
