// However often PostgreSQL is restarted or crashes under a projecting engine, the engine goes on by itself, and the read
// models are those of a replay. FAULT_KILLS says how often; half of them are crashes.
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PostgresReadDatabase, Scheduler } from '#libs/platform';
import { openPostgres, openPostgresReadDatabase, systemScheduler } from '#libs/platform';
import { hashTables } from '#libs/projections';
import { boxListProjection, ProjectionHouse } from '#libs/projections/testing';
import type { ProjectionEngine } from '#libs/projections';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const SECONDS_PER_KILL = 8;
const installed = postgresBinaries() !== undefined;
const projection = boxListProjection();

/** The engine's waits, shortened: what is tested is that it tries again, not how patiently. */
const HURRY = 20;
const hurried: Scheduler = { after: (milliseconds, callback) => systemScheduler.after(milliseconds / HURRY, callback) };
const PATIENCE = { timeoutMs: 120_000 * HURRY };

(installed ? describe : describe.skip)(
  `PostgreSQL restarted under a projector${installed ? '' : ' (no PostgreSQL server is installed)'}`,
  () => {
    let server: PostgresServer;
    let house: ProjectionHouse;
    let database: PostgresReadDatabase;
    let engine: ProjectionEngine;

    beforeAll(async () => void (server = await PostgresServer.start()));
    afterAll(() => server.remove());
    beforeEach(async () => {
      house = await ProjectionHouse.open();
      database = await openPostgresReadDatabase({ url: server.url, applicationName: 'fault' });
      engine = await house.engine({ database, scheduler: hurried, batchSize: 4 });
    });
    afterEach(async () => {
      await house.close();
      await database.close();
      const postgres = await openPostgres({ url: server.url, schema: 'public', applicationName: 'fault' });
      await postgres.query('DROP SCHEMA bangbangwo CASCADE');
      await postgres.close();
    });

    async function appendUntil(end: AbortSignal): Promise<void> {
      for (let n = 0; !end.aborted; n += 1) {
        await house.appendAll(events(n));
        await setTimeout(5);
      }
    }

    /** Appends for as long as the server is being restarted. */
    async function restartedWhileProjecting(restarts: number): Promise<void> {
      const restarted = new AbortController();
      const appends = appendUntil(restarted.signal);
      for (let n = 0; n < restarts; n += 1) {
        await aWhileAfter(engine);
        await server.restart(n % 2 === 0 ? 'immediate' : 'fast');
      }
      restarted.abort();
      await appends;
      await engine.waitFor(await house.store.head(), PATIENCE);
    }

    it(
      `goes on by itself and doubles nothing, ${String(KILLS)} times`,
      async () => {
        await restartedWhileProjecting(KILLS);
        const served = await hashTables(database, projection);
        expect(served).toBe(await house.replayHash());
        await engine.rebuild(projection.name);
        expect(await hashTables(database, projection)).toBe(served);
        const failures = house.logLines.filter((line) => line.includes('projection cannot go on'));
        const [{ n = 0 } = {}] = await database.all('SELECT sum("boxes") AS n FROM "boxCounts"');
        process.stdout.write(
          `restarted ${KILLS} times: ${failures.length} attempts failed, ${String(n)} boxes counted\n`,
        );
        expect(failures.length).toBeGreaterThan(0);
        expect(house.logLines.join('')).not.toContain('paused');
      },
      KILLS * SECONDS_PER_KILL * 1_000 + 60_000,
    );

    it('goes on after a server that stood still', async () => {
      await engine.waitFor(await house.place('1', 'a'));
      server.freeze(true);
      const position = await house.place('2', 'b');
      const thawed = setTimeout(1_500).then(() => server.freeze(false));
      await Promise.all([thawed, engine.waitFor(position, PATIENCE)]);
      expect(await hashTables(database, projection)).toBe(await house.replayHash());
    });

    it('is told of writes again after each restart', async () => {
      const stop = new AbortController();
      const hints = database.wakeups(stop.signal)[Symbol.asyncIterator]();
      await hints.next();
      await engine.waitFor(await house.place('1', 'a'));
      await hints.next();
      await server.restart('immediate');
      await hints.next();
      await engine.waitFor(await house.place('2', 'b'), PATIENCE);
      await hints.next();
      stop.abort();
      expect((await hints.next()).done).toBe(true);
    });
  },
);

const events = (n: number) =>
  Array.from({ length: 6 }, (_, i) => {
    const box = String((n + i) % 23);
    const shelf = 'abc'[(n + i) % 3] ?? 'a';
    const placed = { type: 'BoxPlaced', data: { shelf, weight: n % 10 } } as const;
    return [box, (n + i) % 11 === 10 ? ({ type: 'BoxRemoved', data: {} } as const) : placed] as const;
  });

/** Somewhere within the next few writes. */
async function aWhileAfter(engine: ProjectionEngine): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let left = 1 + Math.floor(Math.random() * 4);
  const stop = engine.onAdvance(() => {
    left -= 1;
    if (left <= 0) resolve(undefined);
  });
  await promise;
  stop();
  await setTimeout(Math.random() * 10);
}
