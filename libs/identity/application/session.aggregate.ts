import type { Aggregate, CurrentStates } from '#libs/commands';
import { sessionCodec } from '../codec/session.codec.ts';
import type { SessionCommand } from '../domain/session.commands.ts';
import type { SessionState } from '../domain/session.decider.ts';
import { sessionDecider } from '../domain/session.decider.ts';
import type { SessionEvent } from '../domain/session.events.ts';

export const sessionAggregate: Aggregate<SessionState, SessionCommand, SessionEvent> = {
  category: 'session',
  decider: sessionDecider,
  codec: sessionCodec,
};

export type CurrentSessions = CurrentStates<SessionState, SessionCommand, SessionEvent>;
