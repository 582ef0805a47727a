// Whether there is room for what is still to come: the log refuses commands once there is none, which is late to be told.
import { statfs } from 'node:fs/promises';
import { Unavailable } from '#libs/kernel';

const MEGABYTE = 1_048_576;
const LEAST_FREE = 64 * MEGABYTE;

/** @throws Unavailable with one sentence when little is left */
export async function requireRoom(directory: string, least = LEAST_FREE): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= least) return;
  const left = Math.floor((bavail * bsize) / MEGABYTE);
  throw new Unavailable(`Only ${String(left)} MB are free on the disk of the data directory.`);
}
