// Opens the sealed texts of a row for those who may read them; everyone else sees null, and so does everyone once the
// person's data has been erased.
import type { PersonalDataVault } from '#libs/privacy';
import type { Viewer } from '#libs/graphql-kit';

/** Roles that work with the reporters of their communities. Auditors and administrators see the same rows redacted. */
export const READS_PERSONAL_DATA = ['OFFICE', 'SUPERVISOR'] as const;

/** There at once where the person's key is in memory. */
export type OpenedText = string | null | Promise<string | null>;

export function openFor(
  viewer: Viewer | undefined,
  vault: PersonalDataVault,
  communityId: string,
  sealed: string | null,
): OpenedText {
  if (!viewer?.may(READS_PERSONAL_DATA, communityId)) return null;
  return openSealed(vault, communityId, sealed);
}

/** For callers that have decided already. */
export function openSealed(vault: PersonalDataVault, communityId: string, sealed: string | null): OpenedText {
  if (sealed === null) return null;
  const text = vault.open(sealed, communityId);
  return text instanceof Promise ? text.then(orNull) : orNull(text);
}

/**
 * Several texts as one answer: compiled execution waits for what a resolver returns, and not for what lies in it. At once
 * where all of them are.
 */
export function together<Name extends string>(
  texts: Readonly<Record<Name, OpenedText>>,
): Record<Name, string | null> | Promise<Record<Name, string | null>> {
  const opened = Object.entries<OpenedText>(texts);
  if (!opened.some(([, text]) => text instanceof Promise)) return texts as Record<Name, string | null>;
  const all = Promise.all(opened.map(async ([name, text]) => [name, await text] as const));
  return all.then((entries) => Object.fromEntries(entries) as Record<Name, string | null>);
}

function orNull(text: string | undefined): string | null {
  return text ?? null;
}
