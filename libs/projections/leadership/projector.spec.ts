// Several projectors over one real PostgreSQL: one makes the read models at a time, and whoever must make way does.
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock, systemScheduler } from '#libs/platform';
import type { Postgres } from '#libs/platform/sql/postgres';
import type { TestPostgres } from '#libs/platform/testing';
import { openTestPostgres, postgres as dialect, testServerUrl } from '#libs/platform/testing';
import { hashTables } from '../hash-tables.ts';
import { boxListProjection, ProjectionHouse, until } from '../testing/index.ts';
import { LeaderLock } from './leader-lock.ts';
import { Projector } from './projector.ts';

// Leading is a matter of sessions: PGlite has one.
const name = testServerUrl ? 'projectors' : 'projectors (skipped: TEST_DATABASE_URL names no PostgreSQL server)';
const describeWhereSessionsAre = testServerUrl ? describe : describe.skip;

const PATIENCE_MS = 10_000;

describeWhereSessionsAre(name, () => {
  let house: ProjectionHouse;
  let server: TestPostgres;
  let database: Postgres;
  let projectors: Projector[];

  beforeEach(async () => {
    [house, server] = await Promise.all([ProjectionHouse.open(dialect), openTestPostgres()]);
    database = await server.postgres({ connections: 2 });
    projectors = [];
  });

  afterEach(async () => {
    await Promise.all(projectors.map((each) => each.stop()));
    await server.discard();
    await house.close();
  });

  const lock = (scheduler = systemScheduler) => {
    const connect = (idleTimeoutMs: number) => database.dedicated({ idleTimeoutMs });
    return new LeaderLock({ connect, name: 'box projector', scheduler });
  };

  /** It has a database handle of its own, as a process has. */
  const contend = async (duties: string[] = [], handle?: ReadDatabase) => {
    const projector = new Projector({
      ...{ store: house.store, database: handle ?? (await house.openDatabase()), projections: [boxListProjection()] },
      ...{ logger: createLogger({ level: 'silent' }), clock: systemClock, lock: lock() },
    });
    const number = projectors.push(projector);
    projector.whileLeading(() => {
      duties.push(`${number} begins`);
      return async () => {
        duties.push(`${number} ends`);
      };
    });
    projector.start();
    return projector;
  };

  const leads = (projector: Projector) => () => projector.state === 'leading';
  const made = () => hashTables(house.database, boxListProjection()).catch(() => '');
  const allMade = () => until(async () => (await made()) === (await house.replayHash()), PATIENCE_MS);
  const locks = async () => {
    const here = '(SELECT oid FROM pg_database WHERE datname = current_database())';
    const sql = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = ${here}`;
    const { rows } = await database.query(sql);
    return rows.map(({ pid }) => Number(pid));
  };

  it('take turns: the other leads within a second of an orderly end, does the duties, and goes on', async () => {
    const duties: string[] = [];
    const first = await contend(duties);
    await until(leads(first), PATIENCE_MS);
    const second = await contend(duties);
    await house.place('1', 'a');
    await allMade();
    expect(second.state).toBe('standing by');
    expect(await second.status()).toBeUndefined();
    await first.stop();
    await until(leads(second), 1_000);
    await house.place('1', 'b');
    await allMade();
    expect(duties).toEqual(['1 begins', '1 ends', '2 begins']);
  });

  it('stop leading at once when the session of the lock is gone, and contend again', async () => {
    const duties: string[] = [];
    const first = await contend(duties);
    await until(() => duties.length === 1, PATIENCE_MS);
    for (const pid of await locks()) await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => duties.length === 3, PATIENCE_MS);
    expect(duties).toEqual(['1 begins', '1 ends', '1 begins']);
    expect(first).toMatchObject({ state: 'leading', outage: undefined });
  });

  it('stop leading at once though the database leaves them without an answer', async () => {
    const duties: string[] = [];
    const handle = await house.openDatabase();
    const all = handle.all.bind(handle);
    const asked: string[] = [];
    let isSilent = false;
    handle.all = (sql, parameters) => {
      if (!isSilent) return all(sql, parameters);
      asked.push(sql);
      return new Promise(() => undefined);
    };
    await contend(duties, handle);
    await until(() => duties.length === 1, PATIENCE_MS);
    isSilent = true;
    await until(() => asked.length > 0, PATIENCE_MS);
    for (const pid of await locks()) await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => duties.length === 2, 1_000);
    isSilent = false;
    expect(duties).toEqual(['1 begins', '1 ends']);
  });

  it('make way when they lose a race, and leave the tables of a replay however often', async () => {
    const [first, second] = [await contend(), await contend()];
    const leading = () => [first, second].filter(({ state }) => state === 'leading').length;
    await until(() => leading() === 1, PATIENCE_MS);
    const intruder = await house.engine({ database: await house.openDatabase() });
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(['1', '2', '3'].map((box) => house.place(box, round % 2 ? 'a' : 'b', round)));
      await setTimeout(20);
    }
    await intruder.stop();
    await until(() => leading() === 1, PATIENCE_MS);
    await house.place('4', 'c');
    await allMade();
  });

  it.each([
    ['a table', 'DROP TABLE "boxList_v1_g1" CASCADE'],
    ['a view', 'DROP VIEW "boxList"'],
    ['a column of a table', 'ALTER TABLE "boxList_v1_g1" RENAME COLUMN "shelf" TO "other"'],
    ['the checkpoints', 'DROP TABLE "projectionGeneration"'],
    ['a column of the checkpoints', 'ALTER TABLE "projectionGeneration" DROP COLUMN "eventId"'],
    ['everything', `DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || current_schema() || ' CASCADE'; END $$`],
  ])('make anew what somebody drops while they lead: %s', async (_what, statement) => {
    const projector = await contend();
    await house.place('1', 'a');
    await allMade();
    await house.database.write((transaction) => transaction.run(statement));
    await house.place('2', 'b');
    await allMade();
    await until(leads(projector), PATIENCE_MS);
    expect((await projector.status())?.projections).toMatchObject([{ state: 'live', paused: undefined }]);
  });

  it('can take the lock when somebody has dropped the schema', async () => {
    await database.query(`DROP SCHEMA ${server.options.schema} CASCADE`);
    const [one, other] = [lock(), lock()];
    expect(await one.tryTake()).toBeDefined();
    expect(await other.tryTake()).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('lose the lock after five seconds of silence, as when they are frozen', async () => {
    // Its time stands still, so it gives no sign of life.
    const frozen = lock({ after: () => () => undefined });
    const held = await frozen.tryTake();
    expect(held?.aborted).toBe(false);
    const began = performance.now();
    const standby = lock();
    await until(async () => (await standby.tryTake()) !== undefined, 8_000);
    expect(performance.now() - began).toBeGreaterThan(4_000);
    expect(held?.aborted).toBe(true);
    await Promise.all([standby.close(), frozen.close()]);
  });
});
