// How often something may be tried: counted per key in fixed windows, in this process or, scaled out, in the database all
// processes share. Keys are personal data more often than not, so only their keyed hash is ever stored.
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimited, SECOND } from '#libs/kernel';
import type { PostgresMigrations, PostgresSession } from '../sql/postgres/index.ts';

export interface RateLimit {
  /** Permanent and unique: what is counted under it. */
  readonly name: string;
  /** Most attempts of one key in a window. */
  readonly attempts: number;
  /** Length of a window, which begins with a key's first attempt. */
  readonly seconds: number;
}

export interface Limiter {
  /**
   * Counts an attempt.
   *
   * @throws RateLimited once a window's attempts are used up, until it ends; `details.retryAfterSeconds` says when
   */
  take(key: string): Promise<void>;
  /** Counts nothing. @throws RateLimited as `take` would */
  check(key: string): Promise<void>;
  /** Gives an attempt that was counted back. */
  giveBack(key: string): Promise<void>;
  /** Gives a key all of its attempts back. */
  forget(key: string): Promise<void>;
}

export interface RateLimits {
  limiter(limit: RateLimit): Limiter;
}

/** @param hash keyed, so that what is stored tells nothing about a key */
export type HashKey = (key: string) => string;

/** Counted in this process: for a house of one process. */
export function rateLimitsInMemory(hash: HashKey): RateLimits {
  return {
    limiter: (limit) => new CountingLimiter(limit, new RateLimiterMemory(countingOf(limit)), hash),
  };
}

const TABLE = 'rateLimits';

export const RATE_LIMIT_SCHEMA: PostgresMigrations = {
  name: 'rate limits',
  steps: [
    `CREATE UNLOGGED TABLE "${TABLE}" (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`,
    // What has expired is deleted by it, every few minutes.
    `CREATE INDEX "rateLimitsByExpiry" ON "${TABLE}" (expire)`,
  ],
};

/**
 * Counted in a table all processes share; `RATE_LIMIT_SCHEMA` makes it. While the database is out of reach each process
 * counts for itself: limits hold less tightly then, and nobody is locked out by a failure.
 */
export function rateLimitsInPostgres(postgres: PostgresSession, hash: HashKey): RateLimits {
  const storeClient = {
    query: async ({ text, values }: { text: string; values?: unknown[] }) => {
      const { rows, changed } = await postgres.query(text, values ?? []);
      return { rows, rowCount: changed };
    },
  };
  return {
    limiter(limit) {
      const counting = countingOf(limit);
      const insuranceLimiter = new RateLimiterMemory(counting);
      const shared = { storeClient, storeType: 'pool', tableName: TABLE, tableCreated: true, insuranceLimiter };
      return new CountingLimiter(limit, new RateLimiterPostgres({ ...counting, ...shared }), hash);
    },
  };
}

function countingOf({ name, attempts, seconds }: RateLimit) {
  return { keyPrefix: name, points: attempts, duration: seconds };
}

class CountingLimiter implements Limiter {
  readonly #limit: RateLimit;
  readonly #counter: RateLimiterAbstract;
  readonly #hash: HashKey;

  constructor(limit: RateLimit, counter: RateLimiterAbstract, hash: HashKey) {
    this.#limit = limit;
    this.#counter = counter;
    this.#hash = hash;
  }

  async take(key: string): Promise<void> {
    try {
      await this.#counter.consume(this.#hashed(key));
    } catch (error) {
      throw error instanceof RateLimiterRes ? refusal(error) : error;
    }
  }

  async check(key: string): Promise<void> {
    const counted = await this.#counter.get(this.#hashed(key));
    if (counted && counted.consumedPoints >= this.#limit.attempts) throw refusal(counted);
  }

  async giveBack(key: string): Promise<void> {
    const { consumedPoints } = await this.#counter.reward(this.#hashed(key));
    // The window it was counted in has ended: nothing is given on credit.
    if (consumedPoints < 0) await this.forget(key);
  }

  async forget(key: string): Promise<void> {
    await this.#counter.delete(this.#hashed(key));
  }

  #hashed(key: string): string {
    return this.#hash(`${this.#limit.name} ${key}`);
  }
}

function refusal({ msBeforeNext }: RateLimiterRes): RateLimited {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / SECOND));
  return new RateLimited('Too many attempts. Try again later.', { retryAfterSeconds });
}
