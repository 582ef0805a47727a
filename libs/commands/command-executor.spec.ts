// A command is applied once whatever is repeated, crosses or races; what is answered is what was stored.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineCodec } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { CommandContext, Decider, Instant } from '#libs/kernel';
import { accept, CommandIdReused, Conflict, Rejected, reject, Unavailable } from '#libs/kernel';
import type { PersonalDataVault } from '#libs/privacy';
import { openTestVault } from '#libs/privacy/testing';
import type { Aggregate } from './command-executor.ts';
import { CommandExecutor } from './command-executor.ts';
import { CurrentStates } from './current-states.ts';

interface Added {
  readonly type: 'Added';
  readonly data: { readonly amount: number };
}
interface Add {
  /** Written one event for each. */
  readonly amounts: readonly number[];
}

const FULL = 1_000;
const sumDecider: Decider<number, Add, Added> = {
  initial: 0,
  decide: ({ amounts }, sum) =>
    amounts.reduce((total, amount) => total + amount, sum) > FULL
      ? reject('FULL', 'There is no more room.')
      : accept(...amounts.map((amount): Added => ({ type: 'Added', data: { amount } }))),
  evolve: (sum, { data }) => sum + data.amount,
};
const sums: Aggregate<number, Add, Added> = {
  category: 'sum',
  decider: sumDecider,
  codec: defineCodec<Added>({ Added: { version: 1, schema: z.strictObject({ amount: z.int() }) } }),
};

const AT = '2026-03-01T08:00:00.000Z' as Instant;
const context = (over: Partial<CommandContext> = {}): CommandContext => ({
  ...{ commandId: randomUUID(), commandHash: 'hash', actor: { accountId: 'anna', role: 'OFFICE' } },
  ...{ occurredAt: AT, recordedAt: AT, ...over },
});

describe('a command', () => {
  let directory: string;
  let store: SqliteEventStore;
  let vault: PersonalDataVault;
  let executor: CommandExecutor;
  let id: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'commands-'));
    store = SqliteEventStore.open({ file: join(directory, 'events.db') });
    vault = await openTestVault(directory);
    executor = new CommandExecutor(store, vault);
    id = randomUUID();
  });
  afterEach(async () => {
    await store.close();
    await vault.close();
    rmSync(directory, { recursive: true });
  });

  const add = (amounts: readonly number[], of = context()) => executor.execute(sums, id, { amounts }, 'community', of);
  const amounts = async () => (await executor.load(sums, id)).events.map(({ data }) => data.amount);

  it('is answered with the state, revision and history it led to', async () => {
    await add([1]);
    const outcome = await add([2, 3]);
    expect(outcome).toMatchObject({ state: 6, revision: 2, position: await store.head(), appended: 2 });
    const stored = (await executor.load(sums, id)).events.map(({ position: _, ...event }) => event);
    expect(outcome.events).toMatchObject(stored);
  });

  it('sent again gets its first result, though others came since', async () => {
    const first = context({ expectedRevision: -1 });
    const { state, revision, position } = await add([1, 2], first);
    await add([3]);
    const again = await add([1, 2], first);
    expect(again).toMatchObject({ state, revision, position, appended: 0 });
    expect(again.events).toHaveLength(2);
    expect(await amounts()).toEqual([1, 2, 3]);
  });

  it('sent many times at once is applied once, and every answer is the same', async () => {
    const same = context();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => add([1, 2], same)));
    expect(outcomes.map(({ appended }) => appended).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    const answers = outcomes.map(({ state, revision, position }) => ({ state, revision, position }));
    expect(answers).toEqual(answers.map(() => ({ state: 3, revision: 1, position: answers[0]?.position })));
    expect(await amounts()).toEqual([1, 2]);
  });

  const REUSES: readonly (readonly [string, Partial<CommandContext>, readonly number[]])[] = [
    ['another payload', { commandHash: 'other' }, [5, 6]],
    ['a payload of another length', { commandHash: 'other' }, [5]],
    ['a longer payload', { commandHash: 'other' }, [5, 6, 7]],
    ['another sender', { actor: { accountId: 'boris', role: 'OFFICE' } }, [1, 2]],
  ];
  it.each(REUSES)('id is good for one command only: not for %s, later or at once', async (_what, over, other) => {
    const used = context();
    await add([1, 2], used);
    await expect(add(other, { ...used, ...over })).rejects.toBeInstanceOf(CommandIdReused);
    const atOnce = context();
    const [first, second] = await Promise.allSettled([add([1, 2], atOnce), add(other, { ...atOnce, ...over })]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { appended: 2, state: 6 } });
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(CommandIdReused) });
    expect(await amounts()).toEqual([1, 2, 1, 2]);
  });

  it('id is good for one stream only', async () => {
    const used = context();
    await add([1], used);
    id = randomUUID();
    await expect(add([1], used)).rejects.toBeInstanceOf(CommandIdReused);
    expect(await amounts()).toEqual([]);
  });

  it('sent twice at once is one command, though it was decided differently', async () => {
    const same = context();
    const [first, second] = await Promise.all([add([1, 2], same), add([1], same)]);
    expect(second).toMatchObject({ state: 3, revision: 1, position: first.position, appended: 0 });
  });

  it('that lost a race is decided again on what is true now', async () => {
    await add([FULL - 3]);
    const results = await Promise.allSettled([add([2]), add([2])]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: expect.any(Rejected) });
    const others = await Promise.allSettled([add([-1]), add([-2]), add([-3])]);
    expect(others.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await amounts()).toHaveLength(5);
  });

  it('is completed for every decision by the state it is decided on, and not for a repeat', async () => {
    const seen: number[] = [];
    const same = context();
    const double = () => {
      const command = (sum: number) => {
        seen.push(sum);
        return { amounts: [sum] };
      };
      return executor.execute(sums, id, command, 'community', same);
    };
    await add([1]);
    await Promise.all([add([2]), double()]);
    await double();
    expect(seen).toEqual([1, 3]);
    expect(await amounts()).toEqual([1, 2, 3]);
  });

  it('is given up after three lost races, and nothing of it is stored', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => add([1])));
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(2);
    for (const { reason } of lost) expect(reason).toBeInstanceOf(Conflict);
    expect(await amounts()).toHaveLength(3);
  });

  it('that names a stale revision is refused with the one now, and never decided again', async () => {
    await add([1]);
    await add([2]);
    await expect(add([3], context({ expectedRevision: 0 }))).rejects.toMatchObject({ details: { currentRevision: 1 } });
    const [won, lost] = await Promise.allSettled(
      [4, 5].map((amount) => add([amount], context({ expectedRevision: 1 }))),
    );
    expect(won?.status).toBe('fulfilled');
    expect(lost).toMatchObject({ reason: { name: 'Conflict', details: { currentRevision: 2 } } });
    expect(await amounts()).toEqual([1, 2, 4]);
  });

  it('is refused on a history of which a part was removed, and so is a look at the state', async () => {
    for (const amount of [1, 2, 3]) await add([amount]);
    const database = new DatabaseSync(join(directory, 'events.db'));
    database.exec('DROP TRIGGER eventsAreNotDeleted; DELETE FROM events WHERE revision = 0');
    database.close();
    await expect(add([4])).rejects.toThrow('revision 0 is missing');
    await expect(new CurrentStates(store, sums).of(id)).rejects.toBeInstanceOf(Unavailable);
  });

  it('that finds it already so appends nothing', async () => {
    await add([1]);
    expect(await add([])).toMatchObject({ state: 1, revision: 0, appended: 0, position: await store.head() });
  });

  it('is seen by the very next look at the current state, also when it came from elsewhere', async () => {
    const current = new CurrentStates(store, sums, 1);
    const elsewhere = SqliteEventStore.open({ file: join(directory, 'events.db') });
    const there = new CommandExecutor(elsewhere, vault);
    expect(await current.of(id)).toEqual({ state: 0, revision: -1 });
    for (let round = 0; round < 5; round += 1) {
      await there.execute(sums, id, { amounts: [1, 1] }, 'community', context());
      expect(await current.of(id)).toEqual({ state: 2 * round + 2, revision: 2 * round + 1 });
      await current.of(randomUUID());
    }
    await elsewhere.close();
  });
});
