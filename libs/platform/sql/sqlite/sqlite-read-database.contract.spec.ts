// SQLite keeps the contract of the read models' database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDatabaseContract } from '../../contract/index.ts';
import { openReadDatabase } from './sqlite-read-database.ts';

readDatabaseContract('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'read-database-'));
  return {
    open: async () => openReadDatabase({ file: join(directory, 'read-models.db') }),
    readsDuringWrites: true,
    discard: async () => rmSync(directory, { recursive: true, force: true }),
  };
});
