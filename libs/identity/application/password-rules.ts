// What a chosen password must be: long, and not one that everybody tries first. No rules about digits and signs; those
// make passwords worse (NIST SP 800-63B, "Passwords").
import { InvalidInput } from '#libs/kernel';

/** Unicode code points. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

/** What the product's own name and the commonest long passwords are built from; repeats of one are as common. */
const COMMON = [
  'password',
  'passw0rd',
  'qwertyuiop',
  'qwerty',
  'administrator',
  'admin',
  'letmein',
  'welcome',
  'iloveyou',
  'woaini',
  'changeme',
  'bangbangwo',
  'abc',
  '1q2w3e4r5t',
  '123456789',
  '0123456789',
  '987654321',
  '123456',
  '123',
  '888',
  '666',
  '520',
  '1314',
];

/** The form in which passwords are hashed and compared, so that it does not matter which keyboard typed them. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

export function isTooLong(password: string): boolean {
  return password.length > LONGEST_PASSWORD && Array.from(password).length > LONGEST_PASSWORD;
}

/** @throws InvalidInput saying which rule, never the password */
export function checkChosenPassword(password: string, username: string | undefined): void {
  const refusal = refusalOf(password, username);
  if (refusal) throw new InvalidInput(refusal, { field: 'password' });
}

function refusalOf(password: string, username = ''): string | undefined {
  if (!password.isWellFormed() || /\p{Cc}/u.test(password)) return 'A password holds no control characters.';
  if (isTooLong(password)) return `A password has at most ${String(LONGEST_PASSWORD)} characters.`;
  const characters = Array.from(normalisePassword(password));
  if (characters.length < SHORTEST_PASSWORD) {
    return `A password has at least ${String(SHORTEST_PASSWORD)} characters.`;
  }
  const lower = characters.join('').toLowerCase();
  if (username.length > 3 && lower.includes(username)) return 'A password does not contain the username.';
  if (new Set(characters).size < 5 || isMadeOfCommonParts(lower))
    return 'This password is among the first to be tried.';
  return undefined;
}

/** True when nothing but a few characters is left once everything common is taken out. */
function isMadeOfCommonParts(password: string): boolean {
  const rest = COMMON.reduce((left, part) => left.replaceAll(part, ''), password);
  return Array.from(rest.replaceAll(/[\s\p{P}]/gu, '')).length < 5 && rest !== password;
}
