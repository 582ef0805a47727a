import { describe, expect, it } from '@jest/globals';
import { RateLimited, Rejected, Unauthenticated, Unavailable } from '#libs/kernel';
import { rateLimitsInMemory } from '#libs/platform';
import { MOST_FAILURES_OF_A_NAME, MOST_FAILURES_OF_A_NETWORK, SignInLimits } from './sign-in-limits.ts';

const NETWORK = '203.0.113.7';
const RIGHT = () => Promise.resolve('in');
const WRONG = () => Promise.reject(new Unauthenticated('Wrong.'));

/** The servers of a house count in one place. */
function servers(count: number): SignInLimits[] {
  const limits = rateLimitsInMemory((key) => key);
  const shared: typeof limits = { limiter: (limit) => (known[limit.name] ??= limits.limiter(limit)) };
  const known: Record<string, ReturnType<typeof limits.limiter>> = {};
  return Array.from({ length: count }, () => new SignInLimits(shared));
}

function twoServers(): [SignInLimits, SignInLimits] {
  return servers(2) as [SignInLimits, SignInLimits];
}

const several = (count: number, of: () => Promise<unknown>) =>
  Promise.allSettled(Array.from({ length: count }, of)).then((all) =>
    all.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).name)),
  );

describe('limits of signing in', () => {
  it('are of a name, however it is written and whichever server is asked', async () => {
    const [one, other] = twoServers();
    for (let attempt = 0; attempt < MOST_FAILURES_OF_A_NAME; attempt += 1) {
      const name = attempt % 3 ? 'Li.Hua' : ' ｌｉ.ＨＵＡ';
      await expect((attempt % 2 ? one : other).withName(name, undefined, WRONG)).rejects.toThrow(Unauthenticated);
    }
    await expect(one.withName('li.hua', undefined, RIGHT)).rejects.toThrow(RateLimited);
    await expect(other.withName('li.hua', NETWORK, RIGHT)).rejects.toThrow(RateLimited);
    await expect(one.withName('li.ting', undefined, RIGHT)).resolves.toBe('in');
  });

  it('begin anew for a name that was right', async () => {
    const [one, other] = twoServers();
    for (let round = 0; round < 2; round += 1) {
      await several(MOST_FAILURES_OF_A_NAME - 1, () => one.withName('li.hua', undefined, WRONG));
      await expect(other.withName('LI.HUA', undefined, RIGHT)).resolves.toBe('in');
    }
  });

  it.each([
    ['a name', MOST_FAILURES_OF_A_NAME, (of: SignInLimits) => of.withName('li.hua', undefined, WRONG)],
    ['a network', MOST_FAILURES_OF_A_NETWORK, (of: SignInLimits) => of.fromNetwork(NETWORK, WRONG)],
  ])('hold for attempts of %s at the same moment', async (_of, most, attempt) => {
    const servers = twoServers();
    const heard = (await Promise.all(servers.map((one) => several(most, () => attempt(one))))).flat();
    expect(heard.filter((name) => name === 'Unauthenticated')).toHaveLength(most);
    expect(heard.filter((name) => name === 'RateLimited')).toHaveLength(most);
  });

  it('refuse none of many at the same moment that are right', async () => {
    const [one] = twoServers();
    for (const network of [NETWORK, undefined]) {
      const heard = await several(60, () => one.withName('li.hua', network, RIGHT));
      expect(new Set(heard)).toEqual(new Set(['in']));
    }
  });

  it('refuse none that are right, though ten servers hear a network at the same moment', async () => {
    const slow = () => new Promise((resolve) => setTimeout(resolve, 1, 'in'));
    const heard = servers(10).flatMap((one) => [
      ...Array.from({ length: 20 }, (_, person) => one.withName(`person.${String(person)}`, NETWORK, slow)),
      ...Array.from({ length: 20 }, () => one.fromNetwork(NETWORK, slow)),
    ]);
    expect(new Set(await Promise.all(heard))).toEqual(new Set(['in']));
  });

  it('make nobody else of a network wait for attempts of one name', async () => {
    const [one] = twoServers();
    const held = Promise.withResolvers<string>();
    const waiting = Array.from({ length: 20 }, () => one.withName('li.hua', NETWORK, () => held.promise));
    await expect(one.withName('li.ting', NETWORK, RIGHT)).resolves.toBe('in');
    held.resolve('in');
    await Promise.all(waiting);
  });

  it('make nobody who goes on with a session wait for those who sign in', async () => {
    const [one] = twoServers();
    const held = Promise.withResolvers<string>();
    const signingIn = Array.from({ length: 20 }, (_, person) =>
      one.withName(`person.${String(person)}`, NETWORK, () => held.promise),
    );
    await expect(one.fromNetwork(NETWORK, RIGHT)).resolves.toBe('in');
    held.resolve('in');
    await Promise.all(signingIn);
  });

  it('count a name for nothing while its network is refused', async () => {
    const [one, other] = twoServers();
    await several(MOST_FAILURES_OF_A_NETWORK, () => one.fromNetwork(NETWORK, WRONG));
    await several(MOST_FAILURES_OF_A_NAME, () => one.withName('li.hua', NETWORK, WRONG));
    await expect(other.withName('li.hua', undefined, RIGHT)).resolves.toBe('in');
  });

  it('are of a network for whatever is wrong there, and for nothing else', async () => {
    const [one, other] = twoServers();
    const rejected = () => Promise.reject(new Rejected({ code: 'WRONG_PASSWORD', message: 'Wrong.' }));
    const notNow = () => Promise.reject(new Unavailable('Not now.'));
    await several(MOST_FAILURES_OF_A_NETWORK, () => one.fromNetwork(NETWORK, notNow));
    await several(MOST_FAILURES_OF_A_NETWORK - 1, () => one.fromNetwork(NETWORK, WRONG));
    await expect(one.fromNetwork(NETWORK, rejected)).rejects.toThrow(Rejected);
    await expect(other.fromNetwork(NETWORK, RIGHT)).rejects.toThrow(RateLimited);
    await expect(other.withName('li.hua', NETWORK, RIGHT)).rejects.toThrow(RateLimited);
    await expect(other.fromNetwork('203.0.113.8', RIGHT)).resolves.toBe('in');
  });

  it('are not of a network that is not known', async () => {
    const [one] = twoServers();
    await several(MOST_FAILURES_OF_A_NETWORK + 1, () => one.fromNetwork(undefined, WRONG));
    await expect(one.fromNetwork(undefined, RIGHT)).resolves.toBe('in');
  });
});
