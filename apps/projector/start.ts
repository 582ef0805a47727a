// Starts the projector as a process.
import { startProcess } from '#apps/foundation';
import { createProjector } from './application.ts';

/** @param argv the arguments after the file's name */
export function start(argv: readonly string[]): Promise<void> {
  return startProcess('run start:projector', argv, async (settings, { logger, shutdown }) => {
    const { url } = await createProjector(settings, { logger, shutdown });
    logger.info('serving', { address: url });
  });
}
