// On PGlite always, and on a real server where TEST_DATABASE_URL names one.
import { describe, it } from '@jest/globals';
import { readDatabaseContract } from '../../contract/index.ts';
import { openTestPostgres, testServerUrl } from '../../testing/index.ts';

const house = (server: string) => async () => {
  const test = await openTestPostgres(server);
  return {
    open: () => test.readDatabase(),
    readsDuringWrites: test.url !== undefined,
    discard: () => test.discard(),
  };
};

readDatabaseContract('PGlite', house('pglite'));
if (testServerUrl !== undefined) readDatabaseContract('PostgreSQL', house(testServerUrl));
else
  describe('the read database (PostgreSQL)', () =>
    it.skip('needs a server: TEST_DATABASE_URL is not set', () => undefined));
