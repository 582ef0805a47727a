// Starts the server as a process.
import { startProcess } from '#apps/foundation';
import { createApplication } from './application.ts';

/** @param argv the arguments after the file's name */
export function start(argv: readonly string[]): Promise<void> {
  return startProcess('start', argv, async (settings, { logger, shutdown }) => {
    const { url } = await createApplication(settings, { logger, shutdown, onBroken: () => process.exit(1) });
    logger.info('serving', { address: url });
  });
}
