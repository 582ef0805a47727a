// Opens the sealed texts of a row for those who may read them; everyone else sees null, and so does everyone once the
// person's data has been erased.
import type { OpenedText, PersonalTexts, Reader } from '#libs/graphql-kit';

/** Roles that work with the reporters of their communities. Auditors and administrators see the same rows redacted. */
export const READS_PERSONAL_DATA = ['OFFICE', 'SUPERVISOR'] as const;

export function openFor(reader: Reader, texts: PersonalTexts, communityId: string, sealed: string | null): OpenedText {
  if (!reader.viewer?.may(READS_PERSONAL_DATA, communityId)) return null;
  return texts.open(reader, communityId, sealed);
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
