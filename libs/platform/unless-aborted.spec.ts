// Who leaves is let go at once, and whoever waits again and again for one signal leaves nothing behind.
import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import { unlessAborted } from './unless-aborted.ts';

const never = new Promise<never>(() => undefined);

it('gives what the work gives', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(signal, Promise.resolve(1))).resolves.toBe(1);
  await expect(unlessAborted(undefined, Promise.resolve(2))).resolves.toBe(2);
  await expect(unlessAborted(signal, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
});

it('rejects with the reason once it aborts, or had aborted before', async () => {
  const leaving = new AbortController();
  const left = unlessAborted(leaving.signal, never);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await expect(unlessAborted(leaving.signal, never)).rejects.toThrow('gone');
});

it('leaves no listener behind, however often one signal is waited with', async () => {
  const { signal } = new AbortController();
  for (let n = 0; n < 100; n += 1) await unlessAborted(signal, Promise.resolve());
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
