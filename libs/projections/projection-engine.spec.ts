// The engine against a real log and real read models, in every dialect.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Position } from '#libs/kernel';
import { createLogger, systemClock } from '#libs/platform';
import { dialects } from '#libs/platform/testing';
import { ProjectionEngine } from './projection-engine.ts';
import type { BoxEvent } from './testing/index.ts';
import { boxListProjection, ManualScheduler, overriding, ProjectionHouse } from './testing/index.ts';

let house: ProjectionHouse;

const placed = (shelf: string, weight: number): BoxEvent => ({ type: 'BoxPlaced', data: { shelf, weight } });

const history = fc.array(
  fc.tuple(
    fc.constantFrom('1', '2', '3', '4', '5'),
    fc.oneof(
      fc.record({
        type: fc.constant('BoxPlaced' as const),
        data: fc.record({ shelf: fc.constantFrom('a', 'b', 'c'), weight: fc.integer({ min: 0, max: 9 }) }),
      }),
      fc.record({ type: fc.constant('BoxMoved' as const), data: fc.record({ shelf: fc.constantFrom('a', 'b', 'c') }) }),
      fc.constant({ type: 'BoxRemoved' as const, data: {} }),
    ),
  ),
  { maxLength: 60 },
);

describe.each(dialects)('the projection engine in $name', (dialect) => {
  beforeEach(async () => {
    house = await ProjectionHouse.open(dialect);
  });

  afterEach(async () => {
    await house.close();
  });

  describe('following the log', () => {
    it("serves rows and sums under the tables' names once a position is waited for", async () => {
      const engine = await house.engine();
      await house.place('1', 'a', 5);
      const position = await house.place('2', 'b', 3);
      await engine.waitFor(position);
      expect(await house.shelves()).toEqual([
        { boxId: 'box-1', shelf: 'a' },
        { boxId: 'box-2', shelf: 'b' },
      ]);
      expect(engine.position()).toBe(position);
    });

    it('needs no wake-up, only its poll', async () => {
      const scheduler = new ManualScheduler();
      const deaf = overriding(house.store, 'wakeups', async function* () {
        await Promise.resolve();
      });
      const engine = await house.engine({ store: deaf, scheduler });
      await engine.waitFor(START_OF_LOG);
      const position = await house.place('1', 'a');
      const arrived = engine.waitFor(position);
      scheduler.advance(1_000);
      await arrived;
    });

    it('leads any history to the tables of a replay, in any batch size, from any checkpoint', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(history, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 4 }),
          async (runs) => {
            for (const [events, batchSize] of runs) {
              const engine = await house.engine({ batchSize });
              const position = await house.appendAll(events);
              await engine.waitFor(position);
              await engine.stop();
            }
            expect(await house.hash()).toBe(await house.replayHash());
          },
        ),
        { numRuns: 25 },
      );
    }, 60_000);

    it('gives the same tables when everything is applied twice', async () => {
      const engine = await house.engine();
      await engine.waitFor(await house.appendAll(fc.sample(history, { numRuns: 1, seed: 7 })[0] ?? []));
      const before = await house.hash();
      await engine.rebuild('box-list');
      expect(await house.hash()).toBe(before);
    });

    it('resumes where an earlier process stopped', async () => {
      const first = await house.engine();
      await first.waitFor(await house.place('1', 'a'));
      await first.stop();
      const reads: Position[] = [];
      const readAll = house.store.readAll.bind(house.store);
      const watched = overriding(house.store, 'readAll', (options) => {
        reads.push(options.after);
        return readAll(options);
      });
      const second = await house.engine({ store: watched });
      await second.waitFor(await house.place('2', 'b'));
      expect(reads).not.toContain(START_OF_LOG);
      expect(await house.shelves()).toHaveLength(2);
    });

    it('rebuilds everything after the read models were lost', async () => {
      const first = await house.engine();
      await first.waitFor(await house.appendAll(fc.sample(history, { numRuns: 1, seed: 3 })[0] ?? []));
      const before = await house.hash();
      await first.stop();
      await house.loseDatabase();
      const second = await house.engine();
      await second.waitFor(await house.store.head());
      expect(await house.hash()).toBe(before);
    });

    it('tells listeners of every advance, after its rows can be read', async () => {
      const engine = await house.engine();
      const told: [string, Position, number][] = [];
      const seen = Promise.withResolvers<undefined>();
      const stop = engine.onAdvance((name, position) => {
        void house.shelves().then((rows) => {
          told.push([name, position, rows.length]);
          if (rows.length === 1) seen.resolve(undefined);
        });
      });
      const position = await house.place('1', 'a');
      await seen.promise;
      expect(told.at(-1)).toEqual(['box-list', position, 1]);
      stop();
    });
  });

  describe('waiting', () => {
    it('is refused with Unavailable after the time limit', async () => {
      const scheduler = new ManualScheduler();
      const engine = await house.engine({ scheduler });
      const waiting = engine.waitFor('9999999999999999' as Position, { timeoutMs: 50 });
      scheduler.advance(50);
      await expect(waiting).rejects.toThrow(Unavailable);
    });

    it('ends with the signal, and with the engine', async () => {
      const engine = await house.engine();
      const aborted = engine.waitFor('9999999999999999' as Position, { signal: AbortSignal.abort(new Error('gone')) });
      await expect(aborted).rejects.toThrow('gone');
      const stopped = engine.waitFor('9999999999999999' as Position);
      await engine.stop();
      await expect(stopped).rejects.toThrow('stopping');
    });

    it('asks for projections that exist', async () => {
      const engine = await house.engine();
      await expect(engine.waitFor(START_OF_LOG, { projections: ['nobody'] })).rejects.toThrow(NotFound);
    });
  });

  describe('two engines on one database', () => {
    it('never apply an event twice or skip one: the slower is fenced', async () => {
      const engines = [await house.engine({ batchSize: 3 }), await house.engine({ batchSize: 3 })];
      const events = Array.from({ length: 300 }, (_, n): [string, BoxEvent] => [
        String(n % 7),
        placed('abc'[n % 3]!, n),
      ]);
      const position = await house.appendAll(events);
      await Promise.all(engines.map((engine) => engine.waitFor(position)));
      const lost = await Promise.all(engines.map(async (one) => (await one.status()).projections[0]!.racesLost));
      expect(lost[0]! + lost[1]!).toBeGreaterThan(0);
      expect(await house.hash()).toBe(await house.replayHash());
      expect(await house.database.all('SELECT * FROM "boxCounts"')).not.toEqual([]);
    });

    it("follow each other's swap", async () => {
      const [first, second] = [await house.engine(), await house.engine()];
      await first.waitFor(await house.place('1', 'a'));
      await first.rebuild('box-list');
      const position = await house.place('2', 'b');
      await Promise.all([first.waitFor(position), second.waitFor(position)]);
      expect((await second.status()).projections[0]).toMatchObject({ generation: 2, state: 'live' });
      expect(await house.hash()).toBe(await house.replayHash());
    });
  });

  describe('an engine that is stopped while it starts', () => {
    it('makes nothing', async () => {
      const answers = Promise.withResolvers<undefined>();
      const all = house.database.all.bind(house.database);
      const slow = overriding(house.database, 'all', async (sql, parameters) => {
        await answers.promise;
        return all(sql, parameters);
      });
      const [store, logger] = [house.store, createLogger({ level: 'silent' })];
      const options = { store, database: slow, projections: [boxListProjection()], logger, clock: systemClock };
      const engine = new ProjectionEngine(options);
      const starting = engine.start();
      await engine.stop();
      const position = await house.place('1', 'a');
      answers.resolve(undefined);
      await starting;
      await (await house.engine()).waitFor(position);
      expect((await engine.status()).projections).toMatchObject([{ position: START_OF_LOG }]);
    });
  });

  describe('projections', () => {
    it('have names and tables of their own', () => {
      const twice = [boxListProjection(), boxListProjection()];
      const { store, database } = house;
      const make = () => new ProjectionEngine({ store, database, projections: twice } as never);
      expect(make).toThrow('Declared twice');
    });
  });
});
