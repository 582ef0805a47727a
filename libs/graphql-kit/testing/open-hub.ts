// A subscription hub over a real log, with a source that tells the number of every event of a community.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventMetadata, Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { Rendering, Subscriber } from '../subscriptions/subscriber.ts';
import { SubscriptionHub } from '../subscriptions/subscription-hub.ts';
import type { SubscriptionSource } from '../subscriptions/subscription-source.ts';
import type { ProjectionGate } from '../tokens.ts';
import { Collector } from './collector.ts';

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

export interface Told {
  readonly number: number;
  readonly position: Position;
}

export interface HubChoice {
  /** Laid over what the source does by itself. */
  readonly source?: Partial<SubscriptionSource>;
  /** Default: up to date, whatever is asked for. */
  readonly projections?: ProjectionGate;
  readonly disclose?: Rendering['disclose'];
}

const UP_TO_DATE: ProjectionGate = { waitFor: () => Promise.resolve(), positionOf: () => START_OF_LOG };

const closing: (() => unknown)[] = [];

/** Closes every hub that is open, with its log. */
export async function closeHubs(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** It hears of nothing before it is started. */
export async function openHub({ source: overrides = {}, projections = UP_TO_DATE, disclose }: HubChoice = {}) {
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

/** What is told of so many events from the first on. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
