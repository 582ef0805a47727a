// The projection engine over the workload: one row per request, one sum per day, category and status.
import { z } from 'zod';
import type { EventStore } from '#libs/event-store';
import { defineCodec } from '#libs/event-store';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { Projection } from '#libs/projections';
import { counterTable, ProjectionEngine, rowTable } from '#libs/projections';
import type { RequestData } from './workload.ts';

interface Moved {
  readonly type: 'RequestMoved';
  readonly data: RequestData;
}

type RequestRow = {
  readonly requestId: string;
  readonly communityId: string;
  readonly status: string;
  readonly category: string;
  readonly day: string;
  readonly raisedAt: string;
  readonly changedAt: string;
  readonly matter: string;
  readonly revision: number;
};

const text = { type: 'text' } as const;
const integer = { type: 'integer' } as const;

const requests = rowTable<RequestRow>({
  name: 'benchRequests',
  columns: {
    requestId: text,
    communityId: text,
    status: text,
    category: text,
    day: text,
    raisedAt: text,
    changedAt: text,
    matter: text,
    revision: integer,
  },
  key: ['requestId'],
  indexes: [['communityId', 'day', 'requestId']],
});

const counts = counterTable<{
  readonly day: string;
  readonly category: string;
  readonly status: string;
  readonly events: number;
}>({
  name: 'benchCounts',
  columns: { day: text, category: text, status: text, events: integer },
  key: ['day', 'category', 'status'],
});

const codec = defineCodec<Moved>({ RequestMoved: { version: 1, schema: z.looseObject({}) } });

const projection: Projection<Moved> = {
  name: 'bench',
  version: 1,
  tables: [requests, counts],
  codecs: [codec],
  handles: codec.types,
  keys: ({ data }) => [[requests, data.requestId]],

  apply({ data: { requestId, status, category, day, matter }, metadata, revision }, rows) {
    const { communityId, occurredAt } = metadata;
    const raisedAt = rows.get(requests, requestId)?.raisedAt ?? occurredAt;
    const row = { requestId, communityId, status, category, day, raisedAt, changedAt: occurredAt, matter, revision };
    rows.put(requests, row);
    rows.add(counts, { day, category, status, events: 1 });
  },
};

export interface CatchUp {
  /** Milliseconds the longest turn of the event loop took. */
  readonly longestStallMs: number;
}

/** Into an empty database, which is closed at the end. */
export async function catchUpWithEngine(store: EventStore, database: ReadDatabase): Promise<CatchUp> {
  const logger = createLogger({ level: 'silent' });
  const engine = new ProjectionEngine({ store, database, projections: [projection], logger, clock: systemClock });
  let [longestStallMs, last, done] = [0, performance.now(), false];
  const watch = () => {
    const now = performance.now();
    longestStallMs = Math.max(longestStallMs, now - last);
    last = now;
    if (!done) setImmediate(watch);
  };
  await engine.start();
  watch();
  await engine.waitFor(await store.head(), { timeoutMs: 600_000 });
  done = true;
  await engine.stop();
  await database.close();
  return { longestStallMs };
}
