import { describe, expect, it } from '@jest/globals';
import { RateLimited } from '#libs/kernel';
import { rateLimitsInMemory } from '#libs/platform';
import { MOST_FAILURES_OF_A_NAME, MOST_FAILURES_OF_A_NETWORK, SignInLimits } from './sign-in-limits.ts';

const NETWORK = '203.0.113.7';
/** Two servers of a house count in one place. */
function twoServers(): [SignInLimits, SignInLimits] {
  const limits = rateLimitsInMemory((key) => key);
  const shared: typeof limits = { limiter: (limit) => (known[limit.name] ??= limits.limiter(limit)) };
  const known: Record<string, ReturnType<typeof limits.limiter>> = {};
  return [new SignInLimits(shared), new SignInLimits(shared)];
}

describe('limits of signing in', () => {
  it('are of a name, however it is written and whichever server is asked', async () => {
    const [one, other] = twoServers();
    for (let attempt = 0; attempt < MOST_FAILURES_OF_A_NAME; attempt += 1) {
      await (attempt % 2 ? one : other).attempt(attempt % 3 ? 'Li.Hua' : ' ｌｉ.ＨＵＡ', undefined);
    }
    await expect(one.attempt('li.hua', undefined)).rejects.toThrow(RateLimited);
    await expect(other.attempt('li.hua', NETWORK)).rejects.toThrow(RateLimited);
    await one.attempt('li.ting', undefined);
    await other.succeeded('LI.HUA');
    await one.attempt('li.hua', undefined);
  });

  it('hold for attempts at the same moment', async () => {
    const [one] = twoServers();
    const attempts = await Promise.allSettled(Array.from({ length: 50 }, () => one.attempt('li.hua', undefined)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_FAILURES_OF_A_NAME);
  });

  it('are of a network for whatever fails there, and never refuse the failure itself', async () => {
    const [one, other] = twoServers();
    for (let failure = 0; failure < MOST_FAILURES_OF_A_NETWORK + 5; failure += 1) await one.failed(NETWORK);
    await expect(other.comesFrom(NETWORK)).rejects.toThrow(RateLimited);
    await expect(other.attempt('li.hua', NETWORK)).rejects.toThrow(RateLimited);
    await other.comesFrom('203.0.113.8');
  });

  it('are not of a network that is not known', async () => {
    const [one] = twoServers();
    for (let failure = 0; failure <= MOST_FAILURES_OF_A_NETWORK; failure += 1) await one.failed(undefined);
    await one.comesFrom(undefined);
  });
});
