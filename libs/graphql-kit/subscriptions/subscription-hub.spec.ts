// What subscribers are promised: position order, no gap, no duplicate, one load and one rendering for equal ones.
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventMetadata, Position } from '#libs/kernel';
import { InvalidInput, START_OF_LOG, Unavailable } from '#libs/kernel';
import { GraphQLContext } from '../context.ts';
import type { ProjectionGate } from '../tokens.ts';
import type { Viewer } from '../viewer.ts';
import type { Receiver, Rendering, Subscriber } from './subscriber.ts';
import { SubscriptionHub } from './subscription-hub.ts';
import type { SubscriptionSource } from './subscription-source.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const METADATA: EventMetadata = {
  version: 1,
  commandId: randomUUID(),
  commandHash: 'hash',
  actorId: 'system',
  actorRole: 'SYSTEM',
  communityId: 'community',
  occurredAt: '2026-01-01T00:00:00.000Z' as never,
  recordedAt: '2026-01-01T00:00:00.000Z' as never,
};

const SOMEBODY: Viewer = { accountId: 'account', grants: [], may: () => false, communities: () => [] };

interface Told {
  readonly number: number;
  readonly position: Position;
}

/** Collects what it is told; resolves `until(n)` when there are n. */
class Collector implements Receiver {
  viewer: Viewer | undefined;
  readonly told: unknown[] = [];
  readonly errors: unknown[] = [];
  readonly #failure = Promise.withResolvers<undefined>();
  readonly failed = this.#failure.promise;
  #waiting: { count: number; resolve: () => void }[] = [];

  next(message: unknown): void {
    this.told.push(message);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.told.length >= count) resolve();
      return this.told.length < count;
    });
  }

  async drained(): Promise<void> {
    await Promise.resolve();
  }

  fail(error: unknown): void {
    this.errors.push(error);
    this.#failure.resolve(undefined);
  }

  until(count: number): Promise<void> {
    if (this.told.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

const UP_TO_DATE: ProjectionGate = { waitFor: () => Promise.resolve(), positionOf: () => START_OF_LOG };

async function world(
  overrides: Partial<SubscriptionSource> = {},
  projections = UP_TO_DATE,
  disclose?: Rendering['disclose'],
) {
  const directory = mkdtempSync(join(tmpdir(), 'hub-'));
  closing.push(() => rmSync(directory, { recursive: true, force: true }));
  const store: EventStore = SqliteEventStore.open({ file: join(directory, 'events.db') });
  closing.push(() => store.close());
  const counts = { loads: 0, renders: 0, reports: 0 };
  const source: SubscriptionSource<Told> = {
    field: 'counted',
    types: ['Counted'],
    projections: [],
    listen: () => ({ topic: 'community', scope: '' }),
    topicsOf: (event) => [event.metadata.communityId],
    load: async (event) => {
      counts.loads += 1;
      const payload = { number: Number(event.data['number']), position: event.position };
      return { payload, admits: () => true };
    },
    ...(overrides as object),
  };
  const hub = new SubscriptionHub({
    store,
    projections,
    report: () => (counts.reports += 1),
  });
  hub.register(source);
  let numbers = 0;
  const append = async (count: number, type = 'Counted', communityId = 'community') => {
    const events = Array.from({ length: count }, () => {
      numbers += 1;
      return { id: randomUUID(), type, data: { number: numbers }, metadata: { ...METADATA, communityId } };
    });
    return (await store.append(`test-${randomUUID()}`, events, { expected: 'no-stream' })).position;
  };
  const definition = {
    key: 'same',
    source,
    topic: 'community',
    args: {},
    allows: () => true,
    render: (payload: unknown) => {
      counts.renders += 1;
      return { message: (payload as Told).number, disclose };
    },
  };
  const subscribe = async (after?: Position): Promise<{ to: Collector; subscriber: Subscriber }> => {
    const to = new Collector();
    return { to, subscriber: await hub.subscribe(definition, to, after) };
  };
  const start = async () => {
    await hub.start();
    closing.push(() => hub.stop());
  };
  return { hub, store, counts, append, subscribe, start, source };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the subscription hub', () => {
  it('tells live events in order, and other types and topics not at all', async () => {
    const { append, subscribe, start } = await world();
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
    const { append, subscribe, start } = await world();
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
    const { append, subscribe, start } = await world();
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
    const { append, subscribe, start, counts } = await world();
    await start();
    const all = await Promise.all(Array.from({ length: 1_000 }, () => subscribe()));
    await append(1);
    await Promise.all(all.map(({ to }) => to.until(1)));
    expect(counts).toEqual({ loads: 1, renders: 1, reports: 0 });
  });

  it('asks for every event and subscriber whether the viewer may hear of it', async () => {
    const { append, subscribe, start } = await world({
      load: async (event) => ({
        payload: { number: event.data['number'], position: event.position },
        admits: (viewer) => viewer !== undefined,
      }),
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
    const { append, subscribe, start, counts } = await world({
      load: async (event) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the read models are busy');
        return { payload: { number: event.data['number'] }, admits: () => true };
      },
    });
    await start();
    const { to } = await subscribe();
    await append(2);
    await to.until(2);
    expect(to.told).toEqual([1, 2]);
    expect(counts.reports).toBe(2);
  });

  describe('with messages that show personal data', () => {
    const recording = async (write: (accounts: string[], to: Collector[]) => Promise<void>) => {
      const all: Collector[] = [];
      const house = await world({}, UP_TO_DATE, async (viewers) => {
        await write(
          viewers.map(({ accountId }) => accountId),
          all,
        );
      });
      const join = async (accountId: string, after?: Position) => {
        const { to } = await house.subscribe(after);
        to.viewer = { ...SOMEBODY, accountId };
        all.push(to);
        return to;
      };
      return { ...house, join };
    };

    it('records all who are told, each once, before any of them is', async () => {
      const written: unknown[] = [];
      const { append, start, join } = await recording(async (accounts, all) => {
        await new Promise((resolve) => setImmediate(resolve));
        written.push([accounts.sort(), all.map(({ told }) => told.length)]);
      });
      await start();
      const to = [await join('a'), await join('b'), await join('b')];
      await append(2);
      for (const each of to) await each.until(2);
      expect(written).toEqual([
        [
          ['a', 'b'],
          [0, 0, 0],
        ],
        [
          ['a', 'b'],
          [1, 1, 1],
        ],
      ]);
      expect(to.map(({ told }) => told)).toEqual([upTo(2), upTo(2), upTo(2)]);
    });

    it('tells them in order, without gap or duplicate, when recording fails once', async () => {
      let failures = 1;
      const { append, start, join, counts } = await recording(async () => {
        failures -= 1;
        if (failures >= 0) throw new Unavailable('The disk is full.');
      });
      await start();
      const to = await join('a');
      await append(3);
      await to.until(3);
      expect({ told: to.told, errors: to.errors, reports: counts.reports }).toEqual({
        told: upTo(3),
        errors: [],
        reports: 1,
      });
    });

    it('tells nothing, and ends the subscription for a resumption, where it cannot be recorded', async () => {
      const { append, start, join } = await recording(async () => {
        throw new Unavailable('The disk is full.');
      });
      await append(1);
      await start();
      const late = await join('late', START_OF_LOG);
      const live = await join('live');
      await append(1);
      await Promise.all([late.failed, live.failed]);
      expect([late, live].map(({ told, errors }) => [told, errors.length])).toEqual([
        [[], 1],
        [[], 1],
      ]);
      expect(live.errors[0]).toBeInstanceOf(Unavailable);
    });
  });

  it('refuses a position beyond the log', async () => {
    const { subscribe, start, append } = await world();
    const position = await append(1);
    await start();
    await expect(subscribe(`${position}9` as Position)).rejects.toThrow(InvalidInput);
  });

  it('decides who may listen on read models that have what the listener has seen', async () => {
    const arrived = Promise.withResolvers<undefined>();
    const waitFor = (position: Position) => (position === START_OF_LOG ? Promise.resolve() : arrived.promise);
    const { hub, append, source } = await world({}, { waitFor, positionOf: () => START_OF_LOG });
    const after = await append(1);
    const listening = hub.listen(source, { after }, SOMEBODY);
    expect(await Promise.race([listening, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting');
    arrived.resolve(undefined);
    expect(await listening).toMatchObject({ topic: 'community' });
    await expect(hub.listen(source, { after: `${after}9` }, SOMEBODY)).rejects.toThrow(InvalidInput);
  });

  it('makes one delivery of many events where only the latest state counts', async () => {
    const { append, subscribe, start, counts } = await world({ coalesceMs: 50 });
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
    const { hub, append, start } = await world();
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
