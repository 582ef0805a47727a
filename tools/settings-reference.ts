// Writes docs/reference/settings.md and .env.example from the table of settings, the one place where they are declared,
// and the tables of docs/reference/websocket.md.
import { writeFileSync } from 'node:fs';
import type { SettingDescription } from '#libs/platform';
import { environmentExample, settingsTable } from '#libs/platform';
import { websocketReference } from './websocket-reference.ts';

const HEAD = `# Settings

Every setting is an environment variable, and a flag of \`npm start\` and the command line: \`--data-dir\` for \`DATA_DIR\`. A
\`.env\` file in the working directory is read too. Flags win over variables, and variables over the file. A value that is not accepted stops the process with a sentence that names the variable.

This page is made from the table in \`libs/platform/settings.ts\` by \`npm run docs\`.

| variable | default | accepts | meaning |
| --- | --- | --- | --- |
`;

export function settingsReference(table: readonly SettingDescription[]): string {
  const row = (of: SettingDescription) =>
    `| \`${of.name}\` | ${of.default ? `\`${of.default}\`` : 'unset'} | ${of.accepts} | ${of.description}${of.secret ? ' Secret: never logged.' : ''} |`;
  return `${HEAD}${table.map(row).join('\n')}\n`;
}

/** The generated documents: path from the root → text. */
export function generatedDocuments(): Readonly<Record<string, string>> {
  return {
    'docs/reference/settings.md': settingsReference(settingsTable()),
    '.env.example': environmentExample(),
    'docs/reference/websocket.md': websocketReference(),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedDocuments())) writeFileSync(path, text);
}
