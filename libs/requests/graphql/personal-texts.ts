// Who sees the personal texts of requests; null to everyone else, and to everyone once the person's data has been erased.
import type { OpenedText } from '#libs/graphql-kit';
import { personal, worksWith } from '#libs/graphql-kit';

/** Roles that work with the reporters of their communities. Auditors and administrators see the same rows redacted. */
export const READS_PERSONAL_DATA = ['OFFICE', 'SUPERVISOR'] as const;

export const TO_WHO_WORKS_WITH_IT = personal([worksWith(...READS_PERSONAL_DATA)]);

const NOBODY = { name: null, phone: null, address: null };
/** For a field that is never null itself. */
export const REPORTER_TO_WHO_WORKS_WITH_IT = personal([worksWith(...READS_PERSONAL_DATA)], () => NOBODY);

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
