// One name, one account: names that look alike by case, width or composition are the same name, and the account's id
// follows from it, so the stream itself keeps usernames unique.
import type { PersonalDataSealer } from '#libs/event-store';
import { deterministicId } from '#libs/event-store';
import { InvalidInput } from '#libs/kernel';

const FORM = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{1,63}$/u;

/**
 * The name as it is stored and compared.
 *
 * @throws InvalidInput when it is shorter than 2 or longer than 64, or holds anything but letters, digits and . _ @ + -
 */
export function normaliseUsername(username: string): string {
  const name = username.trim().normalize('NFKC').toLowerCase();
  if (FORM.test(name)) return name;
  throw new InvalidInput('A username has 2 to 64 letters, digits or . _ @ + -, beginning with a letter or digit.', {
    field: 'username',
  });
}

/** Keyed, because names may be telephone numbers: without the vault an id does not betray the name behind it. */
export function accountIdOf(normalisedUsername: string, sealer: Pick<PersonalDataSealer, 'fingerprint'>): string {
  return deterministicId('account', sealer.fingerprint({ account: normalisedUsername }));
}

/** Under which an identity provider knows somebody. */
export interface ExternalName {
  readonly issuer: string;
  readonly subject: string;
}

/** One subject, one account; keyed as well, because a subject may be an address or a number. */
export function externalAccountIdOf(
  { issuer, subject }: ExternalName,
  sealer: Pick<PersonalDataSealer, 'fingerprint'>,
) {
  return deterministicId('external account', sealer.fingerprint({ issuer, subject }));
}
