// A PostgreSQL that does not let us in, or not now: one sentence says why, whether waiting helps is told apart, and no
// secret is repeated.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import type { Postgres, PostgresOptions } from '#libs/platform';
import { isLasting, openPostgres, openPostgresReadDatabase } from '#libs/platform';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';

const SECRET = 'p@ss/word secret';
const installed = postgresBinaries() !== undefined;

(installed ? describe : describe.skip)(
  `PostgreSQL refuses${installed ? '' : ' (no PostgreSQL server is installed)'}`,
  () => {
    let server: PostgresServer;
    const opened: Postgres[] = [];
    beforeAll(
      async () =>
        void (server = await PostgresServer.start({
          password: SECRET,
          settings: ['max_connections=8', 'superuser_reserved_connections=0'],
        })),
    );
    afterAll(() => server.remove());
    afterEach(async () => {
      for (const postgres of opened.splice(0)) await postgres.close();
    });

    async function open(over: Partial<PostgresOptions> = {}): Promise<Postgres> {
      const postgres = await openPostgres({ url: server.url, schema: 'tried', applicationName: 'fault', ...over });
      opened.push(postgres);
      return postgres;
    }

    /** The URL with one part replaced. */
    function urlWith(change: (url: URL) => unknown): string {
      const url = new URL(server.url);
      change(url);
      return url.toString();
    }

    async function expectRefusal(work: Promise<unknown>, reason: string, lasting: boolean): Promise<void> {
      const failure: unknown = await work.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Unavailable);
      const said = String((failure as Error).message);
      expect(said).toContain(reason);
      expect(said).toMatch(/^PostgreSQL at 127\.0\.0\.1:\d+ cannot be used/);
      expect([isLasting(failure), `${said}${JSON.stringify(failure)}`.includes('secret')]).toEqual([lasting, false]);
    }

    it.each<[string, string, (url: URL) => unknown]>([
      ['a wrong password', 'the user or the password is wrong', (url) => (url.password = 'wrong secret')],
      ['no password', 'the user or the password is wrong', (url) => (url.password = '')],
      ['an unknown user', 'the user or the password is wrong', (url) => (url.username = 'nobody')],
      ['an unknown database', 'the database does not exist', (url) => (url.pathname = '/elsewhere')],
      ['TLS', 'it does not speak TLS, which the URL asks for', (url) => url.searchParams.set('sslmode', 'verify-full')],
    ])('for good: %s', (_, reason, change) => expectRefusal(open({ url: urlWith(change) }), reason, true));

    it('for good: the user may not create what is missing', async () => {
      const owner = await open();
      await owner.query(
        `CREATE ROLE reader LOGIN PASSWORD 'reader'; CREATE SCHEMA kept; GRANT USAGE ON SCHEMA kept TO reader`,
      );
      const url = urlWith((of) => ([of.username, of.password] = ['reader', 'reader']));
      await expectRefusal(open({ url, schema: 'missing' }), 'the user may not do this', true);
      await open({ url, schema: 'kept' });
    });

    it('for now: it is read-only', async () => {
      const url = urlWith((of) => of.searchParams.set('options', '-c default_transaction_read_only=on'));
      await expectRefusal(open({ url, schema: 'missing' }), 'it is read-only', false);
      const database = await openPostgresReadDatabase({ url, schema: 'missing', applicationName: 'fault' });
      await expectRefusal(
        database.write(() => Promise.resolve()),
        'it is read-only',
        false,
      );
      await database.close();
    });

    it('for now: it has too many connections', async () => {
      const greedy = await open({ connections: 20 });
      const all = Array.from({ length: 20 }, () => greedy.query('SELECT pg_sleep(0.5)'));
      const refused = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
      await expectRefusal(
        Promise.reject((refused as PromiseRejectedResult).reason as Error),
        'it has too many connections',
        false,
      );
      expect((await greedy.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });

    it('for now: it is not there, and is used again when it is back', async () => {
      const postgres = await open();
      const session = await postgres.dedicated();
      await server.stop();
      expect(await session.lost).toBeInstanceOf(Unavailable);
      await expectRefusal(postgres.query('SELECT 1'), 'it', false);
      await expectRefusal(postgres.query('SELECT 1'), 'it cannot be reached', false);
      await expectRefusal(open(), 'it cannot be reached', false);
      await server.resume();
      expect((await postgres.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });

    it('for now: it does not answer', async () => {
      const postgres = await open({ statementTimeoutMs: 100 });
      const session = await postgres.dedicated();
      server.freeze(true);
      try {
        await expectRefusal(postgres.query('SELECT 1'), 'it cannot be reached', false);
        await expectRefusal(open(), 'it cannot be reached', false);
        await session.release();
      } finally {
        server.freeze(false);
      }
      expect((await postgres.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
    });
  },
);
