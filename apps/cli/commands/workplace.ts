// Opens the data directory for one command and closes it afterwards, whatever happens.
import type { Foundation, Services } from '#apps/api';
import { openFoundation, startServices } from '#apps/api';
import type { CommandContext, Instant, JsonObject, Position } from '#libs/kernel';
import { InvalidInput, START_OF_LOG } from '#libs/kernel';
import { deterministicId } from '#libs/event-store';
import { AreaQueries } from '#libs/communities';
import type { AreaRow, AreaTables } from '#libs/communities';
import type { Settings } from '#libs/platform';
import { randomUUID } from 'node:crypto';

export interface Workplace {
  readonly foundation: Foundation;
  readonly services: Services;
}

export async function withWorkplace<T>(settings: Settings, work: (place: Workplace) => Promise<T>): Promise<T> {
  // Operator's commands talk on the terminal; the log is left to what needs attention.
  const foundation = await openFoundation({
    ...settings,
    logLevel: settings.logLevel === 'info' ? 'warn' : settings.logLevel,
  });
  try {
    const services = await startServices(foundation);
    return await work({ foundation, services });
  } finally {
    await foundation.shutdown.run();
  }
}

/** Waits until every read model has taken in the whole log. */
export async function catchUp(
  { store, projections }: Foundation,
  onProgress?: (position: Position) => void,
): Promise<void> {
  const head = await store.head();
  if (head !== START_OF_LOG) await projections.waitFor(head, { timeoutMs: 3_600_000 });
  onProgress?.(head);
}

/** The operator's context for a command; with a name, the same command is recognised when it is repeated. */
export function operatorContext(
  { clock, vault }: Foundation,
  payload: JsonObject,
  { name, occurredAt }: { readonly name?: string; readonly occurredAt?: Instant } = {},
): CommandContext {
  const now = clock.now();
  return {
    commandId: name === undefined ? randomUUID() : deterministicId('operator', name),
    commandHash: vault.fingerprint(payload),
    actor: { accountId: 'system', role: 'SYSTEM' },
    occurredAt: occurredAt ?? now,
    recordedAt: now,
  };
}

/**
 * The community an option names, by id or by name; the only one when the option is left out.
 *
 * @throws InvalidInput when there is none, or the name or its absence leaves a choice
 */
export async function findCommunity({ readModels }: Foundation, option: string | undefined): Promise<AreaRow> {
  const queries = new AreaQueries(readModels.query as unknown as import('kysely').Kysely<AreaTables>);
  const communities = await queries.communities({ limit: 1_000, after: undefined });
  const found = communities.filter(({ areaId, name }) => option === undefined || areaId === option || name === option);
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const names = communities.map(({ name }) => name).join(', ');
  if (communities.length === 0)
    throw new InvalidInput('There is no community yet. Run the demo, or add one as administrator.');
  throw new InvalidInput(`Name one community with --community: ${names}.`);
}
