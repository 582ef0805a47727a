// A PostgreSQL that does not serve, in every way it says so: clients are told to try again, readiness says why in one
// sentence, nothing is lost, and all goes on without a restart.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Postgres } from '#libs/platform';
import { openPostgres } from '#libs/platform';
import type { Reply } from '../e2e/harness/person.ts';
import type { Report } from '../support/deployment/index.ts';
import { Deployment } from '../support/deployment/index.ts';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';
import type { Settled } from './harness/settled.ts';
import { settle } from './harness/settled.ts';
import { expectDiscretion, MATTER, REPORTER, SECRET } from './harness/spoken.ts';

(postgresBinaries() ? describe : describe.skip)('a database', () => {
  let server: PostgresServer;
  let superuser: Postgres;
  let house: Deployment | undefined;
  let at: Settled | undefined;

  beforeAll(async () => {
    server = await PostgresServer.start({ password: SECRET });
    superuser = await openPostgres({ url: server.url, schema: 'public', applicationName: 'test' });
    await superuser.query(`CREATE ROLE app LOGIN PASSWORD '${SECRET}'`);
    await superuser.query('CREATE DATABASE app OWNER app');
    await superuser.close();
    const url = new URL(server.url);
    url.pathname = '/app';
    superuser = await openPostgres({ url: url.toString(), schema: 'public', applicationName: 'test' });
    [url.username, url.password] = ['app', SECRET];
    // Our own limit is half a minute; what the URL says comes after it.
    url.searchParams.set('options', '-c statement_timeout=1000');
    house = await Deployment.start({ apis: 1, projectors: 1, environment: { DATABASE_URL: url.toString() } });
    at = await settle(house);
    await house.ready();
  }, 120_000);

  afterAll(async () => {
    await at?.foundation.shutdown.run();
    await house?.stop();
    await superuser.close();
    await server.remove();
  });

  const sql =
    (...statements: string[]) =>
    async () => {
      for (const statement of statements) await superuser.query(statement);
    };
  const HANG_UP = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'`;
  const refuse = (table: string, event: string, code: string) => [
    `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '${MATTER}' USING ERRCODE = '${code}'; END $$`,
    `DROP TRIGGER IF EXISTS refuse ON ${table}`,
    `CREATE TRIGGER refuse BEFORE ${event} ON ${table} EXECUTE FUNCTION refuse()`,
  ];
  const KEYS = 'bangbangwo_keys."personKeys"';
  const CHECKPOINTS = 'bangbangwo."projectionGeneration"';
  const everything = (of: Report) =>
    [of.database, of.keys, of.leadership, ...(of.projections ?? []).map(({ outage }) => outage)].join('\n');

  const lock = async () => {
    const session = await superuser.dedicated();
    await session.query(`BEGIN; LOCK TABLE ${CHECKPOINTS} IN ACCESS EXCLUSIVE MODE`);
    return () => session.release();
  };
  let unlock: (() => Promise<void>) | undefined;

  const REPORT = { channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER };
  const LEAK = /canary|127\.0\.0\.1/;
  type Change = () => Promise<unknown>;
  const SAID = String.raw`^PostgreSQL at 127\.0\.0\.1:\d+ `;

  it.each<[string, Change, string, Change]>([
    [
      'that takes no writes from us',
      sql('ALTER ROLE app SET default_transaction_read_only = on', HANG_UP),
      `${SAID}(is read-only: no keys can be made|cannot be used now: it is read-only)\\.$`,
      sql('ALTER ROLE app RESET default_transaction_read_only', HANG_UP),
    ],
    [
      'that has no connection left for us',
      sql('ALTER ROLE app CONNECTION LIMIT 0', HANG_UP),
      `${SAID}cannot be used now: it has too many connections\\.$`,
      sql('ALTER ROLE app CONNECTION LIMIT -1'),
    ],
    [
      'that does not let us in any more',
      sql('ALTER ROLE app NOLOGIN', HANG_UP),
      `${SAID}cannot be used: it does not let this user in\\.$`,
      sql('ALTER ROLE app LOGIN'),
    ],
    [
      'whose disk is full under the read models',
      sql(...refuse(CHECKPOINTS, 'UPDATE', '53100')),
      `${SAID}cannot be used now: its disk is full\\.$`,
      sql(`DROP TRIGGER refuse ON ${CHECKPOINTS}`),
    ],
    [
      'where we lost our rights to the read models',
      sql(`REVOKE ALL ON ${CHECKPOINTS} FROM app`),
      `${SAID}cannot be used: the user may not do this\\.$`,
      sql(`GRANT ALL ON ${CHECKPOINTS} TO app`),
    ],
    [
      'that somebody else has locked',
      async () => (unlock = await lock()),
      `${SAID}cannot be used now: the answer took too long\\.$`,
      async () => unlock?.(),
    ],
    [
      'that went back to being a stand-by',
      async () => {
        await server.stop();
        await server.stepBack();
      },
      `${SAID}(is read-only: no keys can be made|cannot be used now: it is read-only)\\.$`,
      async () => {
        await server.promote();
      },
    ],
  ])('%s: readiness says so, and it goes on afterwards', async (_, trouble, sentence, end) => {
    const before = await at!.raise();
    await trouble();
    let during: Reply;
    try {
      const raising = at!.trySend('raiseRequest', { communityId: at!.communityId, ...REPORT });
      const [projector] = house!.projectors;
      const { status } = await projector!.until((report) => new RegExp(sentence, 'm').test(everything(report)));
      expect(status).toBe('degraded');
      during = await raising;
    } finally {
      await end();
    }
    if (during.errors) expect(during).toMatchObject({ code: 'UNAVAILABLE', text: expect.not.stringMatching(LEAK) });
    await house!.ready();
    const { id, position } = await at!.raise();
    const acknowledged = [before.id, id, ...(during.errors ? [] : [during.value.request.id as string])];
    for (const one of acknowledged) {
      expect(await at!.office.read('request', { id: one, atLeast: position })).toMatchObject({ id: one });
    }
    for (const each of house!.processes) expectDiscretion(each.said);
  });

  it('whose disk is full under the person keys: nobody new can be reported, and what is there goes on', async () => {
    const { id } = await at!.raise();
    await sql(...refuse(KEYS, 'INSERT', '53100'))();
    await at!.office.order('dispatchRequest', { requestId: id });
    const before = await at!.foundation.store.head();
    const [api] = house!.apis;
    try {
      const refused = await at!.trySend('raiseRequest', { communityId: at!.communityId, ...REPORT });
      expect(refused).toMatchObject({ code: 'UNAVAILABLE', text: expect.not.stringMatching(LEAK) });
      const full = {
        status: 'degraded',
        requests: expect.stringMatching(`${SAID}cannot be used now: its disk is full\\.$`),
      };
      expect(await api!.report()).toMatchObject(full);
      expect(await at!.foundation.store.head()).toBe(before);
    } finally {
      await sql(`DROP TRIGGER refuse ON ${KEYS}`)();
    }
    await at!.raise();
    await house!.ready();
    for (const each of house!.processes) expectDiscretion(each.said);
  });
});
