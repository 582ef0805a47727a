// Keys of an older backup than the log lack the newest persons. Whoever started so would make them new keys, and what was
// sealed with the lost ones would never be missed; so the end of the log is looked at first.
import type { RecordedEvent } from '#libs/event-store';
import { parseSealed } from '#libs/event-store';
import type { JsonValue } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type { PersonalDataVault } from '#libs/privacy';

/** The last events of the log, the more the surer. */
export const LOOKED_AT = 1_000;

/** @throws Unavailable when one of these events is sealed with a key that the store has never heard of */
export async function requireKeysAsNewAs(events: readonly RecordedEvent[], vault: PersonalDataVault): Promise<void> {
  const { unknown } = await vault.standingOf(personsIn(events));
  if (unknown.length === 0) return;
  const count = unknown.length === 1 ? '1 person' : `${String(unknown.length)} persons`;
  throw new Unavailable(
    `The key store is older than the log: the keys of ${count} in its last events are missing. Restore the newest backup of the keys, or give the lost ones up with: npm run cli -- give-up-lost-keys.`,
    { lasting: true },
  );
}

/** Everybody for whom these events hold sealed texts. */
export function personsIn(events: readonly Pick<RecordedEvent, 'data'>[]): readonly string[] {
  const persons = new Set<string>();
  const look = (value: JsonValue | undefined): void => {
    if (typeof value === 'string') {
      const person = parseSealed(value)?.place.person;
      if (person !== undefined) persons.add(person);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  for (const { data } of events) look(data);
  return [...persons];
}
