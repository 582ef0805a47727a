// The list of erasures as the settings place it, and what follows from the log where keys are older than it.
import { join } from 'node:path';
import type { EventStore } from '#libs/event-store';
import type { Clock } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { scaledOut } from '#libs/platform';
import type { PersonalDataVault } from '#libs/privacy';
import { ERASURE_LIST, ErasureList } from '#libs/privacy';

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

/**
 * Destroys the keys of those whom the log says were erased: the keys are of an older backup than the log. Answers how many
 * there were.
 *
 * @throws Unavailable when one could not be destroyed: nothing may be served then
 */
export async function repeatErasures(store: EventStore, vault: PersonalDataVault, clock: Clock): Promise<number> {
  let repeated = 0;
  for (let after = START_OF_LOG; ;) {
    const { events, next, head } = await store.readAll({ after, types: [KEY_DESTROYED] });
    const persons = events.flatMap(({ data }) => (typeof data['personId'] === 'string' ? [data['personId']] : []));
    const { alive } = await vault.standingOf(persons);
    for (const person of alive) await vault.erase(person, clock.now());
    repeated += alive.length;
    if (next >= head) return repeated;
    after = next;
  }
}
