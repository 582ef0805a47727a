// A real vault on disk for other scopes' specifications.
import { join } from 'node:path';
import { KEYS_FILE, PersonalDataVault } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';

/** The vault in this directory, made at the first call; all of them have the same master key. */
export async function openTestVault(directory: string): Promise<PersonalDataVault> {
  const keys = await openKeyDatabase(join(directory, KEYS_FILE));
  return PersonalDataVault.open({ keys, masterKey: new Uint8Array(32) });
}
