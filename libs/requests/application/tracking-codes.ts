// Codes that residents follow their requests by: 80 bits nobody can guess, made of the command id with a key, and the
// request's id made of the code with another. So a code is resolved without an index, in every process, and neither ids
// nor logs nor the event log tell a code.
import { createHmac } from 'node:crypto';
import { deterministicId } from '#libs/event-store';

/** Crockford's base 32: no I, L, O and U, which are read as others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BYTES = 10;
const GROUP = 4;
/** Sixteen characters and one that checks them. */
const FORM = new RegExp(`^[${ALPHABET}]{17}$`);

/** `deriveSecret` of the vault. */
export type DeriveSecret = (purpose: string) => Uint8Array;

export class TrackingCodes {
  readonly #codeKey: Uint8Array;
  readonly #requestKey: Uint8Array;

  constructor(deriveSecret: DeriveSecret) {
    this.#codeKey = deriveSecret('tracking codes');
    this.#requestKey = deriveSecret('tracked requests');
  }

  /** The code of the request this command raises, as it is shown: `7KQ2-M4XN-0RZC-8W5D-P`. */
  of(commandId: string): string {
    const characters = base32(createHmac('sha256', this.#codeKey).update(commandId).digest().subarray(0, BYTES));
    return (characters + checkOf(characters)).replaceAll(new RegExp(`.{${String(GROUP)}}(?=.)`, 'g'), '$&-');
  }

  /**
   * The id of the request with this code, however the code was typed. What is no code leads to the id of no request, so
   * that it takes the way of a code that nobody was given.
   */
  requestIdOf(typed: string): string {
    const code = canonical(typed);
    const isCode = FORM.test(code) && checkOf(code.slice(0, -1)) === code.slice(-1);
    const keyed = createHmac('sha256', this.#requestKey).update(isCode ? code : `not a code: ${code}`);
    return deterministicId('tracked request', keyed.digest('base64url'));
  }

  /** The code of a request that was raised by this command; undefined where its id was not made of one. */
  codeOf(requestId: string, commandId: string): string | undefined {
    const code = this.of(commandId);
    return this.requestIdOf(code) === requestId ? code : undefined;
  }
}

function canonical(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

function base32(bytes: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let characters = '';
  for (let left = (bytes.length * 8) / 5; left > 0; left -= 1) {
    characters = `${ALPHABET.charAt(Number(bits & 31n))}${characters}`;
    bits >>= 5n;
  }
  return characters;
}

/** Luhn's rule in base 32: one wrong character, and nearly every two exchanged, do not fit. */
function checkOf(characters: string): string {
  const sum = Array.from(characters).reduceRight((total, character, index) => {
    const value = ALPHABET.indexOf(character) * ((characters.length - index) % 2 === 1 ? 2 : 1);
    return total + Math.floor(value / 32) + (value % 32);
  }, 0);
  return ALPHABET.charAt((32 - (sum % 32)) % 32);
}
