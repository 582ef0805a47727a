// Guarantees 22 to 28: many writers, readers that follow, and the end of a store's life.
import { describe, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import type { EventStore, RecordedEvent } from '#libs/event-store';
import { WrongExpectedRevision } from '#libs/event-store';
import { refused } from './append-contract.ts';
import type { StoreUnderTest } from './samples.ts';
import { idsOf, newEvent, newEvents, newStream, readLog } from './samples.ts';

const WRITERS = 64;
const APPENDS_EACH = 12;

export function concurrencyContract(opened: () => StoreUnderTest): void {
  const store = () => opened().store;

  describe('many at once', () => {
    it('22. lets exactly one of many win a revision', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1), { expected: 'no-stream' });
      const outcomes = await Promise.allSettled(
        Array.from({ length: WRITERS }, () => store().append(stream, newEvents(2), { expected: 0 })),
      );
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(WRITERS - 1);
      for (const { reason } of lost) {
        expect(reason).toBeInstanceOf(WrongExpectedRevision);
        expect(reason).toMatchObject({ expected: 0, actual: 2 });
      }
      expect((await store().readStream(stream)).lastRevision).toBe(2);
    });

    it('23. shows a following reader every event once and in order while many write', async () => {
      const writing = Promise.all(Array.from({ length: WRITERS }, () => writeStream(store())));
      const following = follow(store(), WRITERS * APPENDS_EACH * 2);
      const written = (await writing).flat();
      const seen = await following;
      expect(idsOf(seen).toSorted()).toEqual(idsOf(written).toSorted());
      const positions = seen.map(({ position }) => position);
      expect(new Set(positions).size).toBe(positions.length);
      expect(positions).toEqual(positions.toSorted());
      const revisions = new Map<string, number>();
      for (const { stream, revision } of seen) {
        expect(revision).toBe((revisions.get(stream) ?? -1) + 1);
        revisions.set(stream, revision);
      }
      expect(idsOf(await readLog(store()))).toEqual(idsOf(seen));
    });

    it('24. gives a refused append no place in the log', async () => {
      const stream = newStream();
      const { position } = await store().append(stream, newEvents(1), { expected: 'no-stream' });
      const stale = () => store().append(stream, newEvents(3), { expected: 'no-stream' });
      const winner = newEvent();
      const refusals = [stale(), stale()].map(refused);
      const next = store().append(stream, [winner], { expected: 0 });
      refusals.push(refused(stale()));
      for (const refusal of refusals) expect(await refusal).toBeInstanceOf(WrongExpectedRevision);
      expect(idsOf((await store().readAll({ after: position })).events)).toEqual([winner.id]);
      expect(await store().head()).toBe((await next).position);
      expect(await refused(stale())).toBeInstanceOf(WrongExpectedRevision);
      expect(await store().head()).toBe((await next).position);
    });

    it('25. wakes those who wait, until they leave', async () => {
      const leave = new AbortController();
      const wakeups = store().wakeups(leave.signal)[Symbol.asyncIterator]();
      const woken = wakeups.next();
      await store().append(newStream(), newEvents(1), { expected: 'any' });
      expect(await woken).toMatchObject({ done: false });
      const waiting = drain(wakeups);
      leave.abort();
      await waiting;
      for await (const _ of store().wakeups(AbortSignal.abort())) throw new Error('woken after leaving');
    });
  });

  describe('closing', () => {
    it('26. finishes what it accepted', async () => {
      const events = newEvents(30);
      const appends = events.map((event) => store().append(newStream(), [event], { expected: 'no-stream' }));
      const again = await opened().reopen();
      await Promise.all(appends);
      expect(idsOf(await readLog(again))).toEqual(idsOf(events));
    });

    it('27. refuses every later call, ends its wake-ups, and may be closed twice', async () => {
      const waiting = drain(store().wakeups(new AbortController().signal)[Symbol.asyncIterator]());
      await store().close();
      await store().close();
      await waiting;
      const calls = [
        store().append(newStream(), newEvents(1), { expected: 'any' }),
        store().readStream(newStream()),
        store().readAll({ after: START_OF_LOG }),
        store().head(),
      ];
      for (const call of calls) expect(await refused(call)).toBeInstanceOf(Unavailable);
    });

    it('28. has everything when it is opened again: events, positions, ids, revisions', async () => {
      const stream = newStream();
      const events = newEvents(3);
      const first = await store().append(stream, events, { expected: 'no-stream' });
      const before = await readLog(store());
      const again = await opened().reopen();
      expect(await readLog(again)).toEqual(before);
      const repeated = await again.append(stream, events, { expected: 'no-stream' });
      expect(repeated).toMatchObject({ revision: first.revision, position: first.position });
      const next = await again.append(stream, newEvents(1), { expected: 2 });
      expect(next.position > first.position).toBe(true);
    });
  });
}

async function writeStream(store: EventStore) {
  const stream = newStream();
  const written = [];
  for (let append = 0; append < APPENDS_EACH; append += 1) {
    const events = newEvents(2);
    await store.append(stream, events, { expected: append === 0 ? 'no-stream' : append * 2 - 1 });
    written.push(...events);
  }
  return written;
}

/** Reads on behind the writers, never going back, until it has seen `count` events. */
async function follow(store: EventStore, count: number): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = [];
  let after: Position = START_OF_LOG;
  while (seen.length < count) {
    const { events, next } = await store.readAll({ after, limit: 7 });
    seen.push(...events);
    after = next;
    if (events.length === 0) await new Promise(setImmediate);
  }
  return seen;
}

async function drain(wakeups: AsyncIterator<void>): Promise<void> {
  while ((await wakeups.next()).done !== true);
}
