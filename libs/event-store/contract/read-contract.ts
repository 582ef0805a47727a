// Guarantees 13 to 21: what is read is what was appended, in order, page by page.
import { describe, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { InvalidInput, isInstant, START_OF_LOG } from '#libs/kernel';
import type { EventStore } from '#libs/event-store';
import { InvalidPosition } from '#libs/event-store';
import { refused } from './append-contract.ts';
import { idsOf, newEvent, newEvents, newStream, readLog } from './samples.ts';

export function readContract(store: () => EventStore): void {
  describe('reading', () => {
    it('13. returns events as they were appended, whatever the text and up to a mebibyte of it', async () => {
      const stream = newStream();
      const events = [
        newEvent('RequestRaised', {
          text: '居民“点单” 👩‍👩‍👧 \u0000\u2028"\\ e\u0301 \ud800',
          empty: '',
          list: [1, 2.5, -1e-7, null],
        }),
        newEvent('RequestRaised', { text: '长'.repeat(350_000), deep: { z: { '2': true, '10': false } } }),
      ];
      await store().append(stream, events, { expected: 'no-stream' });
      const read = (await store().readStream(stream)).events;
      expect(read).toMatchObject(events);
      expect(read.map((event) => event.stream)).toEqual([stream, stream]);
      expect(read.every((event) => isInstant(event.storedAt))).toBe(true);
      expect(await readLog(store())).toEqual(read);
    });

    it('14. pages through a stream forwards', async () => {
      const stream = newStream();
      const events = newEvents(5);
      await store().append(stream, events, { expected: 'no-stream' });
      const first = await store().readStream(stream, { limit: 2 });
      expect(first).toMatchObject({ lastRevision: 4, next: 2 });
      const second = await store().readStream(stream, { from: 2, limit: 2 });
      const third = await store().readStream(stream, { from: 4, limit: 2 });
      expect(idsOf([first, second, third].flatMap((page) => page.events))).toEqual(idsOf(events));
      expect([second.next, third.next]).toEqual([4, undefined]);
      expect(await store().readStream(stream, { from: 5 })).toEqual({ events: [], lastRevision: 4, next: undefined });
    });

    it('15. pages through a stream backwards', async () => {
      const stream = newStream();
      const events = newEvents(5);
      await store().append(stream, events, { expected: 'no-stream' });
      const first = await store().readStream(stream, { limit: 3, direction: 'backwards' });
      expect(first).toMatchObject({ lastRevision: 4, next: 1 });
      const second = await store().readStream(stream, { from: 1, limit: 3, direction: 'backwards' });
      expect(second.next).toBeUndefined();
      expect(idsOf([...first.events, ...second.events])).toEqual(idsOf(events).reverse());
    });

    it('16. reads a stream that does not exist as empty', async () => {
      for (const direction of ['forwards', 'backwards'] as const) {
        const page = await store().readStream(newStream(), { direction });
        expect(page).toEqual({ events: [], lastRevision: -1, next: undefined });
      }
    });

    it('17. reads the log in the order of appending, after a position exclusively', async () => {
      const appended = [];
      for (let index = 0; index < 7; index += 1) {
        const events = newEvents(3);
        await store().append(newStream(), events, { expected: 'no-stream' });
        appended.push(...events);
      }
      const log = await readLog(store(), 4);
      expect(idsOf(log)).toEqual(idsOf(appended));
      expect(log.map(({ position }) => position)).toEqual(log.map(({ position }) => position).toSorted());
      const after = log[8]?.position ?? START_OF_LOG;
      expect(idsOf((await store().readAll({ after, limit: 2 })).events)).toEqual(idsOf(appended.slice(9, 11)));
    });

    it('18. filters by type, and moves on although nothing matched', async () => {
      const [wanted, last] = [newEvent('RequestResolved'), newEvent('RequestWithdrawn')];
      await store().append(newStream(), [...newEvents(20), wanted, ...newEvents(20), last], { expected: 'any' });
      expect(idsOf(await readLog(store(), 3, ['RequestResolved', 'RequestWithdrawn']))).toEqual(idsOf([wanted, last]));
      const none = await store().readAll({ after: START_OF_LOG, types: ['RequestMerged'] });
      expect(none).toEqual({ events: [], next: none.head, head: await store().head() });
      expect(await readLog(store(), 5, [])).toEqual([]);
    });

    it('19. knows its head, and an empty log', async () => {
      expect(await store().head()).toBe(START_OF_LOG);
      const empty = { events: [], next: START_OF_LOG, head: START_OF_LOG };
      expect(await store().readAll({ after: START_OF_LOG })).toEqual(empty);
      const { position } = await store().append(newStream(), newEvents(2), { expected: 'any' });
      expect(await store().head()).toBe(position);
      expect(await store().readAll({ after: position })).toEqual({ events: [], next: position, head: position });
    });

    it('20. refuses a position it never gave, and page sizes that are none', async () => {
      for (const after of ['1', 'abc', '-000000000000001', '9'.repeat(40), '0000000000000001; DROP']) {
        expect(await refused(store().readAll({ after: after as Position }))).toBeInstanceOf(InvalidPosition);
      }
      for (const limit of [0, -1, 1.5, Number.NaN]) {
        expect(await refused(store().readAll({ after: START_OF_LOG, limit }))).toBeInstanceOf(InvalidInput);
        expect(await refused(store().readStream(newStream(), { limit }))).toBeInstanceOf(InvalidInput);
      }
    });

    it('21. returns at most 1,000 events a page, and reads nothing for a caller who left', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1_001), { expected: 'no-stream' });
      expect((await store().readAll({ after: START_OF_LOG, limit: 5_000 })).events).toHaveLength(1_000);
      expect(await store().readStream(stream)).toMatchObject({ lastRevision: 1_000, next: 1_000 });
      const reason = new Error('the caller left');
      const signal = AbortSignal.abort(reason);
      expect(await refused(store().readAll({ after: START_OF_LOG, signal }))).toBe(reason);
      expect(await refused(store().readStream(stream, { signal }))).toBe(reason);
    });
  });
}
