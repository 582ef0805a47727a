// The sessions an account has open, for its owner's list. Whether one still counts is the streams' to say: what an account
// ended all at once is still in here, under an earlier epoch.
import type { Projection } from '#libs/projections';
import { rowTable } from '#libs/projections';
import { sessionCodec } from '../codec/session.codec.ts';
import type { SessionEvent } from '../domain/session.events.ts';

export type SessionRow = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly epoch: number;
  readonly openedAt: string;
  readonly refreshedAt: string;
};

export const sessionTable = rowTable<SessionRow>({
  name: 'sessionList',
  columns: {
    sessionId: { type: 'text' },
    accountId: { type: 'text' },
    epoch: { type: 'integer' },
    openedAt: { type: 'text' },
    refreshedAt: { type: 'text' },
  },
  key: ['sessionId'],
  indexes: [['accountId', 'openedAt', 'sessionId']],
});

export const sessionListProjection: Projection<SessionEvent> = {
  name: 'session-list',
  version: 1,
  tables: [sessionTable],
  codecs: [sessionCodec],
  handles: sessionCodec.types,
  keys: (event) => [[sessionTable, event.data.sessionId]],

  apply(event, rows) {
    if (event.type === 'SessionOpened') {
      const { sessionId, accountId, epoch, openedAt } = event.data;
      rows.put(sessionTable, { sessionId, accountId, epoch, openedAt, refreshedAt: openedAt });
      return;
    }
    const row = rows.get(sessionTable, event.data.sessionId);
    if (!row) return;
    if (event.type === 'SessionEnded') rows.remove(sessionTable, row.sessionId);
    else rows.put(sessionTable, { ...row, refreshedAt: event.data.refreshedAt });
  },
};
