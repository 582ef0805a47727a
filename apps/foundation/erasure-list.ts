// The list of erasures as the settings place it, and what follows from the log where keys are older than it.
import { join } from 'node:path';
import type { EventStore } from '#libs/event-store';
import type { Clock } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { scaledOut } from '#libs/platform';
import type { PersonalDataVault } from '#libs/privacy';
import type { ListedErasure } from '#libs/privacy';
import { ERASURE_LIST, ErasureList } from '#libs/privacy';
import type { Opening } from './opening.ts';

export const KEY_DESTROYED = 'PersonKeyDestroyed';

export function erasureListOf(settings: Settings, vault: PersonalDataVault): ErasureList {
  const { dataDirectory, erasureListFile } = settings;
  const own = scaledOut(settings) ? [] : [join(dataDirectory, ERASURE_LIST)];
  return new ErasureList(
    [...own, ...(erasureListFile === undefined ? [] : [erasureListFile])],
    erasureListSecret(vault),
  );
}

export function erasureListSecret(vault: PersonalDataVault): Uint8Array {
  return vault.deriveSecret('erasure list');
}

export interface LoggedErasures {
  readonly erased: readonly ListedErasure[];
  /** How many of them still had a key: the keys are of an older backup than the log. */
  readonly repeated: number;
}

/**
 * Destroys the keys of those whom the log says were erased.
 *
 * @throws Unavailable when one could not be destroyed: nothing may be served then
 */
export async function repeatErasures(
  store: EventStore,
  vault: PersonalDataVault,
  clock: Clock,
): Promise<LoggedErasures> {
  const erased: ListedErasure[] = [];
  let repeated = 0;
  for (let after = START_OF_LOG; ;) {
    const { events, next, head } = await store.readAll({ after, types: [KEY_DESTROYED] });
    const found = events.flatMap(({ data: { personId }, metadata: { recordedAt } }) =>
      typeof personId === 'string' ? [{ personId, at: recordedAt }] : [],
    );
    erased.push(...found);
    const { alive } = await vault.standingOf(found.map(({ personId }) => personId));
    for (const person of alive) await vault.erase(person, clock.now());
    repeated += alive.length;
    if (next >= head) return { erased, repeated };
    after = next;
  }
}

/** @throws Unavailable where the list cannot be written */
export function listErasures(
  { settings, logger }: Pick<Opening, 'settings' | 'logger'>,
  vault: PersonalDataVault,
  { erased, repeated }: LoggedErasures,
): void {
  if (repeated > 0) logger.warn('erasures were repeated: the keys were older than the log', { count: repeated });
  const added = erasureListOf(settings, vault).complete(erased);
  if (added > 0) logger.warn('erasures were added to the list, which lacked them', { count: added });
}
