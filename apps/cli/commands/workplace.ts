// Opens what the settings name for one command and closes it afterwards, whatever happens. Scaled out, the command makes
// read models itself as long as no projector leads, so it works with or without one.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Foundation, Services } from '#apps/foundation';
import { openFoundation, startServices } from '#apps/foundation';
import { deterministicId } from '#libs/event-store';
import type { CommandContext, JsonObject } from '#libs/kernel';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { createLogger } from '#libs/platform';
import { listenForInterruption } from '../terminal/interruption.ts';

export interface Workplace {
  readonly foundation: Foundation;
  readonly services: Services;
  /** Aborted when the operator wants the command to stop. */
  readonly signal?: AbortSignal;
}

const LONGEST_CATCH_UP = 3_600_000;
/** A leader begins within seconds. */
const LONGEST_WAIT_TO_BEGIN = 60_000;
/** Between looks whether the read models are made yet, where another process may make them. */
const LOOK_AGAIN_MS = 100;

export async function withWorkplace<T>(settings: Settings, work: (place: Workplace) => Promise<T>): Promise<T> {
  // Standard output is for what a command answers; the log beside it is left to what needs attention.
  const level = settings.logLevel === 'info' ? 'warn' : settings.logLevel;
  const logger = createLogger({ level, write: (line) => void process.stderr.write(line) });
  const interruption = listenForInterruption();
  try {
    const foundation = await openFoundation(settings, { logger, role: 'projector' });
    try {
      foundation.projector?.start();
      return await work({ foundation, services: await startServices(foundation), signal: interruption.signal });
    } finally {
      await foundation.shutdown.run();
    }
  } finally {
    interruption.release();
  }
}

/** The read models a query asks for. */
export function viewsOf<Views>({ readModels }: Foundation): Kysely<Views> {
  const views: unknown = readModels.query;
  return views as Kysely<Views>;
}

/**
 * Waits until every read model has taken in the whole log. Rejects with the signal's reason when it aborts.
 *
 * @throws Unavailable when nobody makes a read model that this version knows, as while a projector of another one leads
 */
export async function catchUp({ foundation: { store, projections }, signal }: Workplace): Promise<void> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const missing = (await projections.status()).projections.find(({ state }) => state === 'missing');
    if (!missing) break;
    if (waited >= LONGEST_WAIT_TO_BEGIN)
      throw new Unavailable(`Nobody makes the read model ${missing.name}. The projector's /readyz says why.`);
    await setTimeout(LOOK_AGAIN_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  const head = await store.head();
  if (head !== START_OF_LOG) await projections.waitFor(head, { timeoutMs: LONGEST_CATCH_UP, signal });
}

/** The operator's context for a command; with a name, the same command is recognised when it is repeated. */
export function operatorContext({ clock, vault }: Foundation, payload: JsonObject, name?: string): CommandContext {
  const now = clock.now();
  return {
    commandId: name === undefined ? randomUUID() : deterministicId('operator', name),
    commandHash: vault.fingerprint(payload),
    actor: { accountId: 'system', role: 'SYSTEM' },
    occurredAt: now,
    recordedAt: now,
  };
}
