// An event that cannot be handled stops its own projection and no other; an outage is waited out.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import { dialects } from '#libs/platform/testing';
import type { ProjectionEngine } from './projection-engine.ts';
import type { Projection } from './projection.ts';
import { rowTable } from './table.ts';
import type { BoxEvent } from './testing/index.ts';
import {
  boxList,
  boxListProjection,
  ManualScheduler,
  overriding,
  poison,
  ProjectionHouse,
  until,
} from './testing/index.ts';

let house: ProjectionHouse;

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

describe.each(dialects)('a projection that cannot go on in $name', (dialect) => {
  beforeEach(async () => {
    house = await ProjectionHouse.open(dialect);
  });

  afterEach(async () => {
    poison.clear();
    await house.close();
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
      expect(await house.shelves()).toEqual([
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
      expect(await house.hash()).toBe(await house.replayHash());
    });

    it('is left out only when an operator skips it', async () => {
      poison.add('b');
      const engine = await paused(() =>
        Promise.all([house.place('1', 'a'), house.place('2', 'b'), house.place('3', 'c')]),
      );
      await engine.skip('box-list');
      await engine.waitFor(await house.store.head());
      expect((await house.shelves()).map(({ boxId }) => boxId)).toEqual(['box-1', 'box-3']);
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
      expect(await house.shelves()).toEqual([{ boxId: 'box-1', shelf: 'a' }]);
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
});
