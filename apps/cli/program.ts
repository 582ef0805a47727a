// The operator's commands. Every setting can be given as a variable or as a flag of the same name.
import { Command, Option } from 'commander';
import { describeFailure, isKnownFailure } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { loadEnvironmentFile, readSettings, settingsTable } from '#libs/platform';
import { addAccount, listAccounts, resetPassword, switchAccount } from './commands/accounts.ts';
import { runDemo } from './commands/demo.ts';
import { EXPORTS, runExport } from './commands/export.ts';
import type { ExportKind } from './commands/export.ts';
import { runImport } from './commands/import.ts';
import { runRebuild } from './commands/rebuild.ts';

const COMMUNITY = ['--community <name>', 'name or id of the community, when there are several'] as const;

/** Runs the command line's arguments; answers the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('bangbangwo')
    .description('Bangbangwo 帮帮我: the operator’s commands')
    .showHelpAfterError();
  for (const { name, description, secret } of settingsTable()) {
    // A secret on a command line can be read by every user of the machine.
    if (!secret) program.addOption(new Option(`${flagOf(name)} <value>`, description));
  }
  const run =
    <Args extends unknown[]>(work: (settings: Settings, ...args: Args) => Promise<number>) =>
    async (...args: Args) => {
      exitCode = await work(settingsFrom(program.opts()), ...args);
    };

  program
    .command('demo')
    .description('serve a community with its imported ledger and an account for every role')
    .action(run(runDemo));
  program
    .command('import <file>')
    .description('import a ledger (CSV; UTF-8, GBK or UTF-16)')
    .option(...COMMUNITY)
    .option('--dry-run', 'check everything, import nothing')
    .option(
      '--skip-bad-rows [file]',
      'import the good rows and write the others to a file (default: <file>.skipped.csv)',
    )
    .action(
      run((settings, file: string, options: { community?: string; dryRun?: boolean; skipBadRows?: string | true }) => {
        const { skipBadRows, ...others } = options;
        const skipped = skipBadRows === true ? `${file}.skipped.csv` : skipBadRows;
        return runImport(settings, file, skipped === undefined ? others : { ...others, skipBadRows: skipped });
      }),
    );
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
    .command('rebuild [read-models...]')
    .description('make read models again from the log (default: all)')
    .action(run((settings, names: string[]) => runRebuild(settings, names)));

  const accounts = program.command('accounts').description('list, open and mend accounts');
  accounts.command('list').description('all accounts and their roles').action(run(listAccounts));
  accounts
    .command('add <username>')
    .description('open an account with one role')
    .requiredOption('--role <role>', 'such as OFFICE')
    .requiredOption('--area <name>', 'name or id of the area the role holds in')
    .action(
      run((settings, username: string, of: { role: string; area: string }) =>
        addAccount(settings, username, of.role, of.area),
      ),
    );
  accounts
    .command('reset-password <username>')
    .description('give an account a new password')
    .action(run(resetPassword));
  for (const [name, on] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    accounts
      .command(`${name} <username>`)
      .description(on ? 'let an account sign in again' : 'keep an account from signing in')
      .action(run((settings, username: string) => switchAccount(settings, username, on)));
  }

  try {
    loadEnvironmentFile();
    await program.parseAsync(argv);
  } catch (error) {
    if (!isKnownFailure(error)) throw error;
    process.stderr.write(`${describeFailure(error)}\n`);
    return 1;
  }
  return exitCode;
}

function flagOf(name: string): string {
  return `--${name.toLowerCase().replaceAll('_', '-')}`;
}

/** @param flags as commander names them: camelCase */
function settingsFrom(flags: Readonly<Record<string, string>>): Settings {
  const given = Object.entries(flags).map(([flag, value]) => [flag.replace(/[A-Z]/g, '_$&').toUpperCase(), value]);
  return readSettings({ ...process.env, ...(Object.fromEntries(given) as Record<string, string>) });
}
