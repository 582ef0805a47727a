import type { PersonalDataSealer } from '#libs/event-store';

/** The part of the vault that accounts need beside sealing: names are compared, hashes are checked. */
export interface PersonalDataOpener extends Pick<PersonalDataSealer, 'fingerprint'> {
  /** The text, at once where the person's key is in memory; undefined when its person was erased. */
  open(sealed: string, communityId: string): string | undefined | Promise<string | undefined>;
}
