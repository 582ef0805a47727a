// Databases that are not what this house left behind: one that a newer version has written is refused and stays as it
// is, keys of another house are not opened, and read models of another log are made anew.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Postgres } from '#libs/platform';
import { openPostgres } from '#libs/platform';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';
import { refusalOf, refusalOfCli } from './harness/refusal.ts';
import type { Settled } from './harness/settled.ts';
import { settle } from './harness/settled.ts';
import { expectDiscretion, linesOf } from './harness/spoken.ts';

describeScaledOut('a database', () => {
  let house: Deployment | undefined;
  let other: Deployment | undefined;
  let database: Postgres | undefined;
  const settled: Settled[] = [];

  beforeAll(async () => {
    house = await Deployment.start({ apis: 1, projectors: 1 });
    settled.push(await settle(house));
    await settled[0]!.raise();
    await house.ready();
    await Promise.all(house.processes.map((each) => each.stop()));
    database = await openPostgres({ url: house.databaseUrl, schema: 'bangbangwo', applicationName: 'test' });
  }, 120_000);

  afterAll(async () => {
    await database?.close();
    for (const each of settled) await each.foundation.shutdown.run();
    await other?.stop();
    await house?.stop();
  });

  const sql = async (text: string) => (await database!.query(text)).rows;
  /** What is in the schema, to be compared with what it was. */
  const contents = () =>
    sql(`SELECT (SELECT json_agg(g ORDER BY projection) FROM "projectionGeneration" g) AS checkpoints,
                (SELECT json_agg(v) FROM bangbangwo_keys."schemaVersion" v) AS versions,
                (SELECT count(*) FROM bangbangwo_keys."personKeys") AS keys,
                (SELECT json_agg(tablename ORDER BY tablename) FROM pg_tables WHERE schemaname LIKE 'bangbangwo%') AS tables`);

  it('with keys of another master key is refused, and stays as it is', async () => {
    const before = await contents();
    const environment = { ...house!.environment, MASTER_KEY: randomBytes(32).toString('base64') };
    const sentence = /^The master key is not the one the keys in .* were made with\. Nothing was changed\.$/;
    expect(await refusalOf('api', environment)).toMatch(sentence);
    expect(await refusalOf('projector', environment)).toMatch(sentence);
    expect(await refusalOfCli(['accounts', 'list'], environment)).toMatch(sentence);
    expect(await contents()).toEqual(before);
  });

  it('with keys of a newer version is refused, and stays as it is', async () => {
    await sql(`UPDATE bangbangwo_keys."schemaVersion" SET version = version + 1`);
    const before = await contents();
    const sentence = /^A newer version of Bangbangwo wrote the person keys .*newer one\. Check DATABASE_URL\.$/;
    expect(await refusalOf('api', house!.environment)).toMatch(sentence);
    expect(await refusalOf('projector', house!.environment)).toMatch(sentence);
    expect(await contents()).toEqual(before);
    await sql(`UPDATE bangbangwo_keys."schemaVersion" SET version = version - 1`);
  });

  it('with limits of a newer version is refused, and holds nobody up', async () => {
    await sql(`UPDATE bangbangwo_limits."schemaVersion" SET version = version + 1`);
    const sentence = /^A newer version of Bangbangwo wrote the rate limits .*newer one\. Check DATABASE_URL\.$/;
    const began = performance.now();
    expect(await refusalOf('api', house!.environment)).toMatch(sentence);
    // Less than connections of a pool are kept for.
    expect(performance.now() - began).toBeLessThan(25_000);
    await sql(`UPDATE bangbangwo_limits."schemaVersion" SET version = version - 1`);
  });

  it('with read models of a newer version is refused by who makes them; an API goes on reading', async () => {
    await sql(`UPDATE "projectionGeneration" SET version = version + 1 WHERE projection = 'request-list'`);
    const before = await contents();
    const sentence = /^The read model request-list was made by a newer version of Bangbangwo .* Check DATABASE_URL\.$/;
    expect(await refusalOf('projector', house!.environment)).toMatch(sentence);
    expect(await refusalOfCli(['rebuild'], house!.environment)).toMatch(sentence);
    const [api] = house!.apis;
    await api!.restart();
    const { projections = [] } = await api!.ready();
    expect(projections.find(({ name }) => name === 'request-list')).toMatchObject({ state: 'superseded' });
    await api!.stop();
    expect(await contents()).toEqual(before);
    await sql(`UPDATE "projectionGeneration" SET version = version - 1 WHERE projection = 'request-list'`);
  });

  it('that cannot make one read model anew makes the others', async () => {
    await sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`);
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON "projectionGeneration" FOR EACH ROW
               WHEN (NEW.projection = 'area-list') EXECUTE FUNCTION refuse()`);
    const before = await sql('SELECT projection, generation FROM "projectionGeneration"');
    const [projector] = house!.projectors;
    await projector!.restart();
    await projector!.ready();
    const { code, output } = await house!.cli('rebuild');
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/^Rebuilt 7 read models: (?!.*area-list)/),
    });
    await projector!.stop();
    const after = await sql('SELECT projection, generation FROM "projectionGeneration" WHERE serving = 1');
    const generationOf = (rows: typeof before, name: unknown) =>
      rows.find(({ projection }) => projection === name)?.['generation'];
    for (const { projection } of before) {
      const more = Number(generationOf(after, projection)) - Number(generationOf(before, projection));
      expect([projection, more]).toEqual([projection, projection === 'area-list' ? 0 : 1]);
    }
    await sql('DROP FUNCTION refuse CASCADE');
  });

  it('that refuses what is written is told of in one sentence', async () => {
    await sql('ALTER TABLE "projectionGeneration" ADD COLUMN "other" text NOT NULL DEFAULT \'\'');
    await sql('ALTER TABLE "projectionGeneration" ALTER COLUMN "other" DROP DEFAULT');
    const refused = 'PostgreSQL refused a statement (23502, a value is missing): projectionGeneration, other';
    expect(await house!.cli('rebuild', 'request-list')).toMatchObject({
      code: 1,
      errors: `Rebuilding 0/1\n${refused}\n`,
    });
    await sql('ALTER TABLE "projectionGeneration" DROP COLUMN "other"');
  });

  it('with read models of another log shows nothing of it once they are made anew', async () => {
    const { DATABASE_URL, MASTER_KEY } = house!.environment;
    const environment = { DATABASE_URL: DATABASE_URL!, MASTER_KEY: MASTER_KEY! };
    other = await Deployment.start({ apis: 1, projectors: 0, environment });
    const at = await settle(other);
    settled.push(at);
    // This log goes on beyond the other one's end, so only the events themselves can tell that it is another.
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await at.raise()).id);

    const projector = other.spawn('projector');
    await projector.listening();
    await projector.until(({ projections: of = [] }) => of.length > 0 && of.every(({ state }) => state === 'live'));
    const rows = await sql(`SELECT "requestId" AS id FROM "requestList"`);
    expect(rows.map(({ id }) => id).sort()).toEqual(ids.sort());
    // By its end it has said all it had to say.
    expect(await projector.stop()).toBe(0);
    expect(linesOf(projector.said, 'projection rebuilt').map(({ projection }) => projection)).toContain('request-list');
    for (const each of [...other.processes, ...house!.processes]) expectDiscretion(each.said);
  });
});
