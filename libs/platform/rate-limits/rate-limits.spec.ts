// Limits hold for each key by itself, in one process and in several, and store nothing that tells who tried.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { RateLimited, Unavailable } from '#libs/kernel';
import { migratePostgres } from '../sql/postgres/index.ts';
import type { TestPostgres } from '../testing/index.ts';
import { openTestPostgres } from '../testing/index.ts';
import type { RateLimits } from './index.ts';
import { RATE_LIMIT_SCHEMA, rateLimitsInMemory, rateLimitsInPostgres } from './index.ts';

const hash = (key: string) => createHmac('sha256', 'secret').update(key).digest('base64url');
const LIMIT = { name: 'sign-in', attempts: 3, seconds: 60 };
const WHO = '13800001111';

interface House {
  /** The limits of another process of the same house, where it has several. */
  open(): Promise<RateLimits>;
  discard(): Promise<void>;
}

function limitsContract(name: string, openHouse: () => Promise<House>): void {
  describe(`limits ${name}`, () => {
    let house: House;
    beforeEach(async () => void (house = await openHouse()));
    afterEach(() => house.discard());

    it('lets as many attempts through as it says, and tells when the next one is heard', async () => {
      const limiter = (await house.open()).limiter(LIMIT);
      for (let attempt = 0; attempt < 3; attempt += 1) await limiter.take(WHO);
      const refused = await limiter.take(WHO).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(RateLimited);
      const { retryAfterSeconds } = (refused as RateLimited).details;
      expect(retryAfterSeconds).toBeGreaterThan(50);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    });

    it('counts each key and each limit by itself', async () => {
      const limits = await house.open();
      const limiter = limits.limiter(LIMIT);
      for (let attempt = 0; attempt < 3; attempt += 1) await limiter.take(WHO);
      await limiter.take('another');
      await limits.limiter({ ...LIMIT, name: 'something else' }).take(WHO);
      await expect(limiter.take(WHO)).rejects.toThrow(RateLimited);
    });

    it('counts nothing when it only checks', async () => {
      const limiter = (await house.open()).limiter(LIMIT);
      for (let look = 0; look < 5; look += 1) await limiter.check(WHO);
      for (let attempt = 0; attempt < 3; attempt += 1) await limiter.take(WHO);
      await expect(limiter.check(WHO)).rejects.toThrow(RateLimited);
    });

    it('gives attempts back, one or all, and none that were not taken', async () => {
      const limiter = (await house.open()).limiter(LIMIT);
      await limiter.giveBack(WHO);
      for (let attempt = 0; attempt < 3; attempt += 1) await limiter.take(WHO);
      await limiter.giveBack(WHO);
      await limiter.take(WHO);
      await expect(limiter.take(WHO)).rejects.toThrow(RateLimited);
      await limiter.forget(WHO);
      await limiter.take(WHO);
    });

    it('of a hundred attempts at once lets no more through', async () => {
      const limiter = (await house.open()).limiter({ ...LIMIT, attempts: 10 });
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => limiter.take(WHO)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    });
  });
}

limitsContract('in memory', async () => {
  const limits = rateLimitsInMemory(hash);
  return { open: async () => limits, discard: async () => undefined };
});

limitsContract('in PostgreSQL', async () => {
  const test = await openTestPostgres();
  await migratePostgres(await test.postgres(), RATE_LIMIT_SCHEMA);
  return {
    open: async () => rateLimitsInPostgres(await test.postgres(), hash),
    discard: () => test.discard(),
  };
});

describe('limits in PostgreSQL', () => {
  let test: TestPostgres;
  beforeEach(async () => void (test = await openTestPostgres()));
  afterEach(() => test.discard());

  it('are shared by all processes, and keep nothing of the key', async () => {
    const postgres = await test.postgres();
    await migratePostgres(postgres, RATE_LIMIT_SCHEMA);
    const [one, other] = [rateLimitsInPostgres(postgres, hash), rateLimitsInPostgres(postgres, hash)];
    for (let attempt = 0; attempt < 3; attempt += 1) await one.limiter(LIMIT).take(WHO);
    await expect(other.limiter(LIMIT).take(WHO)).rejects.toThrow(RateLimited);
    const { rows } = await postgres.query('SELECT * FROM "rateLimits"');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(WHO);
  });

  it('find what has expired by an index, also in a table made before there was one', async () => {
    const postgres = await test.postgres();
    await migratePostgres(postgres, { ...RATE_LIMIT_SCHEMA, steps: RATE_LIMIT_SCHEMA.steps.slice(0, 1) });
    const before = rateLimitsInPostgres(postgres, hash).limiter({ ...LIMIT, attempts: 1 });
    await before.take(WHO);
    await migratePostgres(postgres, RATE_LIMIT_SCHEMA);
    await expect(before.take(WHO)).rejects.toThrow(RateLimited);
    const plan = await postgres.transaction(async (session) => {
      await session.query('SET LOCAL enable_seqscan = off');
      return (await session.query('EXPLAIN DELETE FROM "rateLimits" WHERE expire < 1')).rows;
    });
    expect(JSON.stringify(plan)).toContain('rateLimitsByExpiry');
  });

  it('count in the process while the database is out of reach', async () => {
    const gone = { query: () => Promise.reject(new Unavailable('PostgreSQL cannot be reached.')) };
    const limiter = rateLimitsInPostgres(gone, hash).limiter(LIMIT);
    await limiter.take(WHO);
    await limiter.giveBack(WHO);
    for (let attempt = 0; attempt < 3; attempt += 1) await limiter.take(WHO);
    await expect(limiter.take(WHO)).rejects.toThrow(RateLimited);
  });
});
