// Every erasure and hold as it stands, for the office's list and for the timer. No decision rests on this.
import type { DecodedEvent } from '#libs/event-store';
import { assertNever } from '#libs/kernel';
import type { Projection } from '#libs/projections';
import { erasureCodec } from '../codec/erasure.codec.ts';
import type { ErasureEvent } from '../domain/erasure.events.ts';
import type { ErasureRow } from './erasure-list.tables.ts';
import { erasureCount, erasureList } from './erasure-list.tables.ts';

export const erasureListProjection: Projection<ErasureEvent> = {
  name: 'erasure-list',
  version: 1,
  tables: [erasureList, erasureCount],
  codecs: [erasureCodec],
  handles: erasureCodec.types,
  keys: (event) => [[erasureList, event.data.personId]],

  apply(event, rows) {
    const before = rows.get(erasureList, event.data.personId);
    if (before && before.revision >= event.revision) return;
    const changed = changedRow(before, event);
    if (!changed) return;
    if (before?.status !== changed.status) {
      if (before) rows.add(erasureCount, { communityId: before.communityId, status: before.status, erasures: -1 });
      rows.add(erasureCount, { communityId: changed.communityId, status: changed.status, erasures: 1 });
    }
    rows.put(erasureList, { ...changed, revision: event.revision });
  },
};

const NOTHING_ASKED = {
  ...{ heldBy: null, grounds: null, requestedAt: null, requestedBy: null, approvedAt: null, approvedBy: null },
  ...{ dueAt: null, erasedAt: null, bytesSearched: null, nextAt: null },
} as const;

function changedRow(before: ErasureRow | undefined, event: DecodedEvent<ErasureEvent>): ErasureRow | undefined {
  if (event.type === 'ErasureRequested' || event.type === 'HoldPlaced') {
    const { personId, subject, communityId, at, by } = event.data;
    const about = { personId, kind: subject.kind, subjectId: subject.id, communityId, openedAt: at, legalHold: null };
    const row: ErasureRow = before ?? { ...about, ...NOTHING_ASKED, status: 'NOT_REQUESTED', revision: 0 };
    if (event.type === 'HoldPlaced') return { ...row, legalHold: event.data.reason };
    const { grounds } = event.data;
    return { ...row, ...NOTHING_ASKED, status: 'REQUESTED', grounds, requestedAt: at, requestedBy: by };
  }
  return before && later(before, event);
}

function beforeItBegan({ dueAt, grounds }: ErasureRow): Pick<ErasureRow, 'status' | 'nextAt'> {
  if (dueAt !== null) return { status: 'APPROVED', nextAt: dueAt };
  return { status: grounds === 'RETENTION' ? 'CANCELLED' : 'REQUESTED', nextAt: null };
}

type LaterEvent = Exclude<DecodedEvent<ErasureEvent>, { type: 'ErasureRequested' | 'HoldPlaced' }>;

function later(row: ErasureRow, event: LaterEvent): ErasureRow {
  const { at } = event.data;
  switch (event.type) {
    case 'HoldLifted':
      return { ...row, legalHold: null, heldBy: row.heldBy === 'LEGAL_HOLD' ? null : row.heldBy };
    case 'ErasureCancelled':
      return { ...row, ...NOTHING_ASKED, status: 'CANCELLED' };
    case 'ErasureApproved': {
      const { dueAt, by } = event.data;
      return { ...row, status: 'APPROVED', approvedAt: at, approvedBy: by, dueAt, nextAt: dueAt };
    }
    case 'ErasureHeld':
      return { ...row, ...(row.status === 'BEGUN' ? beforeItBegan(row) : {}), heldBy: event.data.hold };
    case 'ErasureBegun':
      return { ...row, status: 'BEGUN', heldBy: null, nextAt: at };
    case 'PersonKeyDestroyed':
      return { ...row, status: 'KEY_DESTROYED', nextAt: at };
    case 'PersonErased':
      return { ...row, status: 'ERASED', erasedAt: at, bytesSearched: event.data.bytes, nextAt: null };
    default:
      return assertNever(event);
  }
}
