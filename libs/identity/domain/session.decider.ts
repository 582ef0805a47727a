// A session: one sign-in and all refreshes that follow from it. Its refresh token is replaced at every use; one that was
// replaced is good for seconds, for answers that got lost, and after that proves a theft and ends the session. Pure.
import type { Decider, Decision, Instant } from '#libs/kernel';
import { accept, assertNever, DAY, millisecondsBetween, plus, SECOND } from '#libs/kernel';
import type { OpenSession, RefreshSession, SessionCommand } from './session.commands.ts';
import type { SessionEnd, SessionEvent } from './session.events.ts';
import type { SessionRejection } from './session.rejections.ts';
import { refuse } from './session.rejections.ts';

/** How long the token before the last one still gets the same successor, before and after by any clock. */
export const REUSE_GRACE = 10 * SECOND;
/** Without a refresh, and however often refreshed. */
export const LONGEST_IDLE = 14 * DAY;
export const LONGEST_SESSION = 90 * DAY;

export interface KnownSession {
  readonly status: 'OPEN' | 'ENDED';
  readonly sessionId: string;
  readonly accountId: string;
  readonly epoch: number;
  readonly salt: string;
  /** Refreshes so far. */
  readonly generation: number;
  readonly tokenHash: string;
  readonly previousHash: string | undefined;
  readonly openedAt: Instant;
  readonly refreshedAt: Instant;
}
export type SessionState = { readonly status: 'NONE' } | KnownSession;

type Outcome = Decision<SessionEvent, SessionRejection>;

export const sessionDecider: Decider<SessionState, SessionCommand, SessionEvent, SessionRejection> = {
  initial: { status: 'NONE' },
  decide,
  evolve,
};

/** From when on its refresh token is no longer good. */
export function expiryOf({ openedAt, refreshedAt }: Pick<KnownSession, 'openedAt' | 'refreshedAt'>): Instant {
  const [idle, longest] = [plus(refreshedAt, LONGEST_IDLE), plus(openedAt, LONGEST_SESSION)];
  return idle < longest ? idle : longest;
}

function decide(command: SessionCommand, state: SessionState): Outcome {
  if (command.type === 'OpenSession') return open(command, state);
  if (state.status === 'NONE') return refuse('NOT_FOUND', 'There is no such session.');
  switch (command.type) {
    case 'RefreshSession':
      return refresh(command, state);
    case 'EndSession':
      return state.status === 'ENDED' ? accept() : end(state, 'SIGNED_OUT');
    default:
      return assertNever(command);
  }
}

function open({ type: _, at: openedAt, ...data }: OpenSession, state: SessionState): Outcome {
  if (state.status !== 'NONE') return refuse('SESSION_EXISTS', 'There is such a session.');
  return accept({ type: 'SessionOpened', data: { ...data, openedAt } });
}

function refresh({ tokenHash, successorHash, at }: RefreshSession, state: KnownSession): Outcome {
  if (state.status === 'ENDED') return refuse('SESSION_ENDED', 'The session was ended.');
  if (at >= expiryOf(state)) return end(state, 'EXPIRED');
  const { sessionId, refreshedAt } = state;
  if (tokenHash === state.tokenHash) {
    const generation = state.generation + 1;
    const data = { sessionId, generation, tokenHash: successorHash, refreshedAt: at };
    return accept({ type: 'SessionRefreshed', data });
  }
  const inGrace = Math.abs(millisecondsBetween(refreshedAt, at)) <= REUSE_GRACE;
  return tokenHash === state.previousHash && inGrace ? accept() : end(state, 'REUSED');
}

function end({ sessionId }: KnownSession, reason: SessionEnd): Outcome {
  return accept({ type: 'SessionEnded', data: { sessionId, reason } });
}

function evolve(state: SessionState, event: SessionEvent): SessionState {
  if (event.type === 'SessionOpened') {
    const { openedAt } = event.data;
    return { status: 'OPEN', ...event.data, generation: 0, previousHash: undefined, refreshedAt: openedAt };
  }
  if (state.status === 'NONE') return state;
  switch (event.type) {
    case 'SessionRefreshed': {
      const { generation, tokenHash, refreshedAt } = event.data;
      return { ...state, generation, tokenHash, previousHash: state.tokenHash, refreshedAt };
    }
    case 'SessionEnded':
      return { ...state, status: 'ENDED' };
    default:
      return assertNever(event);
  }
}
