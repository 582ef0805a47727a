// Projections followed from a process that makes none: over the checkpoints of the same database, through a connection
// of its own.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotFound, START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Clock, Instant } from '#libs/kernel';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import { RemoteProjections } from './remote-projections.ts';
import { boxListProjection, ManualScheduler, ProjectionHouse } from './testing/index.ts';

let house: ProjectionHouse;
let database: ReadDatabase;
let remote: RemoteProjections | undefined;

beforeEach(async () => {
  house = await ProjectionHouse.open();
  database = await house.openDatabase();
});

afterEach(async () => {
  await remote?.stop();
  remote = undefined;
  await database.close();
  await house.close();
});

type Choice = Partial<ConstructorParameters<typeof RemoteProjections>[0]>;

async function follow(choice: Choice = {}): Promise<RemoteProjections> {
  const { store } = house;
  const logger = createLogger({ level: 'silent' });
  const projections = [boxListProjection()];
  const silent = { store, database, projections, logger, clock: systemClock, wakeups: neverWoken };
  remote = new RemoteProjections({ ...silent, ...choice });
  await remote.start();
  return remote;
}

async function* neverWoken(signal: AbortSignal): AsyncGenerator<void> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  yield* [];
}

const stateOf = async (of: RemoteProjections) => (await of.status()).projections[0]!;

describe('waiting for another process', () => {
  it('lets pass what the other has committed, without a hint', async () => {
    const following = await follow();
    await house.engine();
    const position = await house.place('1', 'a');
    await following.waitFor(position, { projections: ['box-list'] });
    expect(following.position()).toBe(position);
    expect(await database.query.selectFrom('boxList').select('boxId').execute()).toEqual([{ boxId: 'box-1' }]);
  });

  it('looks at once when it is told to', async () => {
    const hints = Promise.withResolvers<undefined>();
    const scheduler = new ManualScheduler();
    const wakeups = async function* () {
      await hints.promise;
      yield;
    };
    const following = await follow({ wakeups, scheduler });
    const engine = await house.engine();
    const position = await house.place('1', 'a');
    await engine.waitFor(position);
    const before = following.position();
    hints.resolve(undefined);
    await following.waitFor(position);
    expect(before).toBe(START_OF_LOG);
  });

  it('ends with Unavailable after the time limit, when nobody projects, and with the process', async () => {
    const following = await follow();
    const position = await house.place('1', 'a');
    await expect(following.waitFor(position, { timeoutMs: 80 })).rejects.toThrow(Unavailable);
    const waiting = following.waitFor(position);
    await Promise.all([expect(waiting).rejects.toThrow('stopping'), following.stop()]);
    await expect(following.waitFor(position, { projections: ['nothing'] })).rejects.toThrow(NotFound);
  });

  it('outlives an outage of the database', async () => {
    let down = false;
    const failing = new Proxy(database, {
      get: (target, name) => {
        if (name === 'all' && down) return () => Promise.reject(new Unavailable('It is down.'));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const following = await follow({ database: failing });
    await house.engine();
    await following.waitFor(await house.place('1', 'a'));
    down = true;
    const second = await house.place('1', 'b');
    await expect(following.waitFor(second, { timeoutMs: 100 })).rejects.toThrow(Unavailable);
    expect(await stateOf(following)).toMatchObject({ state: 'stalled', outage: 'It is down.', caughtUp: false });
    down = false;
    await following.waitFor(second);
    expect(await stateOf(following)).toMatchObject({ state: 'live', outage: undefined });
  });
});

describe('what is told', () => {
  it('is that the tables are missing, until some process makes them as this code knows them', async () => {
    const following = await follow({ projections: [boxListProjection(2)] });
    expect(await stateOf(following)).toMatchObject({ state: 'missing', generation: 0 });
    const older = await house.engine();
    await following.waitFor(await house.place('1', 'a'));
    expect(await stateOf(following)).toMatchObject({ state: 'missing', version: 1, caughtUp: true });
    await older.stop();
    await house.engine({ projections: [boxListProjection(2)] });
    for (let left = 100; (await stateOf(following)).state !== 'live' && left > 0; left -= 1) {
      await following.waitFor(await house.place('1', 'b'));
    }
    expect(await stateOf(following)).toMatchObject({ state: 'live', version: 2, generation: 2 });
  });

  it('is that what is served comes from another log, when it goes beyond this one', async () => {
    const engine = await house.engine();
    await engine.waitFor(await house.place('1', 'a'));
    const elsewhere = await ProjectionHouse.open();
    const following = await follow({ store: elsewhere.store });
    const status = await stateOf(following);
    await elsewhere.close();
    expect(status).toMatchObject({ state: 'stalled', outage: expect.stringContaining('another event log') });
  });

  it('is a standstill only after ten seconds behind, however long nothing was there to do', async () => {
    let now = Date.parse('2024-01-01T00:00:00.000Z');
    const clock: Clock = { now: () => new Date(now).toISOString() as Instant };
    const following = await follow({ clock });
    const engine = await house.engine();
    await following.waitFor(await house.place('1', 'a'));
    await engine.stop();
    now += 3_600_000;
    expect(await stateOf(following)).toMatchObject({ state: 'live', secondsSinceProgress: 0 });
    await house.place('1', 'b');
    expect(await stateOf(following)).toMatchObject({ state: 'catching-up', secondsSinceProgress: 0 });
    now += 11_000;
    expect(await stateOf(following)).toMatchObject({ state: 'stalled', secondsSinceProgress: 11 });
  });
});

describe('rebuilding', () => {
  it('is asked of whoever leads, joins what has begun, and resolves after the change', async () => {
    // One handle, since two that write to one file from one process wait for each other.
    const following = await follow({ database: house.database });
    const engine = await house.engine();
    await house.place('1', 'a');
    const seen: string[] = [];
    const both = [following.rebuild('box-list', ({ head }) => seen.push(head)), following.rebuild('box-list')];
    for (;;) {
      await engine.joinBuilds();
      const done = await Promise.race([
        Promise.all(both),
        new Promise((resolve) => setTimeout(resolve, 20, 'not yet')),
      ]);
      if (done !== 'not yet') break;
    }
    await following.waitFor(await house.place('2', 'a'));
    expect(await stateOf(following)).toMatchObject({ state: 'live', generation: 2 });
    expect(seen.length).toBeGreaterThan(0);
    await expect(following.rebuild('nothing')).rejects.toThrow(NotFound);
  });
});

describe('an engine that is to be the only one', () => {
  it('stands still once it has lost a race, and says so', async () => {
    let lost = 0;
    const first = await house.engine({ onLostRace: () => void (lost += 1), pollMs: 60_000 });
    await first.waitFor(await house.place('1', 'a'));
    // The checkpoint is moved under it, as by one that leads after it.
    const moved = `UPDATE "projectionGeneration" SET "position" = "position" || '0'`;
    await database.write((transaction) => transaction.run(moved));
    await house.place('1', 'b');
    for (const end = performance.now() + 4_000; lost === 0 && performance.now() < end;) await new Promise(setImmediate);
    const further = await house.place('1', 'c');
    await expect(first.waitFor(further, { timeoutMs: 50 })).rejects.toThrow(Unavailable);
    expect(lost).toBe(1);
  });
});
