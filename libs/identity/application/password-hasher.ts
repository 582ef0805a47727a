// Passwords are kept as argon2id (RFC 9106; 19 MiB, 2 passes, 1 lane: OWASP's minimum). A few are computed at a time and
// a few more may wait; beyond that callers are turned away, so that guessing cannot take the memory and the threads
// everything else needs.
import { randomBytes } from 'node:crypto';
import { hash, hashSync, verify } from '@node-rs/argon2';
import { Unavailable } from '#libs/kernel';
import { isTooLong, normalisePassword } from './password-rules.ts';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface PasswordHasherLimits {
  /** Computed at a time, 19 MiB and one thread each; default 2. */
  readonly concurrency?: number;
  /** Waiting at a time; default 64. */
  readonly queue?: number;
}

export class PasswordHasher {
  readonly #limits: Required<PasswordHasherLimits>;
  /** Stands in for accounts that do not exist, so that they cost the same time. */
  readonly #nobody = hashSync(randomBytes(16), COST);
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ concurrency = 2, queue = 64 }: PasswordHasherLimits = {}) {
    this.#limits = { concurrency, queue };
  }

  /**
   * A salted hash in PHC form.
   *
   * @throws Unavailable when too many passwords are being worked on
   */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normalisePassword(password), COST));
  }

  /**
   * Whether this is the password; without a hash to compare with the answer is no, after the same work.
   *
   * @throws Unavailable when too many passwords are being worked on
   */
  async verify(password: string, hashed: string | undefined): Promise<boolean> {
    const tooLong = isTooLong(password);
    const candidate = tooLong ? '' : normalisePassword(password);
    const matches = await this.#inTurn(() => verify(hashed ?? this.#nobody, candidate));
    return matches && !tooLong && hashed !== undefined;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limits.concurrency) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      // The next one waiting takes over this place; only when nobody waits does it become free.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#limits.queue) {
      throw new Unavailable('Too many people are signing in at once. Try again in a moment.');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
