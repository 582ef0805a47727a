// The reporter's telephone as the log has it, and keeping it findable.
import type { PersonalDataVault } from '#libs/privacy';
import { phoneForm } from '../domain/phone.ts';
import type { Reporter, RequestEvent } from '../domain/request.events.ts';

/** What the desk needs of the vault. */
export type FindablePersons = Pick<PersonalDataVault, 'open' | 'ensureKeys' | 'findPersons' | 'deriveSecret'>;

/** Who reported, by the last event that says so; texts are sealed. */
export function reporterIn(events: readonly RequestEvent[]): Reporter | undefined {
  return events.reduce<Reporter | undefined>((known, event) => {
    if (event.type === 'RequestRaised') return event.data.reporter;
    return event.type === 'RequestCorrected' ? (event.data.reporter ?? known) : known;
  }, undefined);
}

/** Makes the reporter findable by the number these events say, and by no other. */
export async function keepFound(
  vault: FindablePersons,
  community: string,
  events: readonly RequestEvent[],
): Promise<void> {
  const reporter = reporterIn(events);
  if (!reporter) return;
  const { personId: person, phone } = reporter;
  const text = phone === null ? undefined : await vault.open(phone, community);
  await vault.ensureKeys([], [{ community, person, term: (text && phoneForm(text)) ?? null }]);
}
