// Settings kept in a file beside the program.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { InvalidInput } from '#libs/kernel';

/** Adds the variables of a `.env` file, where there is one, to the environment; what is already set wins. */
export function loadEnvironmentFile(file = '.env', env: Record<string, string | undefined> = process.env): void {
  try {
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) env[name] ??= value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new InvalidInput(`The file ${file} cannot be read.`, { field: file });
    }
  }
}
