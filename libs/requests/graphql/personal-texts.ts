// Opens the sealed texts of a row for those who may read them; everyone else sees null, and so does everyone once the
// person's data has been erased.
import type { PersonalDataVault } from '#libs/privacy';
import type { Viewer } from '#libs/graphql-kit';

/** Roles that work with the reporters of their communities. Auditors and administrators see the same rows redacted. */
export const READS_PERSONAL_DATA = ['OFFICE', 'SUPERVISOR'] as const;

export function openFor(
  viewer: Viewer | undefined,
  vault: PersonalDataVault,
  communityId: string,
  sealed: string | null,
): string | null {
  if (!viewer?.may(READS_PERSONAL_DATA, communityId)) return null;
  return openSealed(vault, communityId, sealed);
}

/** For callers that have decided already. */
export function openSealed(vault: PersonalDataVault, communityId: string, sealed: string | null): string | null {
  return sealed === null ? null : (vault.open(sealed, communityId) ?? null);
}
