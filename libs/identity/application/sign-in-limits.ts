// How often signing in may fail, for a name and for a network, counted by all processes of the house together. Names are
// counted whether or not there is such an account, so that a refusal tells nothing.
import { MINUTE, Rejected, SECOND, Unauthenticated } from '#libs/kernel';
import type { Limiter, RateLimits } from '#libs/platform';
import { Attempts } from '#libs/platform';
import { normaliseUsername } from './username.ts';

const WINDOW = (15 * MINUTE) / SECOND;
/** Wrong passwords of one name in a window; the right one starts it again. */
export const MOST_FAILURES_OF_A_NAME = 10;
/** Wrong passwords and refresh tokens from one network in a window. */
export const MOST_FAILURES_OF_A_NETWORK = 50;
/** Each is an event of its stream; access tokens live ten minutes, and a page may ask for one whenever it is opened. */
export const MOST_REFRESHES_OF_A_SESSION = 60;
/**
 * More than passwords are computed at a time; with those who go on with a session, who wait for nobody that signs in, few
 * enough for ten processes to count no more than the most failures at once.
 */
const SIGN_INS_AT_ONCE_FROM_A_NETWORK = 3;
const REFRESHES_AT_ONCE_FROM_A_NETWORK = 2;

export class SignInLimits {
  readonly #names: Attempts;
  readonly #signIns: Attempts;
  readonly #goingOn: Attempts;
  readonly #refreshes: Limiter;

  constructor(limits: RateLimits) {
    const names = { name: 'sign-in name', attempts: MOST_FAILURES_OF_A_NAME, seconds: WINDOW };
    const networks = { name: 'sign-in address', attempts: MOST_FAILURES_OF_A_NETWORK, seconds: WINDOW };
    const refreshes = { name: 'refreshes of a session', attempts: MOST_REFRESHES_OF_A_SESSION, seconds: WINDOW };
    this.#refreshes = limits.limiter(refreshes);
    this.#names = new Attempts(limits.limiter(names), { atOnce: 1, isWrong, startsAnew: true });
    const ofNetworks = limits.limiter(networks);
    this.#signIns = new Attempts(ofNetworks, { atOnce: SIGN_INS_AT_ONCE_FROM_A_NETWORK, isWrong });
    this.#goingOn = new Attempts(ofNetworks, { atOnce: REFRESHES_AT_ONCE_FROM_A_NETWORK, isWrong });
  }

  /**
   * Carries out an attempt to prove to be somebody by a password. One that throws Unauthenticated or Rejected was wrong.
   * Those of one name wait for each other before they take a place of their network, so that many of one name, locked or
   * not, keep nobody else there waiting. Unlimited by network where that is not known.
   *
   * @throws RateLimited while the name, or the network, has no attempts left
   * @throws Unavailable when too many of the name or the network wait already, and whatever the attempt throws
   */
  withName<T>(username: string, network: string | undefined, attempt: () => Promise<T>): Promise<T> {
    return this.#names.run(nameOf(username), () => (network ? this.#signIns.run(network, attempt) : attempt()));
  }

  /** As `withName`, of an attempt to go on with a session: no name, and a line of its own. */
  fromNetwork<T>(network: string | undefined, attempt: () => Promise<T>): Promise<T> {
    return network ? this.#goingOn.run(network, attempt) : attempt();
  }

  /** @throws RateLimited while the session has been refreshed as often as it may */
  async mayRefresh(sessionId: string): Promise<void> {
    await this.#refreshes.check(sessionId);
  }

  /** Counted afterwards: each needs the token the one before gave out, so that they do not come at once. */
  async refreshed(sessionId: string): Promise<void> {
    await this.#refreshes.take(sessionId).catch(() => undefined);
  }
}

function isWrong(error: unknown): boolean {
  return error instanceof Unauthenticated || error instanceof Rejected;
}

/** Names that are one account are one name; what can be nobody's name is counted as it is. */
function nameOf(username: string): string {
  try {
    return normaliseUsername(username);
  } catch {
    return username;
  }
}
