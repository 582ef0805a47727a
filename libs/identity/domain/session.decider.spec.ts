import { describe, expect, it } from '@jest/globals';
import { instantOf, plus } from '#libs/kernel';
import { given } from '#libs/kernel/testing';
import { expiryOf, LONGEST_IDLE, LONGEST_SESSION, REUSE_GRACE, sessionDecider } from './session.decider.ts';
import type { KnownSession } from './session.decider.ts';
import type { SessionEvent } from './session.events.ts';

const sessionId = 'session-1';
const START = instantOf(1_700_000_000_000);
const details = { sessionId, accountId: 'account-1', epoch: 0, salt: 'salt', tokenHash: 'token 0' };
const opened: SessionEvent = { type: 'SessionOpened', data: { ...details, openedAt: START } };
const refreshedTo = (generation: number, refreshedAt = START): SessionEvent => ({
  type: 'SessionRefreshed',
  data: { sessionId, generation, tokenHash: `token ${String(generation)}`, refreshedAt },
});
const ended = (reason: 'SIGNED_OUT' | 'REUSED' | 'EXPIRED'): SessionEvent => ({
  type: 'SessionEnded',
  data: { sessionId, reason },
});
const session = (...history: SessionEvent[]) => given(sessionDecider, history);
const refresh = (tokenHash: string, at = START, successorHash = 'token 1') =>
  ({ type: 'RefreshSession', tokenHash, successorHash, at }) as const;

describe('session', () => {
  it('is opened once', () => {
    session()
      .when({ type: 'OpenSession', ...details, at: START })
      .then(opened);
    session(opened)
      .when({ type: 'OpenSession', ...details, at: START })
      .thenRejected('SESSION_EXISTS');
  });

  it('replaces its token at every refresh', () => {
    const at = plus(START, 60_000);
    session(opened).when(refresh('token 0', at)).then(refreshedTo(1, at));
    session(opened, refreshedTo(1, at))
      .when(refresh('token 1', at, 'token 2'))
      .then(refreshedTo(2, at));
  });

  it.each([0, REUSE_GRACE, -REUSE_GRACE])(
    'knows its last token for a short grace (%d ms), and changes nothing',
    (ms) => {
      session(opened, refreshedTo(1))
        .when(refresh('token 0', plus(START, ms), 'token 2'))
        .thenNothing();
    },
  );

  it.each([
    ['its last token after the grace', 'token 1', REUSE_GRACE + 1],
    ['its last token when the clock was set back', 'token 1', -REUSE_GRACE - 1],
    ['an older token, however soon', 'token 0', 0],
  ])('ends for good with %s', (_what, token, ms) => {
    const reused = session(opened, refreshedTo(1), refreshedTo(2)).when(refresh(token, plus(START, ms)));
    reused.then(ended('REUSED'));
    expect(reused.state()).toMatchObject({ status: 'ENDED' });
  });

  it('ends when it was idle too long, or lasted too long however busy it was', () => {
    session(opened)
      .when(refresh('token 0', plus(START, LONGEST_IDLE - 1)))
      .then(refreshedTo(1, plus(START, LONGEST_IDLE - 1)));
    session(opened)
      .when(refresh('token 0', plus(START, LONGEST_IDLE)))
      .then(ended('EXPIRED'));
    const busy = refreshedTo(1, plus(START, LONGEST_SESSION - 1));
    session(opened, busy)
      .when(refresh('token 1', plus(START, LONGEST_SESSION)))
      .then(ended('EXPIRED'));
    expect(expiryOf(session(opened, busy).when({ type: 'EndSession' }).state() as KnownSession)).toBe(
      plus(START, LONGEST_SESSION),
    );
  });

  it('is never refreshed once it has ended, whatever the clock says', () => {
    for (const reason of ['SIGNED_OUT', 'REUSED', 'EXPIRED'] as const) {
      session(opened, ended(reason)).when(refresh('token 0')).thenRejected('SESSION_ENDED');
    }
  });

  it('is ended once', () => {
    session(opened).when({ type: 'EndSession' }).then(ended('SIGNED_OUT'));
    session(opened, ended('REUSED')).when({ type: 'EndSession' }).thenNothing();
  });

  it.each([refresh('token 0'), { type: 'EndSession' } as const])('that does not exist refuses $type', (command) => {
    session().when(command).thenRejected('NOT_FOUND');
  });

  it('reads a history without its beginning as no session', () => {
    expect(sessionDecider.evolve(sessionDecider.initial, refreshedTo(1))).toEqual({ status: 'NONE' });
  });
});
