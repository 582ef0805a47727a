// How often signing in may fail, for a name and for an address, counted by all processes of the house together. Names are
// counted whether or not there is such an account, so that a refusal tells nothing.
import { isIPv6 } from 'node:net';
import { MINUTE, SECOND } from '#libs/kernel';
import type { Limiter, RateLimits } from '#libs/platform';
import { normaliseUsername } from './username.ts';

const WINDOW = (15 * MINUTE) / SECOND;
/** Wrong passwords of one name in a window; the right one starts it again. */
export const MOST_FAILURES_OF_A_NAME = 10;
/** Wrong passwords and refresh tokens from one address in a window. */
export const MOST_FAILURES_OF_AN_ADDRESS = 50;

export class SignInLimits {
  readonly #names: Limiter;
  readonly #addresses: Limiter;

  constructor(limits: RateLimits) {
    this.#names = limits.limiter({ name: 'sign-in name', attempts: MOST_FAILURES_OF_A_NAME, seconds: WINDOW });
    this.#addresses = limits.limiter({
      name: 'sign-in address',
      attempts: MOST_FAILURES_OF_AN_ADDRESS,
      seconds: WINDOW,
    });
  }

  /**
   * Counts an attempt for the name before it is looked at, so that attempts at the same moment cannot all pass.
   *
   * @throws RateLimited while the name, or the address, has no attempts left
   */
  async attempt(username: string, address: string | undefined): Promise<void> {
    await this.comesFrom(address);
    await this.#names.take(nameOf(username));
  }

  /** @throws RateLimited while the address has no attempts left */
  async comesFrom(address: string | undefined): Promise<void> {
    if (address) await this.#addresses.check(networkOf(address));
  }

  async succeeded(username: string): Promise<void> {
    await this.#names.forget(nameOf(username));
  }

  /** The attempt was wrong; it is refused as such even if it was the last one. */
  async failed(address: string | undefined): Promise<void> {
    if (address) await this.#addresses.take(networkOf(address)).catch(() => undefined);
  }
}

/** Names that are one account are one name; what can be nobody's name is counted as it is. */
function nameOf(username: string): string {
  try {
    return normaliseUsername(username);
  } catch {
    return username;
  }
}

const GROUPS = 8;
/** Of an IPv6 address, the 64 bits a provider gives out as one: their holder has all addresses below. */
const NETWORK_GROUPS = 4;

export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(Math.max(0, GROUPS - head.length - tail.length)).fill('0');
  const groups = address.includes('::') ? [...head, ...zeros, ...tail] : head;
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
