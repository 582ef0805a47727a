// Every dialect the read models can be kept in, for specs that hold in all of them:
// `describe.each(dialects)('the ledger in $name', ({ openHome }) => …)`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadDatabase } from '../sql/read-database.ts';
import { openReadDatabase } from '../sql/sqlite/sqlite-read-database.ts';
import { openTestPostgres } from './test-postgres.ts';

/** A place for any number of databases. */
export interface ReadModelHome {
  /** Opens the database of that name, with what was written to it before; the caller closes it. */
  open(name?: string): Promise<ReadDatabase>;
  /** As if a closed database had never been. */
  lose(name?: string): Promise<void>;
  /** Removes all databases. */
  discard(): Promise<void>;
}

export interface Dialect {
  readonly name: string;
  /** @param directory for files, where the dialect has any; default a new one */
  openHome(directory?: string): Promise<ReadModelHome>;
}

export const sqlite: Dialect = {
  name: 'SQLite',
  async openHome(directory = mkdtempSync(join(tmpdir(), 'read-models-'))) {
    const file = (name = 'read-models') => join(directory, `${name}.db`);
    return {
      open: async (name) => openReadDatabase({ file: file(name) }),
      lose: async (name) => ['', '-wal', '-shm'].forEach((end) => rmSync(file(name) + end, { force: true })),
      discard: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
};

/** On the server of TEST_DATABASE_URL, otherwise on PGlite. */
export const postgres: Dialect = {
  name: 'PostgreSQL',
  async openHome() {
    const test = await openTestPostgres();
    const schema = (name = 'read_models') => `${test.options.schema}_${name.replaceAll('-', '_')}`;
    return {
      open: (name) => test.readDatabase({ schema: schema(name) }),
      lose: async (name) => {
        const postgres = await test.postgres();
        await postgres.query(`DROP SCHEMA ${schema(name)} CASCADE`);
        await postgres.close();
      },
      discard: () => test.discard(),
    };
  },
};

export const dialects: readonly Dialect[] = [sqlite, postgres];
