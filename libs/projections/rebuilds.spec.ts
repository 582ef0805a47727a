// A rebuild serves the old tables until the new ones are complete, in every dialect.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { START_OF_LOG } from '#libs/kernel';
import type { Position } from '#libs/kernel';
import { dialects } from '#libs/platform/testing';
import { physicalTable, shapeOf } from './physical-table.ts';
import type { BoxEvent } from './testing/index.ts';
import { boxEvent, boxListProjection, overriding, poison, ProjectionHouse, until } from './testing/index.ts';

let house: ProjectionHouse;

const placed = (shelf: string, weight: number): BoxEvent => ({ type: 'BoxPlaced', data: { shelf, weight } });

describe.each(dialects)('the projection engine in $name', (dialect) => {
  beforeEach(async () => {
    house = await ProjectionHouse.open(dialect);
  });

  afterEach(async () => {
    poison.clear();
    await house.close();
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
        if (progress.length === 1) void house.shelves().then((rows) => (seenWhile = rows));
      });
      const during = await house.place('10', 'c');
      await engine.waitFor(during);
      await rebuilt;
      const after = (await engine.status()).projections[0]!;
      expect(after).toMatchObject({ generation: before.generation + 1, state: 'live', building: undefined });
      expect(seenWhile.length).toBeGreaterThan(0);
      expect(progress.length).toBeGreaterThan(1);
      expect(await house.hash()).toBe(await house.replayHash());
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
      expect((await house.shelves()).length).toBeGreaterThan(0);
      await second.waitFor(position);
      expect((await second.status()).projections[0]).toMatchObject({ version: 2, generation: 2, state: 'live' });
      expect(await house.shelves()).toHaveLength(2);
    });

    it('does not follow a change of how rows lie: tables from before are as good', async () => {
      const engine = await house.engine();
      await engine.waitFor(await house.place('1', 'a'));
      const [stored] = await house.database.all('SELECT "shapes" FROM "projectionGeneration"');
      const shapes = JSON.parse(String(stored?.['shapes'])) as object[];
      for (const shape of shapes) expect(Object.keys(shape)).toEqual(['name', 'columns', 'key', 'indexes']);
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
      expect(await house.hash()).toBe(await house.replayHash());
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
      expect(await house.shelves()).toEqual([{ boxId: 'box-1', shelf: 'a' }]);
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
      await until(async () => (await house.shelves()).length === 2);
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
      expect([rebuilt, (await house.shelves()).length]).toEqual([false, 2]);
      end = position;
      await rebuild;
      expect(await house.shelves()).toHaveLength(2);
    });

    it('starts over when the log is another one of the same length', async () => {
      const other = house.openStore('other.db');
      const first = await house.engine();
      await first.waitFor(await house.place('1', 'a'));
      await first.stop();
      await house.append('7', { type: 'BoxPlaced', data: { shelf: 'z', weight: 1 } }, other);
      const second = await house.engine({ store: other });
      await until(async () => (await second.status()).projections[0]?.state === 'live');
      expect(await house.shelves()).toEqual([{ boxId: 'box-7', shelf: 'z' }]);
      await second.stop();
      await other.close();
    });
  });
});
