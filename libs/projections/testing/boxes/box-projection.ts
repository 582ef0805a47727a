// A small projection that uses everything the engine offers: rows that appear, change and vanish, sums that go up and
// down, and an event that cannot be handled until it is cured.
import { z } from 'zod';
import type { NewEvent } from '#libs/event-store';
import { defineCodec, deterministicId } from '#libs/event-store';
import type { Instant } from '#libs/kernel';
import type { Projection } from '../../projection.ts';
import { counterTable, rowTable } from '../../table.ts';

export type BoxEvent =
  | { readonly type: 'BoxPlaced'; readonly data: { readonly shelf: string; readonly weight: number } }
  | { readonly type: 'BoxMoved'; readonly data: { readonly shelf: string } }
  | { readonly type: 'BoxRemoved'; readonly data: object };

type BoxRow = {
  readonly boxId: string;
  readonly shelf: string;
  readonly weight: number;
  readonly moves: number;
  readonly note: string | null;
};
type BoxCount = { readonly shelf: string; readonly day: string; readonly boxes: number; readonly weight: number };

const text = { type: 'text' } as const;
const integer = { type: 'integer' } as const;

export const boxList = rowTable<BoxRow>({
  name: 'boxList',
  columns: { boxId: text, shelf: text, weight: integer, moves: integer, note: { type: 'text', nullable: true } },
  key: ['boxId'],
  indexes: [['shelf', 'boxId']],
});

export const boxCounts = counterTable<BoxCount>({
  name: 'boxCounts',
  columns: { shelf: text, day: text, boxes: integer, weight: integer },
  key: ['shelf', 'day'],
});

const boxCodec = defineCodec<BoxEvent>({
  BoxPlaced: { version: 1, schema: z.object({ shelf: z.string(), weight: z.number() }) },
  BoxMoved: { version: 1, schema: z.object({ shelf: z.string() }) },
  BoxRemoved: { version: 1, schema: z.object({}) },
});

/** Shelves that `apply` fails on; empty it to cure them. */
export const poison = new Set<string>();

export function boxListProjection(version = 1): Projection<BoxEvent> {
  return {
    name: 'box-list',
    version,
    tables: [boxList, boxCounts],
    codecs: [boxCodec],
    handles: boxCodec.types,
    keys: ({ stream }) => [[boxList, stream]],

    apply({ type, data, stream: boxId, metadata }, rows) {
      const day = metadata.recordedAt.slice(0, 10);
      const before = rows.get(boxList, boxId);
      if (before) rows.add(boxCounts, { shelf: before.shelf, day, boxes: -1, weight: -before.weight });
      if (type === 'BoxRemoved') return void rows.remove(boxList, boxId);
      const { shelf } = data;
      const weight = type === 'BoxPlaced' ? data.weight : (before?.weight ?? 0);
      rows.put(boxList, {
        boxId,
        shelf,
        weight,
        moves: before ? before.moves + 1 : 0,
        note: shelf === 'a' ? null : `on ${shelf}`,
      });
      rows.add(boxCounts, { shelf, day, boxes: 1, weight });
      if (poison.has(shelf)) throw new TypeError(`cannot place on ${shelf}`);
    },
  };
}

/** An event as it is stored; `n` makes its id. */
export function boxEvent(
  event: BoxEvent | { readonly type: 'Unrelated'; readonly data: object },
  n: number | string,
): NewEvent {
  const recordedAt = `2024-01-0${String(1 + (Number(n) % 3 || 0))}T00:00:00.000Z` as Instant;
  const id = deterministicId('box', String(n));
  const by = { commandId: id, commandHash: '', actorId: 'system', actorRole: 'system', communityId: 'c' };
  return {
    id,
    type: event.type,
    data: { ...event.data },
    metadata: { version: 1, ...by, occurredAt: recordedAt, recordedAt },
  };
}
