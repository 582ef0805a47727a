// How often signing in may fail, for a name and for a network, counted by all processes of the house together. Names are
// counted whether or not there is such an account, so that a refusal tells nothing.
import { MINUTE, SECOND } from '#libs/kernel';
import type { Limiter, RateLimits } from '#libs/platform';
import { normaliseUsername } from './username.ts';

const WINDOW = (15 * MINUTE) / SECOND;
/** Wrong passwords of one name in a window; the right one starts it again. */
export const MOST_FAILURES_OF_A_NAME = 10;
/** Wrong passwords and refresh tokens from one network in a window. */
export const MOST_FAILURES_OF_A_NETWORK = 50;

export class SignInLimits {
  readonly #names: Limiter;
  readonly #networks: Limiter;

  constructor(limits: RateLimits) {
    this.#names = limits.limiter({ name: 'sign-in name', attempts: MOST_FAILURES_OF_A_NAME, seconds: WINDOW });
    this.#networks = limits.limiter({
      name: 'sign-in address',
      attempts: MOST_FAILURES_OF_A_NETWORK,
      seconds: WINDOW,
    });
  }

  /**
   * Counts an attempt for the name before it is looked at, so that attempts at the same moment cannot all pass.
   *
   * @throws RateLimited while the name, or the network, has no attempts left
   */
  async attempt(username: string, network: string | undefined): Promise<void> {
    await this.comesFrom(network);
    await this.#names.take(nameOf(username));
  }

  /** @throws RateLimited while the network has no attempts left */
  async comesFrom(network: string | undefined): Promise<void> {
    if (network) await this.#networks.check(network);
  }

  async succeeded(username: string): Promise<void> {
    await this.#names.forget(nameOf(username));
  }

  /** The attempt was wrong; it is refused as such even if it was the last one. */
  async failed(network: string | undefined): Promise<void> {
    if (network) await this.#networks.take(network).catch(() => undefined);
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
