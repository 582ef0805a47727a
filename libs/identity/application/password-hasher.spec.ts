import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { PasswordHasher } from './password-hasher.ts';

describe('PasswordHasher', () => {
  it('makes salted argon2id hashes of 19 MiB and two passes, and knows the password again', async () => {
    const hasher = new PasswordHasher();
    const [one, other] = await Promise.all([
      hasher.hash('correct horse battery'),
      hasher.hash('correct horse battery'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await hasher.verify('correct horse battery', one)).toBe(true);
    expect(await hasher.verify('correct horse staple', one)).toBe(false);
  });

  it('takes a password however the keyboard composed it', async () => {
    const hasher = new PasswordHasher();
    expect(await hasher.verify('cafe\u0301 au lait!', await hasher.hash('caf\u00e9 au lait!'))).toBe(true);
  });

  it('says no to everything without a hash, and to endless passwords', async () => {
    const hasher = new PasswordHasher();
    expect(await hasher.verify('anything at all', undefined)).toBe(false);
    expect(await hasher.verify('x'.repeat(100_000), await hasher.hash(''))).toBe(false);
  });

  it('does the same work for accounts that do not exist, and turns callers away when too many wait', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, queue: 2 });
    const hashed = await hasher.hash('correct horse battery');
    const calls = [hashed, undefined, hashed, undefined, hashed].map((hash) => hasher.verify('wrong', hash));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(Unavailable);
  });

  it('works on when a call fails, and serves everyone in turn', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, queue: 10 });
    const failed = hasher.verify('x', 'not a hash');
    const served = Promise.all(Array.from({ length: 5 }, () => hasher.verify('x', undefined)));
    await expect(failed).rejects.toThrow();
    expect(await served).toEqual([false, false, false, false, false]);
    expect(await hasher.verify('x', undefined)).toBe(false);
  });
});
