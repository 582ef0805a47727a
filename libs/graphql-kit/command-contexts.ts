// Surrounds what a viewer asks for with who, when and under which id: the one way from a mutation's input to a
// command's context.
import type { Actor, Clock, CommandContext, Instant, JsonValue } from '#libs/kernel';
import type { Viewer } from './viewer.ts';

interface CommandId {
  readonly commandId: string;
  readonly expectedRevision?: number | null | undefined;
}

export interface CommandSurroundings {
  /** The community acted in: tells which of the viewer's roles is recorded. */
  readonly communityId?: string | undefined;
  /** When it happened, if not now. */
  readonly occurredAt?: Instant | null | undefined;
  /** Who acts, where nobody is signed in for it; default the system. */
  readonly actor?: Actor | undefined;
}

const SYSTEM: Actor = { accountId: 'system', role: 'SYSTEM' };

export class CommandContexts {
  readonly #clock: Clock;
  readonly #fingerprint: (payload: JsonValue) => string;

  /** @param fingerprint keyed hash, so that what is kept of a payload tells nothing about it */
  constructor(clock: Clock, fingerprint: (payload: JsonValue) => string) {
    this.#clock = clock;
    this.#fingerprint = fingerprint;
  }

  /**
   * @param command the command's permanent name; the same id for another command counts as reused
   */
  of(
    viewer: Viewer | undefined,
    command: string,
    input: CommandId,
    surroundings: CommandSurroundings = {},
  ): CommandContext {
    const recordedAt = this.#clock.now();
    const occurredAt = surroundings.occurredAt ?? recordedAt;
    const { commandId, expectedRevision, ...payload } = input;
    return {
      commandId,
      commandHash: this.#fingerprint({ command, payload: canonical(payload) }),
      actor: viewer ? actorOf(viewer, surroundings.communityId) : (surroundings.actor ?? SYSTEM),
      occurredAt,
      recordedAt,
      expectedRevision: expectedRevision ?? undefined,
    };
  }
}

function actorOf(viewer: Viewer, communityId: string | undefined): Actor {
  const grant = viewer.grants.find(({ role }) => communityId === undefined || viewer.may([role], communityId));
  return { accountId: viewer.accountId, role: grant?.role ?? 'RESIDENT' };
}

/** The same value with its keys in order and nothing undefined, so that equal inputs have equal fingerprints. */
function canonical(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const entries = Object.entries(value).filter(([, of]) => of !== undefined && of !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, canonical(of)]));
}
