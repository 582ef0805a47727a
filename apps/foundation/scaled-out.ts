// Servers that several processes share, in place of files in a data directory.
import { Unavailable } from '#libs/kernel';
import type { ScaledOut } from '#libs/platform';
import type { Ground } from './foundation.ts';
import type { Opening } from './opening.ts';

export async function openScaledOut(_servers: ScaledOut, _opening: Opening): Promise<Ground> {
  throw new Unavailable('This version runs in one process with a data directory only.');
}
