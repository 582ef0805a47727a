// A log that was moved equals the one it came from, from wherever the moving was taken up again; anything else is refused.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppendOptions, EventStore, NewEvent } from '#libs/event-store';
import { newEvent, readLog as wholeLog } from '#libs/event-store/contract';
import { Unavailable } from '#libs/kernel';
import { CANARY, eventOf, LogHouse } from '../testing/log-house.ts';
import { EventImport } from './import-events.ts';

let house: LogHouse;
let source: EventStore;
let text: string;
beforeEach(async () => {
  house = new LogHouse();
  source = await house.written(40);
  text = await house.exported(source);
});
afterEach(() => house.remove());

/** A store that behaves like another one except in appending. */
function appending(
  store: EventStore,
  append: (stream: string, events: readonly NewEvent[], options: AppendOptions) => Promise<never> | undefined,
): EventStore {
  return {
    append: (...call) => append(...call) ?? store.append(...call),
    readStream: (...call) => store.readStream(...call),
    readAll: (...call) => store.readAll(...call),
    wakeups: (signal) => store.wakeups(signal),
    head: () => store.head(),
    close: () => store.close(),
  };
}

const plain = async (store: EventStore) =>
  (await wholeLog(store)).map(({ position: _, storedAt: __, ...event }) => event);

describe('importing events', () => {
  it.each([1, 8, 256])('makes an equal log, with %d appends at once', async (appendsAtOnce) => {
    const target = house.open();
    expect(await house.imported(text, target, appendsAtOnce)).toEqual({ known: 0, appended: 40 });
    expect(await plain(target)).toEqual(await plain(source));
    expect(await house.exported(target)).toBe(text);
    expect(await house.imported(text, target, appendsAtOnce)).toEqual({ known: 40, appended: 0 });
  });

  it('moves an empty log, too', async () => {
    const empty = await house.exported(house.open());
    expect(empty.split('\n')).toHaveLength(3);
    expect(await house.imported(empty, house.open())).toEqual({ known: 0, appended: 0 });
  });

  it('moves long streams and large events', async () => {
    const long = house.open();
    const large = { ...eventOf(1000), data: { note: 'x'.repeat(900_000) } };
    await long.append('request-1', [eventOf(999), large], { expected: 'no-stream' });
    await long.append(
      'request-2',
      Array.from({ length: 500 }, (_, index) => eventOf(index)),
      { expected: 'no-stream' },
    );
    const file = await house.exported(long);
    expect(await house.imported(file, house.open())).toEqual({ known: 0, appended: 502 });
  });

  it('goes on after every event at which it may have been stopped', async () => {
    const events = await plain(source);
    for (let stopped = 0; stopped <= events.length; stopped += 1) {
      const target = house.open();
      for (const { stream, revision, ...event } of events.slice(0, stopped))
        await target.append(stream, [event], { expected: revision === 0 ? 'no-stream' : revision - 1 });
      expect(await house.imported(text, target)).toEqual({ known: stopped, appended: 40 - stopped });
    }
  });

  it('is stopped between appends, and goes on', async () => {
    const target = house.open();
    const stop = new AbortController();
    const stopped = house.with(text, async (file) => {
      await file.check();
      const importing = new EventImport(file, { store: target, appendsAtOnce: 1 });
      await importing.compare();
      await importing.append({ signal: stop.signal, onEvents: () => stop.abort(new Unavailable('Stopped.')) });
    });
    await expect(stopped).rejects.toThrow('Stopped.');
    const { known, appended } = await house.imported(text, target);
    expect([known > 0 && known < 5, known + appended]).toEqual([true, 40]);
  });

  it('refuses a log that holds other events, saying where, and leaves it', async () => {
    const target = house.open();
    const [first] = await plain(source);
    await target.append(first!.stream, [first!], { expected: 'no-stream' });
    await target.append('volunteer-1', [newEvent('Other', { note: CANARY })], { expected: 'no-stream' });
    const refused = house.imported(text, target);
    await expect(refused).rejects.toThrow(
      /^This log holds other events than the file: its event number 2 is revision 0 of a stream of category volunteer, the file’s is revision 0 of a stream of category request, .* Nothing was imported\./,
    );
    await expect(refused).rejects.not.toThrow(CANARY);
    expect(await wholeLog(target)).toHaveLength(2);
  });

  it('refuses the same id with other content', async () => {
    const target = house.open();
    const [first] = await plain(source);
    await target.append(first!.stream, [{ ...first!, data: {} }], { expected: 'no-stream' });
    await expect(house.imported(text, target)).rejects.toThrow(/event number 1 is revision 0 .* not the same/);
  });

  it('refuses a log that has gone on', async () => {
    const target = house.open();
    await house.imported(text, target);
    await target.append('area-9', [newEvent()], { expected: 'no-stream' });
    await expect(house.imported(text, target)).rejects.toThrow(
      /^This log holds all 40 events of the file and has gone on/,
    );
  });

  it.each(['request-elsewhere', 'the next stream'])('notices somebody else who writes, to %s', async (where) => {
    const target = house.open();
    let appends = 0;
    const disturbed = appending(target, (stream) => {
      if ((appends += 1) === 5) {
        const other = where === 'the next stream' ? stream : where;
        void target.append(other, [newEvent()], { expected: 'any' });
      }
      return undefined;
    });
    await expect(house.imported(text, disturbed, 1)).rejects.toThrow(/^Somebody else is writing to this log, /);
  });

  it.each([
    [1, 1],
    [1, 8],
    [256, 1],
  ])(
    'by two at once, with %d and %d appends at once: each makes the whole log or notices the other',
    async (...both) => {
      const target = house.open();
      const outcomes = await Promise.allSettled(both.map((most) => house.imported(text, target, most)));
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(String(outcome.reason)).toContain('Somebody else is writing to this log');
      const again = await house.imported(text, target);
      expect(again.known + again.appended).toBe(40);
      if (outcomes.some(({ status }) => status === 'fulfilled')) expect(again.known).toBe(40);
      expect(await plain(target)).toEqual(await plain(source));
    },
  );

  it('can be given again after the store failed', async () => {
    const target = house.open();
    let appends = 0;
    const failing = appending(target, () =>
      (appends += 1) > 5 ? Promise.reject(new Unavailable('The disk is full.')) : undefined,
    );
    await expect(house.imported(text, failing, 1)).rejects.toThrow('The disk is full.');
    const { known, appended } = await house.imported(text, target);
    expect([known >= 5, known + appended]).toEqual([true, 40]);
  });

  it('does not believe a store that acknowledges one thing and keeps another', async () => {
    const target = house.open();
    let appends = 0;
    const lying = appending(target, (stream, events, options) => {
      if ((appends += 1) !== 9) return undefined;
      const kept = events.map((event) => ({ ...event, data: { ...event.data, index: -1 } }));
      return target.append(stream, kept, options) as Promise<never>;
    });
    await expect(house.imported(text, lying, 1)).rejects.toThrow(
      /^The log does not equal the file: its hash is another one\. Do not use it: /,
    );
  });

  it('notices events that were acknowledged and lost', async () => {
    const target = house.open();
    const last = eventOf(39).id;
    const losing = appending(target, (_, events) =>
      events.some(({ id }) => id === last) ? (Promise.resolve({}) as Promise<never>) : undefined,
    );
    await expect(house.imported(text, losing, 1)).rejects.toThrow(/^Somebody else is writing/);
  });
});
