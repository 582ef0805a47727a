// `npm run schema`: writes the schema that is served to schema.graphql, sorted, so that a change of the API is a change
// of a file. `--check` only compares.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings } from '#libs/platform';
import { createApplication } from './application.ts';
import { schemaText } from './schema-text.ts';

export async function printSchemaFile({ file = 'schema.graphql', check = false } = {}): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-schema-'));
  try {
    const settings = readSettings({ DATA_DIR: directory, PORT: '0', LOG_LEVEL: 'silent', GRAPHIQL: 'off' });
    const application = await createApplication(settings);
    const text = schemaText(application.schema);
    await application.close();
    if (check) return readFileSync(resolve(file), 'utf8') === text;
    writeFileSync(resolve(file), text);
    return true;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
