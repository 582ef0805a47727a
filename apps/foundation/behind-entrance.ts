// A foundation with an HTTP port in front of it. Scaled out, the port is open from the beginning and servers that are
// not there yet are waited for; in one process with a data directory, nothing has to be waited for.
import { SECOND } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { createLogger, scaledOut, Shutdown } from '#libs/platform';
import { Entrance } from './entrance.ts';
import type { Foundation, FoundationOptions } from './foundation.ts';
import { openFoundation } from './foundation.ts';

export interface BehindEntrance {
  readonly foundation: Foundation;
  /** Answers nothing but its watchers until it is given something to serve; listens only where there was a wait. */
  readonly entrance: Entrance;
}

/** @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then */
export async function openBehindEntrance(settings: Settings, options: FoundationOptions): Promise<BehindEntrance> {
  const { logger = createLogger({ level: settings.logLevel }) } = options;
  const { shutdown = new Shutdown({ logger, limitMs: settings.shutdownSeconds * SECOND }) } = options;
  const entrance = new Entrance(settings);
  shutdown.add('entrance', () => entrance.close());
  const opening: FoundationOptions = { ...options, logger, shutdown };
  if (!scaledOut(settings)) return { foundation: await openFoundation(settings, opening), entrance };
  try {
    await entrance.listen(settings);
    logger.info('listening', { address: entrance.url });
    const onWaiting = (part: string, reason: string) => entrance.waitsFor(part, reason);
    return { foundation: await openFoundation(settings, { onWaiting, ...opening }), entrance };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
