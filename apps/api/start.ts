// Starts the server as a process: failures of starting are one sentence on standard error and exit code 1.
import { describeFailure, InvalidInput, isKnownFailure } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { flagsHelp, loadEnvironmentFile, readFlags, readSettings } from '#libs/platform';
import { createApplication } from './application.ts';

/** @param argv the arguments after the file's name */
export async function start(argv: readonly string[]): Promise<void> {
  try {
    const settings = settingsFrom(argv);
    if (!settings) return void process.stdout.write(`Usage: npm start -- [settings]\n\n${flagsHelp()}`);
    const { foundation, url } = await createApplication(settings, { onBroken: () => process.exit(1) });
    foundation.shutdown.onSignals();
    foundation.logger.info('serving', { address: url });
  } catch (error) {
    if (!isKnownFailure(error)) throw error;
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** Undefined when only help is asked for. */
function settingsFrom(argv: readonly string[]): Settings | undefined {
  const { settings, rest } = readFlags(argv);
  if (rest.some((argument) => argument === '--help' || argument === '-h')) return undefined;
  const [unknown] = rest;
  if (unknown !== undefined) throw new InvalidInput(`There is no setting ${named(unknown)}; --help lists them.`);
  loadEnvironmentFile();
  return readSettings({ ...process.env, ...settings });
}

/** Without what stands behind a `=`, which may be a secret. */
function named(argument: string): string {
  return argument.split('=', 1).join('');
}
