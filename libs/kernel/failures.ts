// Everything that can go wrong in a foreseeable way, as one closed set. The edge maps it to error codes
// exhaustively; anything else is a defect and is masked there. Messages hold no personal data.
import type { Rejection } from './decider.ts';
import type { JsonValue } from './json.ts';

type Details = Readonly<Record<string, JsonValue>>;

export abstract class Failure extends Error {
  abstract readonly kind: string;
  readonly details: Details;

  constructor(message: string, details: Details = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.details = details;
  }
}

/** The domain said no; `code` says which rule. */
export class Rejected extends Failure {
  readonly kind = 'rejected';
  readonly code: string;

  constructor(rejection: Rejection) {
    super(rejection.message, rejection.details);
    this.code = rejection.code;
  }
}

/** The input cannot be understood, whatever the state; `details.field` names the field where one is to blame. */
export class InvalidInput extends Failure {
  readonly kind = 'invalid-input';
}

export class Unauthenticated extends Failure {
  readonly kind = 'unauthenticated';
}

export class NotPermitted extends Failure {
  readonly kind = 'not-permitted';
}

/** Absent, or not visible to the caller: the two are not told apart. */
export class NotFound extends Failure {
  readonly kind = 'not-found';
}

/** The caller's `expectedRevision` is stale, or others kept winning; `details.currentRevision` is the revision now. */
export class Conflict extends Failure {
  readonly kind = 'conflict';
}

/** The command id was used before for a different command. */
export class CommandIdReused extends Failure {
  readonly kind = 'command-id-reused';
}

/** The store, disk or a projection cannot serve this now; nothing was half done, trying again later is right. */
export class Unavailable extends Failure {
  readonly kind = 'unavailable';
}

/** Too many attempts; `details.retryAfterSeconds` says when the next one is heard. */
export class RateLimited extends Failure {
  readonly kind = 'rate-limited';
}

/** A server that this process stands on cannot be used. The sentence names it, so it is for operators and not for clients. */
export class ServerUnavailable extends Unavailable {}

/** What was stored does not open or was changed; trying again brings the same. */
export class Damaged extends Unavailable {}

export type KnownFailure =
  | Rejected
  | InvalidInput
  | Unauthenticated
  | NotPermitted
  | NotFound
  | Conflict
  | CommandIdReused
  | Unavailable
  | RateLimited;

export function isKnownFailure(error: unknown): error is KnownFailure {
  return error instanceof Failure;
}

/** One sentence for an operator; never a stack. */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? error.message : 'an unknown failure';
}
