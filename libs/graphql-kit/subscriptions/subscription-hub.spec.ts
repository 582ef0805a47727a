// What subscribers are promised: position order, no gap, no duplicate, one load and one rendering for equal ones.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { InvalidInput, START_OF_LOG } from '#libs/kernel';
import { GraphQLContext } from '../context.ts';
import type { Told } from '../testing/index.ts';
import { closeHubs, openHub, SOMEBODY, upTo } from '../testing/index.ts';

afterEach(closeHubs);

describe('the subscription hub', () => {
  it('tells live events in order, and other types and topics not at all', async () => {
    const { append, subscribe, start } = await openHub();
    await start();
    const { to } = await subscribe();
    await append(2);
    await append(1, 'Other');
    await append(1, 'Counted', 'elsewhere');
    await append(1);
    await to.until(3);
    expect(to.told).toEqual([1, 2, 5]);
  });

  it('catches up over several pages, then goes on live, without gap or duplicate', async () => {
    const { append, subscribe, start } = await openHub();
    await append(450);
    await start();
    const { to } = await subscribe(START_OF_LOG);
    const live = (async () => {
      for (let batch = 0; batch < 20; batch += 1) await append(5);
    })();
    await to.until(550);
    await live;
    await append(1);
    await to.until(551);
    expect(to.told).toEqual(upTo(551));
  });

  it('goes on after the position a client had, though events arrive while it joins', async () => {
    const { append, subscribe, start } = await openHub();
    const known = await append(3);
    await append(3);
    await start();
    const joining = Array.from({ length: 20 }, async (_, index) => {
      await append(1);
      return subscribe(index % 2 ? known : START_OF_LOG);
    });
    const joined = await Promise.all(joining);
    await append(1);
    for (const [index, { to }] of joined.entries()) {
      const expected = index % 2 ? upTo(27).slice(3) : upTo(27);
      await to.until(expected.length);
      expect(to.told).toEqual(expected);
    }
  });

  it('loads and renders an event once for all who are equal', async () => {
    const { append, subscribe, start, counts } = await openHub();
    await start();
    const all = await Promise.all(Array.from({ length: 1_000 }, () => subscribe()));
    await append(1);
    await Promise.all(all.map(({ to }) => to.until(1)));
    expect(counts).toEqual({ loads: 1, renders: 1, reports: 0 });
  });

  it('asks for every event and subscriber whether the viewer may hear of it', async () => {
    const { append, subscribe, start } = await openHub({
      source: {
        load: async (event) => ({
          payload: { number: event.data['number'], position: event.position },
          admits: (viewer) => viewer !== undefined,
        }),
      },
    });
    await start();
    const { to: witness } = await subscribe();
    const { to } = await subscribe();
    witness.viewer = to.viewer = SOMEBODY;
    await append(1);
    await to.until(1);
    to.viewer = undefined;
    await append(1);
    await witness.until(2);
    to.viewer = SOMEBODY;
    await append(1);
    await to.until(2);
    expect({ witness: witness.told, to: to.told }).toEqual({ witness: [1, 2, 3], to: [1, 3] });
  });

  it('tells the event again after a failure, to those who have not heard it', async () => {
    let failures = 2;
    const { append, subscribe, start, counts } = await openHub({
      source: {
        load: async (event) => {
          failures -= 1;
          if (failures >= 0) throw new Error('the read models are busy');
          return { payload: { number: event.data['number'] }, admits: () => true };
        },
      },
    });
    await start();
    const { to } = await subscribe();
    await append(2);
    await to.until(2);
    expect(to.told).toEqual([1, 2]);
    expect(counts.reports).toBe(2);
  });

  it('refuses a position beyond the log', async () => {
    const { subscribe, start, append } = await openHub();
    const position = await append(1);
    await start();
    await expect(subscribe(`${position}9` as Position)).rejects.toThrow(InvalidInput);
  });

  it('decides who may listen on read models that have what the listener has seen', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const waitFor = (position: Position) => (position === START_OF_LOG ? Promise.resolve() : arrived.promise);
    const { hub, append, source } = await openHub({ projections: { waitFor, positionOf: () => START_OF_LOG } });
    const after = await append(1);
    const listening = hub.listen(source, { after }, SOMEBODY);
    expect(await Promise.race([listening, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting');
    arrived.resolve(undefined);
    expect(await listening).toMatchObject({ topic: 'community' });
    await expect(hub.listen(source, { after: `${after}9` }, SOMEBODY)).rejects.toThrow(InvalidInput);
  });

  it('makes one delivery of many events where only the latest state counts', async () => {
    const { append, subscribe, start, counts } = await openHub({ source: { coalesceMs: 50 } });
    await start();
    const { to } = await subscribe();
    await append(30);
    await to.until(1);
    await append(1);
    await to.until(2);
    expect(to.told.at(-1)).toBe(31);
    expect(counts.loads).toBeLessThan(5);
  });

  it('is an async iterator in process, which ends when its reader stops', async () => {
    const { hub, append, start } = await openHub();
    await append(2);
    await start();
    const messages = await hub.iterate('counted', { after: START_OF_LOG }, new GraphQLContext(undefined, 'id'));
    const numbers: number[] = [];
    for await (const message of messages) {
      numbers.push((message as { counted: Told }).counted.number);
      if (numbers.length === 2) await append(1);
      if (numbers.length === 3) break;
    }
    expect(numbers).toEqual([1, 2, 3]);
  });
});
