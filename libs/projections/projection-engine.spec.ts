// The engine against a real log and real read models, in every dialect.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Position } from '#libs/kernel';
import { dialects } from '#libs/platform/testing';
import { hashTables } from './hash-tables.ts';
import { physicalTable, shapeOf } from './physical-table.ts';
import { ProjectionEngine } from './projection-engine.ts';
import type { Projection } from './projection.ts';
import { rowTable } from './table.ts';
import type { BoxEvent } from './testing/index.ts';
import { boxEvent, boxList, boxListProjection, ManualScheduler, poison, ProjectionHouse } from './testing/index.ts';

let house: ProjectionHouse;

const shelves = () => house.database.query.selectFrom('boxList').select(['boxId', 'shelf']).orderBy('boxId').execute();
const counts = () => house.database.query.selectFrom('boxCounts').selectAll().orderBy('shelf').execute();
const hash = () => hashTables(house.database, boxListProjection());

const placed = (shelf: string, weight: number): BoxEvent => ({ type: 'BoxPlaced', data: { shelf, weight } });

/** Resolves when it holds; looks again after each turn of the event loop. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 4_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('It never came to hold.');
    await new Promise(setImmediate);
  }
}

/** The same object with one method replaced. */
function overriding<T extends object, Name extends keyof T>(target: T, name: Name, method: T[Name]): T {
  return new Proxy(target, {
    get(_, asked) {
      if (asked === name) return method;
      const value: unknown = Reflect.get(target, asked, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A projection of the same events under another name. */
function otherProjection(): Projection<BoxEvent> {
  const table = rowTable<{ readonly boxId: string; readonly revision: number }>({
    name: 'boxRevision',
    columns: { boxId: { type: 'text' }, revision: { type: 'integer' } },
    key: ['boxId'],
  });
  return {
    ...boxListProjection(),
    name: 'box-revision',
    tables: [table],
    keys: () => [],
    apply: ({ stream, revision }, rows) => rows.put(table, { boxId: stream, revision }),
  };
}

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
    poison.clear();
    await house.close();
  });

  describe('following the log', () => {
    it("serves rows and sums under the tables' names once a position is waited for", async () => {
      const engine = await house.engine();
      await house.place('1', 'a', 5);
      const position = await house.place('2', 'b', 3);
      await engine.waitFor(position);
      expect(await shelves()).toEqual([
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
            expect(await hash()).toBe(await house.replayHash());
          },
        ),
        { numRuns: 25 },
      );
    }, 60_000);

    it('gives the same tables when everything is applied twice', async () => {
      const engine = await house.engine();
      await engine.waitFor(await house.appendAll(fc.sample(history, { numRuns: 1, seed: 7 })[0] ?? []));
      const before = await hash();
      await engine.rebuild('box-list');
      expect(await hash()).toBe(before);
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
      expect(await shelves()).toHaveLength(2);
    });

    it('rebuilds everything after the read models were lost', async () => {
      const first = await house.engine();
      await first.waitFor(await house.appendAll(fc.sample(history, { numRuns: 1, seed: 3 })[0] ?? []));
      const before = await hash();
      await first.stop();
      await house.loseDatabase();
      const second = await house.engine();
      await second.waitFor(await house.store.head());
      expect(await hash()).toBe(before);
    });

    it('tells listeners of every advance, after its rows can be read', async () => {
      const engine = await house.engine();
      const told: [string, Position, number][] = [];
      const seen = Promise.withResolvers<undefined>();
      const stop = engine.onAdvance((name, position) => {
        void shelves().then((rows) => {
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

  describe('an event that cannot be handled', () => {
    async function paused(events: () => Promise<unknown>, projections: readonly Projection[] = [boxListProjection()]) {
      const scheduler = new ManualScheduler();
      const engine = await house.engine({ scheduler, projections });
      await events();
      await until(async () => {
        scheduler.advance(100);
        return (await statusOf(engine)).state === 'paused';
      });
      return engine;
    }

    const statusOf = async (engine: ProjectionEngine, name = 'box-list') =>
      (await engine.status()).projections.find((one) => one.name === name)!;

    it('pauses its projection there with everything before it applied, and says where and why without its data', async () => {
      poison.add('secret shelf');
      let failing = START_OF_LOG;
      const engine = await paused(async () => {
        const [, , position] = await Promise.all([
          house.place('1', 'a'),
          house.place('2', 'b'),
          house.place('1', 'secret shelf'),
          house.place('3', 'c'),
        ]);
        failing = position;
      });
      expect(await shelves()).toEqual([
        { boxId: 'box-1', shelf: 'a' },
        { boxId: 'box-2', shelf: 'b' },
      ]);
      const status = await statusOf(engine);
      expect(status.paused).toMatchObject({ position: failing, type: 'BoxPlaced' });
      expect(status.paused?.reason).toMatch(/^TypeError at box-projection\.ts/);
      expect(house.logLines.join()).not.toContain('secret shelf');
      await expect(engine.waitFor(failing)).rejects.toThrow(Unavailable);
      await engine.waitFor(status.position);
    });

    it('keeps nobody waiting for what lies before it', async () => {
      poison.add('b');
      let before = START_OF_LOG;
      const engine = await paused(async () => {
        const unrelated = house.append('2', { type: 'Unrelated', data: {} });
        [before] = await Promise.all([unrelated, house.place('1', 'b')]);
      });
      await engine.waitFor(before);
    });

    it('leads to the tables of a replay once it is cured and tried again', async () => {
      poison.add('b');
      const engine = await paused(() =>
        Promise.all([house.place('1', 'a'), house.place('2', 'b'), house.place('3', 'c')]),
      );
      poison.clear();
      engine.retry('box-list');
      await engine.waitFor(await house.store.head());
      expect(await hash()).toBe(await house.replayHash());
    });

    it('is left out only when an operator skips it', async () => {
      poison.add('b');
      const engine = await paused(() =>
        Promise.all([house.place('1', 'a'), house.place('2', 'b'), house.place('3', 'c')]),
      );
      await engine.skip('box-list');
      await engine.waitFor(await house.store.head());
      expect((await shelves()).map(({ boxId }) => boxId)).toEqual(['box-1', 'box-3']);
      expect(() => engine.retry('box-list')).toThrow(NotFound);
    });

    it('does not hold up other projections', async () => {
      poison.add('b');
      const engine = await paused(() => house.place('1', 'b'), [boxListProjection(), otherProjection()]);
      await engine.waitFor(await house.place('1', 'a'), { projections: ['box-revision'] });
      expect((await statusOf(engine, 'box-revision')).state).toBe('live');
      expect((await statusOf(engine)).state).toBe('paused');
    });

    it('is found among a batch when only the database refuses its row', async () => {
      const broken: Projection<BoxEvent> = {
        ...boxListProjection(),
        apply: ({ stream, data }, rows) => {
          const { shelf } = data as { shelf: string };
          rows.put(boxList, {
            boxId: stream,
            shelf: (shelf === 'none' ? null : shelf) as string,
            weight: 1,
            moves: 0,
            note: null,
          });
        },
      };
      let failing = START_OF_LOG;
      const engine = await paused(async () => {
        const [, position] = await Promise.all([
          house.place('1', 'a'),
          house.place('2', 'none'),
          house.place('3', 'c'),
        ]);
        failing = position;
      }, [broken]);
      expect((await statusOf(engine)).paused).toMatchObject({ position: failing, type: 'BoxPlaced' });
      expect(await shelves()).toEqual([{ boxId: 'box-1', shelf: 'a' }]);
    });

    it('may be one the projection forgot to announce a key for', async () => {
      const forgetful: Projection<BoxEvent> = { ...boxListProjection(), keys: () => [] };
      const engine = await paused(() => house.place('1', 'a'), [forgetful]);
      expect((await statusOf(engine)).paused?.reason).toMatch(/^UnannouncedKey/);
    });
  });

  describe('an outage', () => {
    it('is waited out, however long, and told as stalled', async () => {
      const scheduler = new ManualScheduler();
      let down = true;
      const write = house.database.write.bind(house.database);
      const flaky = overriding(house.database, 'write', (work) =>
        down && !starting ? Promise.reject(new Unavailable('The disk is full.')) : write(work),
      );
      let starting = true;
      const engine = await house.engine({ scheduler, database: flaky });
      starting = false;
      const position = await house.place('1', 'a');
      const state = async () => (await engine.status()).projections[0];
      for (let round = 0; round < 10; round += 1) {
        while (scheduler.pending() < 2) await new Promise(setImmediate);
        expect(await state()).toMatchObject({ state: 'stalled', outage: 'The disk is full.' });
        scheduler.advance(5_000);
        await new Promise(setImmediate);
      }
      down = false;
      const arrived = engine.waitFor(position, { timeoutMs: Number.MAX_SAFE_INTEGER });
      while ((await state())?.state !== 'live') {
        scheduler.advance(5_000);
        await new Promise(setImmediate);
      }
      await arrived;
    });

    it('of a log that tells its end but not what follows names the checkpoint, from the third time on', async () => {
      const scheduler = new ManualScheduler();
      const unread = overriding(house.store, 'readAll', () => Promise.reject(new Unavailable('It cannot be read.')));
      const engine = await house.engine({ scheduler, store: unread });
      const outage = async () => (await engine.status()).projections[0]?.outage;
      while ((await outage()) === undefined) await new Promise(setImmediate);
      expect(await outage()).toBe('It cannot be read.');
      while ((await outage()) === 'It cannot be read.') {
        scheduler.advance(500);
        await new Promise(setImmediate);
      }
      expect(await outage()).toMatch(/checkpoint of box-list: if that was set by hand, run `rebuild box-list`/);
    });
  });

  describe('rebuilding', () => {
    it('serves the old tables, kept up to date, until the new ones are complete', async () => {
      const engine = await house.engine({ batchSize: 5 });
      await house.appendAll(Array.from({ length: 60 }, (_, n) => [String(n), placed('a', n)]));
      await engine.waitFor(await house.place('9', 'a'));
      const before = (await engine.status()).projections[0]!;
      const progress: Position[] = [];
      let seenWhile: unknown[] = [];
      const rebuilt = engine.rebuild('box-list', ({ position }) => {
        progress.push(position);
        if (progress.length === 1) void shelves().then((rows) => (seenWhile = rows));
      });
      const during = await house.place('10', 'c');
      await engine.waitFor(during);
      await rebuilt;
      const after = (await engine.status()).projections[0]!;
      expect(after).toMatchObject({ generation: before.generation + 1, state: 'live', building: undefined });
      expect(seenWhile.length).toBeGreaterThan(0);
      expect(progress.length).toBeGreaterThan(1);
      expect(await hash()).toBe(await house.replayHash());
      const kept = await house.database.write(async (transaction) => {
        const shapes = boxListProjection().tables.map(shapeOf);
        const tables = [before, after].flatMap(({ generation }) =>
          shapes.map((shape) => physicalTable(shape, 1, generation)),
        );
        const there: boolean[] = [];
        for (const table of tables) there.push(await transaction.hasTable(table));
        return there;
      });
      expect(kept).toEqual([false, false, true, true]);
    });

    it('follows a raised version and a changed shape by itself, and serves the old rows meanwhile', async () => {
      const first = await house.engine();
      await first.waitFor(await house.place('1', 'a'));
      await first.stop();
      const second = await house.engine({ projections: [boxListProjection(2)] });
      const position = await house.place('2', 'b');
      expect((await shelves()).length).toBeGreaterThan(0);
      await second.waitFor(position);
      expect((await second.status()).projections[0]).toMatchObject({ version: 2, generation: 2, state: 'live' });
      expect(await shelves()).toHaveLength(2);
    });

    it('says so when it stands still at an event of the log', async () => {
      const first = await house.engine();
      const position = await house.place('1', 'a');
      await first.waitFor(position);
      await first.stop();
      poison.add('a');
      const second = await house.engine({ projections: [boxListProjection(2)] });
      await until(async () => (await second.status()).projections[0]?.building?.paused !== undefined);
      expect((await second.status()).projections[0]).toMatchObject({ state: 'paused', paused: { position } });
      poison.clear();
      second.retry('box-list');
      await second.waitFor(position);
      expect((await second.status()).projections[0]).toMatchObject({ state: 'live', version: 2, paused: undefined });
    });

    it('goes on with a build that an earlier process began', async () => {
      const first = await house.engine({ batchSize: 1 });
      await house.appendAll(Array.from({ length: 40 }, (_, n) => [String(n), placed('a', n)]));
      await first.waitFor(await house.store.head());
      const begun = Promise.withResolvers<undefined>();
      const interrupted = first.rebuild('box-list', ({ position }) => {
        if (position > START_OF_LOG) begun.resolve(undefined);
      });
      await begun.promise;
      await Promise.all([expect(interrupted).rejects.toThrow('stopping'), first.stop()]);
      const second = await house.engine();
      await second.rebuild('box-list');
      expect((await second.status()).projections[0]).toMatchObject({ generation: 2, state: 'live' });
      expect(await hash()).toBe(await house.replayHash());
    });

    it('starts over when the log was restored from an older backup', async () => {
      const backup = house.openStore('backup.db');
      await house.append('1', { type: 'BoxPlaced', data: { shelf: 'a', weight: 1 } }, backup);
      const first = await house.engine();
      await house.place('1', 'a');
      await first.waitFor(await house.place('2', 'lost with the disk'));
      await first.stop();
      const second = await house.engine({ store: backup });
      await until(async () => (await second.status()).projections[0]?.state === 'live');
      expect(await shelves()).toEqual([{ boxId: 'box-1', shelf: 'a' }]);
      await second.stop();
      await backup.close();
    });

    it('starts over when only events it does not handle were lost', async () => {
      const backup = house.openStore('backup.db');
      await backup.append('box-1', [boxEvent(placed('a', 1), 1_000)], { expected: 'no-stream' });
      await house.store.append('box-1', [boxEvent(placed('a', 1), 1_000)], { expected: 'no-stream' });
      const first = await house.engine();
      await first.waitFor(await house.append('2', { type: 'Unrelated', data: {} }));
      await first.stop();
      const second = await house.engine({ store: backup });
      await second.waitFor(await house.append('3', placed('b', 1), backup));
      await until(async () => (await shelves()).length === 2);
      await second.stop();
      await backup.close();
    });

    it('never swaps to tables that are behind the ones served', async () => {
      const ahead = await house.engine();
      let end = await house.place('1', 'a');
      await ahead.waitFor(end);
      const readAll = house.store.readAll.bind(house.store);
      const late = overriding(house.store, 'readAll', async (options: Parameters<typeof readAll>[0]) => {
        const page = await readAll({ ...options, limit: 1 });
        return page.next > end ? { events: [], next: options.after, head: end } : { ...page, head: end };
      });
      const behind = await house.engine({ store: late, pollMs: 10 });
      const position = await house.place('2', 'b');
      await ahead.waitFor(position);
      let rebuilt = false;
      const rebuild = behind.rebuild('box-list').then(() => (rebuilt = true));
      await until(async () => (await behind.status()).projections[0]?.building?.position === end);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect([rebuilt, (await shelves()).length]).toEqual([false, 2]);
      end = position;
      await rebuild;
      expect(await shelves()).toHaveLength(2);
    });

    it('starts over when the log is another one of the same length', async () => {
      const other = house.openStore('other.db');
      const first = await house.engine();
      await first.waitFor(await house.place('1', 'a'));
      await first.stop();
      await house.append('7', { type: 'BoxPlaced', data: { shelf: 'z', weight: 1 } }, other);
      const second = await house.engine({ store: other });
      await until(async () => (await second.status()).projections[0]?.state === 'live');
      expect(await shelves()).toEqual([{ boxId: 'box-7', shelf: 'z' }]);
      await second.stop();
      await other.close();
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
      expect(await hash()).toBe(await house.replayHash());
      expect(await counts()).not.toEqual([]);
    });

    it("follow each other's swap", async () => {
      const [first, second] = [await house.engine(), await house.engine()];
      await first.waitFor(await house.place('1', 'a'));
      await first.rebuild('box-list');
      const position = await house.place('2', 'b');
      await Promise.all([first.waitFor(position), second.waitFor(position)]);
      expect((await second.status()).projections[0]).toMatchObject({ generation: 2, state: 'live' });
      expect(await hash()).toBe(await house.replayHash());
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
