// A process from its arguments to its end: settings, one sentence on standard error and exit code 1 when it cannot
// start, an ordered end on a signal, also while it waits for servers that are not there yet.
import { describeFailure, InvalidInput, isKnownFailure, SECOND } from '#libs/kernel';
import type { Logger, Settings } from '#libs/platform';
import { createLogger, flagsHelp, loadEnvironmentFile, readFlags, readSettings, Shutdown } from '#libs/platform';

export interface Process {
  readonly logger: Logger;
  readonly shutdown: Shutdown;
}

/**
 * @param script the npm script that starts it
 * @param argv the arguments after the file's name
 */
export async function startProcess(
  script: string,
  argv: readonly string[],
  work: (settings: Settings, process: Process) => Promise<void>,
): Promise<void> {
  try {
    const settings = settingsFrom(argv);
    if (!settings) return void process.stdout.write(`Usage: npm ${script} -- [settings]\n\n${flagsHelp()}`);
    const logger = createLogger({ level: settings.logLevel });
    const shutdown = new Shutdown({ logger, limitMs: settings.shutdownSeconds * SECOND });
    shutdown.onSignals();
    await work(settings, { logger, shutdown });
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
