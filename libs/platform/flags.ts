// Every setting as a flag: `--data-dir /srv/data` or `--data-dir=/srv/data` for DATA_DIR. Made from the table of
// settings, so the server and the command line accept the same ones.
import { InvalidInput } from '#libs/kernel';
import type { SettingDescription } from './settings.ts';
import { settingsTable } from './settings.ts';

export interface Flags {
  /** By variable name, ready to be laid over the environment for `readSettings`; the last of a repeated flag. */
  readonly settings: Readonly<Record<string, string>>;
  /** The arguments that are not settings, in order; everything from `--` on is among them. */
  readonly rest: readonly string[];
}

const FLAG = /^(--[a-z-]+)(?:=(.*))?$/s;

/**
 * Takes the settings out of a command line's arguments.
 *
 * @throws InvalidInput for a flag without a value, and for a secret: every user of the machine can read a command line
 */
export function readFlags(argv: readonly string[]): Flags {
  const known = new Map(settingsTable().map((of) => [flagOf(of), of]));
  const settings: Record<string, string> = {};
  const rest: string[] = [];
  const open = argv.values();
  for (const argument of open) {
    const [, flag = '', attached] = FLAG.exec(argument) ?? [];
    const setting = known.get(flag);
    if (!setting) {
      rest.push(argument);
      if (argument === '--') rest.push(...open);
      continue;
    }
    if (setting.secret)
      throw new InvalidInput(`${flag} is not a flag, because others can read it there: set ${setting.name}.`);
    const value = attached ?? open.next().value;
    if (value === undefined || (attached === undefined && value.startsWith('--')))
      throw new InvalidInput(`${flag} needs a value: ${setting.accepts}.`, { field: setting.name });
    settings[setting.name] = value;
  }
  return { settings, rest };
}

/** All settings for a help text: flag, variable, default, meaning. */
export function flagsHelp(): string {
  const table = settingsTable();
  const names = table.map((of) => (of.secret ? '(variable only)' : `${flagOf(of)} <value>`));
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  const lines = table.map(({ name, default: standard, description }, index) => {
    const initially = standard ? ` Default: ${standard}.` : '';
    return `  ${(names[index] ?? '').padEnd(width)}${name}. ${description}${initially}`;
  });
  return `Settings, as flags or as variables of the environment or of a .env file:\n${lines.join('\n')}\n`;
}

function flagOf({ name }: SettingDescription): string {
  return `--${name.toLowerCase().replaceAll('_', '-')}`;
}
