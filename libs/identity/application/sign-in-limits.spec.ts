import { describe, expect, it } from '@jest/globals';
import { RateLimited } from '#libs/kernel';
import { rateLimitsInMemory } from '#libs/platform';
import { MOST_FAILURES_OF_A_NAME, MOST_FAILURES_OF_AN_ADDRESS, networkOf, SignInLimits } from './sign-in-limits.ts';

const ADDRESS = '203.0.113.7';
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
    await expect(other.attempt('li.hua', ADDRESS)).rejects.toThrow(RateLimited);
    await one.attempt('li.ting', undefined);
    await other.succeeded('LI.HUA');
    await one.attempt('li.hua', undefined);
  });

  it('hold for attempts at the same moment', async () => {
    const [one] = twoServers();
    const attempts = await Promise.allSettled(Array.from({ length: 50 }, () => one.attempt('li.hua', undefined)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_FAILURES_OF_A_NAME);
  });

  it('are of an address for whatever fails there, and never refuse the failure itself', async () => {
    const [one, other] = twoServers();
    for (let failure = 0; failure < MOST_FAILURES_OF_AN_ADDRESS + 5; failure += 1) await one.failed(ADDRESS);
    await expect(other.comesFrom(ADDRESS)).rejects.toThrow(RateLimited);
    await expect(other.attempt('li.hua', ADDRESS)).rejects.toThrow(RateLimited);
    await other.comesFrom('203.0.113.8');
  });

  it('are not of an address that is not known', async () => {
    const [one] = twoServers();
    for (let failure = 0; failure <= MOST_FAILURES_OF_AN_ADDRESS; failure += 1) await one.failed(undefined);
    await one.comesFrom(undefined);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::', 'fe80:0:0:0'],
    ['', ''],
  ])('count %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
