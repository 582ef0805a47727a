// What somebody dropped is made anew at the next start, in every dialect, and until then it is not called readable.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, ReadModelsMissing, systemClock } from '#libs/platform';
import { dialects } from '#libs/platform/testing';
import { hashTables } from './hash-tables.ts';
import { isReadable, requireReadable } from './readable.ts';
import { RemoteProjections } from './remote-projections.ts';
import { boxListProjection, ProjectionHouse } from './testing/index.ts';

describe.each(dialects)('read models in $name', (dialect) => {
  let house: ProjectionHouse;
  beforeEach(async () => void (house = await ProjectionHouse.open(dialect)));
  afterEach(() => house.close());

  const projections = [boxListProjection()];

  it('are not readable before they are made, and are afterwards', async () => {
    await expect(requireReadable(house.database, projections)).rejects.toThrow(ReadModelsMissing);
    await house.engine();
    expect(await isReadable(house.database, projections)).toBe(true);
  });

  it.each([
    ['a view', ['DROP VIEW "boxList"']],
    ['a table', ['DROP VIEW "boxCounts"', 'DROP TABLE "boxCounts_v1_g1"']],
    ['a column of a table', ['ALTER TABLE "boxList_v1_g1" RENAME COLUMN "shelf" TO "other"']],
    ['the checkpoints', ['DROP TABLE "projectionGeneration"']],
    ['a column of the checkpoints', ['ALTER TABLE "projectionGeneration" DROP COLUMN "eventId"']],
  ])('are made anew where somebody dropped %s', async (what, statements) => {
    const engine = await house.engine();
    await house.place('1', 'a');
    await engine.waitFor(await house.store.head());
    expect(await engine.dropped()).toEqual([]);
    await house.database.write(async (transaction) => {
      for (const statement of statements) await transaction.run(statement);
    });
    if (!what.endsWith('the checkpoints')) expect(await engine.dropped()).toEqual(['box-list']);
    await engine.stop();
    const next = await house.engine();
    await next.waitFor(await house.place('2', 'b'));
    expect(await hashTables(house.database, boxListProjection())).toBe(await house.replayHash());
  });

  it('are made anew by a rebuild that is asked for while nobody leads and the checkpoints lack a column', async () => {
    const engine = await house.engine();
    await engine.waitFor(await house.place('1', 'a'));
    await engine.stop();
    await house.database.write((transaction) =>
      transaction.run('ALTER TABLE "projectionGeneration" DROP COLUMN "eventId"'),
    );
    const { store, database } = house;
    const logger = createLogger({ level: 'silent' });
    const remote = new RemoteProjections({ store, database, projections, logger, clock: systemClock, wakeups: never });
    const asked = Promise.withResolvers<undefined>();
    const rebuilt = remote.rebuild('box-list', () => asked.resolve(undefined));
    await Promise.race([asked.promise, rebuilt]);
    const next = await house.engine();
    await Promise.all([rebuilt, next.waitFor(await house.place('2', 'b'))]);
    expect(await hashTables(house.database, boxListProjection())).toBe(await house.replayHash());
  });
});

async function* never(): AsyncGenerator<void> {
  yield* [];
}
