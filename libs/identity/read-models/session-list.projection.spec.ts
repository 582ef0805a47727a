import { describe, expect, it } from '@jest/globals';
import type { DecodedEvent } from '#libs/event-store';
import type { Instant } from '#libs/kernel';
import { foldRow } from '#libs/projections';
import type { SessionEvent } from '../domain/session.events.ts';
import { sessionListProjection, sessionTable } from './session-list.projection.ts';

const sessionId = 'session-1';
const opened: SessionEvent = {
  type: 'SessionOpened',
  data: { ...{ sessionId, accountId: 'account-1', epoch: 2, salt: 's', tokenHash: 't' }, openedAt: 'day 0' as Instant },
};
const refreshed: SessionEvent = {
  type: 'SessionRefreshed',
  data: { sessionId, generation: 1, tokenHash: 'u', refreshedAt: 'day 1' as Instant },
};
const ended: SessionEvent = { type: 'SessionEnded', data: { sessionId, reason: 'SIGNED_OUT' } };
const fold = (...events: SessionEvent[]) =>
  foldRow(sessionListProjection, sessionTable, events as unknown as DecodedEvent<SessionEvent>[], sessionId);

describe('session list', () => {
  const expected = { sessionId, accountId: 'account-1', epoch: 2, openedAt: 'day 0', refreshedAt: 'day 1' };

  it('shows a session as its events left it, without salt and hashes', () => {
    expect(fold(opened, refreshed)).toEqual(expected);
  });

  it('is the same when every event is applied twice', () => {
    expect(fold(opened, opened, refreshed, refreshed)).toEqual(expected);
  });

  it('shows nothing of a session that has ended, or whose opening it never saw', () => {
    expect(fold(opened, refreshed, ended)).toBeUndefined();
    expect(fold(refreshed)).toBeUndefined();
  });
});
