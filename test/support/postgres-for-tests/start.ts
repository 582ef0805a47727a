// Gives a run of tests a PostgreSQL server where TEST_DATABASE_URL names none. Without an installed server nothing is
// given, and what needs one is skipped and says so.
import { PostgresServer, postgresBinaries } from '../postgres-server.ts';

declare global {
  var postgresForTests: PostgresServer | undefined;
}

export default async function start(): Promise<void> {
  if (process.env['TEST_DATABASE_URL'] || postgresBinaries() === undefined) return;
  const server = await PostgresServer.start({ password: 'of-the-tests', settings: ['max_connections=300'] });
  globalThis.postgresForTests = server;
  process.env['TEST_DATABASE_URL'] = server.url;
}
