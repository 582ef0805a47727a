// The operator's commands. Every setting can be given as a variable or as a flag of the same name.
import { Command, CommanderError, Option } from 'commander';
import { describeFailure, InvalidInput, isKnownFailure } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { flagsHelp, loadEnvironmentFile, PostgresDefect, readFlags, readSettings } from '#libs/platform';
import { addAccount, addExternalAccount, listAccounts, resetPassword, switchAccount } from './commands/accounts.ts';
import { addArea, AREA_LEVELS, listAreas } from './commands/areas.ts';
import { runBackup } from './commands/backup.ts';
import type { BackupOptions } from './commands/backup.ts';
import { runDemo } from './commands/demo.ts';
import { runErase } from './commands/erase.ts';
import type { ExportKind } from './commands/export.ts';
import { EXPORTS, runExport } from './commands/export.ts';
import { runExportEvents } from './commands/export-events.ts';
import { runExportKeys } from './commands/export-keys.ts';
import { runGiveUpLostKeys } from './commands/give-up-lost-keys.ts';
import { runImport } from './commands/import.ts';
import { runImportEvents } from './commands/import-events.ts';
import { runImportKeys } from './commands/import-keys.ts';
import { runRebuild } from './commands/rebuild.ts';
import type { RestoreOptions } from './commands/restore.ts';
import { runRestore } from './commands/restore.ts';
import { runRotateMasterKey } from './commands/rotate-master-key.ts';
import { runSkip } from './commands/skip.ts';

const COMMUNITY = ['--community <name>', 'name or id of the community, when there are several'] as const;

/** Makes a command's action of work that is given the settings first and answers the exit code. */
type Run = <Args extends unknown[]>(
  work: (settings: Settings, ...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;

/**
 * Runs the command line's arguments; answers the exit code. Foreseeable failures are one sentence on standard error.
 *
 * @param argv the arguments after the file's name
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    const { settings: given, rest } = readFlags(argv);
    const run: Run =
      (work) =>
      async (...args) => {
        loadEnvironmentFile();
        exitCode = await work(readSettings({ ...process.env, ...given }), ...args);
      };
    await programOf(run).parseAsync(rest, { from: 'user' });
  } catch (error) {
    // Commander has said what it has to say.
    if (error instanceof CommanderError) return error.exitCode;
    if (!isKnownFailure(error) && !(error instanceof PostgresDefect)) throw error;
    process.stderr.write(`${describeFailure(error)}\n`);
    return 1;
  }
  return exitCode;
}

function programOf(run: Run): Command {
  const program = new Command('npm run cli --')
    .description('Bangbangwo 帮帮我: the operator’s commands')
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .addHelpText('afterAll', ({ command }) =>
      command.parent
        ? '\nSettings such as --data-dir can be given too; the list is in the general --help.'
        : `\n${flagsHelp()}`,
    );
  program
    .command('demo')
    .description('serve a community with its imported ledger and an account for every role')
    .action(run(runDemo));
  addImport(program, run);
  program
    .command('export')
    .description('write the reception ledger or the disposition list as CSV')
    .addArgument(program.createArgument('<list>', 'which').choices(EXPORTS))
    .argument('<file>', 'must not exist yet')
    .option(...COMMUNITY)
    .action(
      run((settings, kind: ExportKind, file: string, { community }: { community?: string }) =>
        runExport(settings, kind, file, community),
      ),
    );
  program
    .command('rebuild')
    .argument('[read-models...]', 'their names')
    .description('make read models again from the log (default: all)')
    .action(run((settings, names: string[]) => runRebuild(settings, names)));
  program
    .command('skip')
    .argument('<read-model>', 'its name')
    .argument('<position>', 'of the event, as /readyz tells it')
    .description('let a read model that is paused go on without the event it is paused at')
    .action(run((settings, name: string, position: string) => runSkip(settings, name, position)));
  addMoving(program, run);
  addMovingOfKeys(program, run);
  addKeeping(program, run);
  addAreas(program, run);
  addAccounts(program, run);
  return program;
}

interface ImportFlags {
  readonly community?: string;
  readonly dryRun?: boolean;
  readonly skipBadRows?: boolean;
  readonly skippedRows?: string;
}

function addImport(program: Command, run: Run): void {
  program
    .command('import')
    .argument('<file>', 'CSV in UTF-8, GBK or UTF-16, with the headings of the paper ledger')
    .description('import a ledger: all of it, or nothing when a row is bad')
    .option(...COMMUNITY)
    .option('--dry-run', 'check everything, import nothing')
    .option('--skip-bad-rows', 'import the good rows and write the others to a file; the exit code is still 1')
    .option('--skipped-rows <file>', 'that file, which must not exist yet (default: <file>.skipped.csv)')
    .action(
      run((settings, file: string, { skipBadRows, skippedRows, ...others }: ImportFlags) => {
        if (skippedRows !== undefined && !skipBadRows)
          throw new InvalidInput('--skipped-rows goes with --skip-bad-rows.');
        const skipped = skippedRows ?? `${file}.skipped.csv`;
        return runImport(settings, file, skipBadRows ? { ...others, skippedRows: skipped } : others);
      }),
    );
}

function addMoving(program: Command, run: Run): void {
  program
    .command('export-events')
    .argument('<file>', 'must not exist yet')
    .description('write the whole event log to a file, to move it to another store or to compare two stores')
    .addOption(
      new Option(
        '--leave-out <position>',
        'go without this event, which others wrote; can be given several times',
      ).argParser((position: string, before: readonly string[] | undefined) => [...(before ?? []), position]),
    )
    .action(
      run((settings, file: string, options: { leaveOut?: string[] }) => runExportEvents(settings, file, options)),
    );
  program
    .command('import-events')
    .argument('<file>', 'as export-events writes it')
    .description('bring an exported event log into an empty store; given again, it goes on where it was stopped')
    .option('--dry-run', 'check the file and compare the log with it, append nothing')
    .action(run((settings, file: string, options: { dryRun?: boolean }) => runImportEvents(settings, file, options)));
}

function addMovingOfKeys(program: Command, run: Run): void {
  program
    .command('export-keys')
    .argument('<file>', 'must not exist yet')
    .description('write the keys of sealed texts to a file, still wrapped with the master key, to move them')
    .action(run((settings, file: string) => runExportKeys(settings, file)));
  program
    .command('import-keys')
    .argument('<file>', 'as export-keys writes it')
    .description('bring exported keys into a house that has none of its own yet')
    .action(run((settings, file: string) => runImportKeys(settings, file)));
  program
    .command('rotate-master-key')
    .description('put a new master key in place of the old one; stop the servers first')
    .option('--to <file>', 'where the new key goes, when it is not to replace the file of the old one')
    .option('--dry-run', 'check the old key, change nothing')
    .action(run((settings, options: { to?: string; dryRun?: boolean }) => runRotateMasterKey(settings, options)));
}

function addKeeping(program: Command, run: Run): void {
  program
    .command('backup')
    .description('back up the embedded house while it runs: the log, and the keys apart from it')
    .requiredOption('--to <directory>', 'a new directory for the log')
    .option('--keys-to <directory>', 'a new directory for the keys, on another medium')
    .option('--dry-run', 'say what would be written, write nothing')
    .action(run((settings, options: BackupOptions) => runBackup(settings, options)));
  program
    .command('restore')
    .description('restore a backup into an empty data directory, with the erasures since')
    .requiredOption('--from <directory>', 'the backup of the log')
    .requiredOption('--keys <directory>', 'the backup of the keys')
    .option('--erasures <file>', 'the newest list of erasures')
    .option('--no-erasures', 'nobody was erased since the backup but who is in the lists in place')
    .option('--give-up-lost-keys', 'restore although keys are older than the log; what they sealed is lost')
    .option('--dry-run', 'check everything, restore nothing')
    .action(
      run((settings, { erasures, ...options }: Omit<RestoreOptions, 'erasures'> & { erasures?: string | boolean }) =>
        runRestore(
          settings,
          typeof erasures === 'boolean' && erasures ? options : ({ ...options, erasures } as RestoreOptions),
        ),
      ),
    );
  program
    .command('give-up-lost-keys')
    .description('treat persons whose keys are lost as erased, so that the house can start')
    .option('--dry-run', 'count them, change nothing')
    .action(run((settings, options: { dryRun?: boolean }) => runGiveUpLostKeys(settings, options)));
  program
    .command('erase')
    .argument('<kind>', 'request, volunteer or account')
    .argument('<id>', 'its id')
    .description('ask for the erasure of a person, or carry out one that is approved and due')
    .option('--dry-run', 'say what would be erased, change nothing')
    .action(
      run((settings, kind: string, id: string, options: { dryRun?: boolean }) => runErase(settings, kind, id, options)),
    );
}

function addAreas(program: Command, run: Run): void {
  const areas = program.command('areas').description('list and add districts, streets and communities');
  areas.command('list').description('all areas').action(run(listAreas));
  areas
    .command('add')
    .argument('<name>')
    .description('add an area')
    .addOption(new Option('--level <level>').choices(AREA_LEVELS).makeOptionMandatory())
    .option('--in <area>', 'name or id of the district a street is in, or of the street a community is in')
    .action(run(addArea));
}

function addAccounts(program: Command, run: Run): void {
  const accounts = program.command('accounts').description('list, open and mend accounts');
  accounts.command('list').description('all accounts and their roles').action(run(listAccounts));
  accounts
    .command('add')
    .argument('<username>')
    .description('open an account with one role')
    .requiredOption('--role <role>', 'such as OFFICE')
    .requiredOption('--area <name>', 'name or id of the area the role holds in')
    .action(
      run((settings, username: string, of: { role: string; area: string }) =>
        addAccount(settings, username, of.role, of.area),
      ),
    );
  accounts
    .command('add-external')
    .argument('<subject>')
    .description('open an account with one role for a user of the identity provider that OIDC_ISSUER names')
    .requiredOption('--role <role>', 'such as OFFICE')
    .requiredOption('--area <name>', 'name or id of the area the role holds in')
    .action(
      run((settings, subject: string, of: { role: string; area: string }) =>
        addExternalAccount(settings, subject, of.role, of.area),
      ),
    );
  accounts
    .command('reset-password')
    .argument('<username>')
    .description('give an account a new password')
    .action(run(resetPassword));
  for (const [name, on] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    accounts
      .command(name)
      .argument('<username>')
      .description(on ? 'let an account sign in again' : 'keep an account from signing in')
      .option('--external', 'the name is that of a user of the identity provider')
      .action(
        run((settings, name: string, { external = false }: { external?: boolean }) =>
          switchAccount(settings, name, on, external),
        ),
      );
  }
}
