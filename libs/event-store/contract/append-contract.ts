// Guarantees 1 to 12: what an append does, refuses, and answers when it is repeated.
import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '#libs/kernel';
import type { AppendResult, EventStore, NewEvent } from '#libs/event-store';
import { EventIdReused, WrongExpectedRevision } from '#libs/event-store';
import { idsOf, newEvent, newEvents, newStream, readLog } from './samples.ts';

export function appendContract(store: () => EventStore): void {
  describe('appending', () => {
    it('1. starts a stream at revision 0 and counts on without gaps', async () => {
      const stream = newStream();
      const first = await store().append(stream, newEvents(2), { expected: 'no-stream' });
      const second = await store().append(stream, newEvents(3), { expected: 1 });
      expect([first.revision, second.revision]).toEqual([1, 4]);
      expect(second.position > first.position).toBe(true);
      const { events } = await store().readStream(stream);
      expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
      expect(events.at(-1)?.position).toBe(second.position);
    });

    it('2. accepts the exact revision, and refuses any other with both revisions', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(2), { expected: 'no-stream' });
      for (const expected of [0, 2, 7]) {
        const refusal = await refused(store().append(stream, newEvents(1), { expected }));
        expect(refusal).toBeInstanceOf(WrongExpectedRevision);
        expect(refusal).toMatchObject({ expected, actual: 1, stream });
      }
      await expect(store().append(stream, newEvents(1), { expected: 1 })).resolves.toMatchObject({ revision: 2 });
    });

    it('3. accepts no-stream only for a stream that does not exist', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1), { expected: 'no-stream' });
      const refusal = await refused(store().append(stream, newEvents(1), { expected: 'no-stream' }));
      expect(refusal).toMatchObject({ expected: 'no-stream', actual: 0 });
    });

    it('4. accepts exists only for a stream that exists', async () => {
      const stream = newStream();
      const refusal = await refused(store().append(stream, newEvents(1), { expected: 'exists' }));
      expect(refusal).toMatchObject({ expected: 'exists', actual: -1 });
      await store().append(stream, newEvents(1), { expected: 'no-stream' });
      await expect(store().append(stream, newEvents(1), { expected: 'exists' })).resolves.toMatchObject({
        revision: 1,
      });
    });

    it('5. accepts any for both', async () => {
      const stream = newStream();
      await expect(store().append(stream, newEvents(1), { expected: 'any' })).resolves.toMatchObject({ revision: 0 });
      await expect(store().append(stream, newEvents(1), { expected: 'any' })).resolves.toMatchObject({ revision: 1 });
    });

    it('6. appends all events of a call or none, also when the last one is refused', async () => {
      const [first, second] = newEvents(2);
      const stream = newStream();
      const last = [{ ...newEvent(), id: 'x' }, first];
      for (const refusedOne of last) {
        const events = [first, second, refusedOne] as NewEvent[];
        await expect(store().append(stream, events, { expected: 'no-stream' })).rejects.toThrow();
      }
      expect(await store().readStream(stream)).toEqual({ events: [], lastRevision: -1, next: undefined });
      expect(await readLog(store())).toEqual([]);
    });

    it('7. returns the first result for the same events again', async () => {
      const stream = newStream();
      const events = newEvents(2);
      const first = await store().append(stream, events, { expected: 'no-stream' });
      const again = await store().append(stream, events, { expected: 'no-stream' });
      expect(first.duplicate).toBe(false);
      expect(resultOf(again)).toEqual(resultOf(first));
      expect(await readLog(store())).toHaveLength(2);
    });

    it('8. returns the first result also after later events, and only at the revision first offered or later', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1), { expected: 'no-stream' });
      const events = newEvents(2);
      const first = await store().append(stream, events, { expected: 0 });
      await store().append(stream, newEvents(3), { expected: 2 });
      expect(resultOf(await store().append(stream, events, { expected: 0 }))).toEqual(resultOf(first));
      const earlier = await refused(store().append(stream, events, { expected: 'no-stream' }));
      expect(earlier).toMatchObject({ expected: 'no-stream', actual: 5 });
      expect(await readLog(store())).toHaveLength(6);
    });

    it('9. appends once when the same events are offered many times at once', async () => {
      const stream = newStream();
      const events = newEvents(2);
      const offers = Array.from({ length: 20 }, () => store().append(stream, events, { expected: 'no-stream' }));
      const results = await Promise.all(offers);
      expect(new Set(results.map(({ revision, position }) => `${String(revision)} ${position}`)).size).toBe(1);
      expect(idsOf(await readLog(store()))).toEqual(idsOf(events));
    });

    it('10. takes nothing but the same events for a repeat: not their ids in another order, in part or with other data', async () => {
      const stream = newStream();
      const [a, b] = [newEvent(), newEvent()];
      await store().append(stream, [a, b], { expected: 'no-stream' });
      const others = [
        [b, a],
        [a, newEvent()],
        [a, b, newEvent()],
        [{ ...a, data: { note: 'another' } }, b],
      ];
      for (const events of others) {
        const outcome = await store()
          .append(stream, events, { expected: 'no-stream' })
          .catch((error: unknown) => error);
        const known = outcome instanceof EventIdReused || outcome instanceof WrongExpectedRevision;
        expect(known || (outcome as AppendResult).duplicate).toBe(true);
      }
      const twice = newEvent();
      const refusal = await refused(store().append(newStream(), [twice, twice], { expected: 'no-stream' }));
      expect(refusal).toBeInstanceOf(EventIdReused);
      expect(await readLog(store())).toMatchObject([a, b]);
    });

    it('11. refuses what cannot be stored: no events, no stream name, an id that is no UUID', async () => {
      const calls = [
        store().append(newStream(), [], { expected: 'any' }),
        store().append('', newEvents(1), { expected: 'any' }),
        store().append(newStream(), [{ ...newEvent(), id: 'x' }], { expected: 'any' }),
        store().append(newStream(), newEvents(1), { expected: -1 }),
      ];
      for (const call of calls) expect(await refused(call)).toBeInstanceOf(InvalidInput);
    });

    it('12. appends nothing when the signal has aborted', async () => {
      const reason = new Error('the caller left');
      const signal = AbortSignal.abort(reason);
      const stream = newStream();
      expect(await refused(store().append(stream, newEvents(1), { expected: 'any', signal }))).toBe(reason);
      expect((await store().readStream(stream)).lastRevision).toBe(-1);
    });
  });
}

/** Without whether the store could tell a repeat. */
function resultOf({ revision, position }: AppendResult) {
  return { revision, position };
}

export async function refused(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect(call).rejects.toThrow(),
    (error: unknown) => error,
  );
}
