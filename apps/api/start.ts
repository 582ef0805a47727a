// Starts the server as a process: failures of starting are one sentence on standard error and exit code 1.
import { describeFailure, isKnownFailure } from '#libs/kernel';
import { loadEnvironmentFile, readSettings } from '#libs/platform';
import { createApplication } from './application.ts';

export async function start(): Promise<void> {
  try {
    loadEnvironmentFile();
    const settings = readSettings();
    const { foundation, url } = await createApplication(settings, { onBroken: () => process.exit(1) });
    foundation.shutdown.onSignals();
    foundation.logger.info('serving', { address: url });
  } catch (error) {
    if (!isKnownFailure(error)) throw error;
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}
