import { expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { Unavailable } from '#libs/kernel';
import { requireRoom } from './disk-space.ts';

it('room on the disk is asked of the disk', async () => {
  await expect(requireRoom(tmpdir(), 1)).resolves.toBeUndefined();
  await expect(requireRoom(tmpdir(), 2 ** 60)).rejects.toThrow(Unavailable);
  await expect(requireRoom(tmpdir(), 2 ** 60)).rejects.toThrow(
    /^Only \d+ MB are free on the disk of the data directory\.$/,
  );
});
