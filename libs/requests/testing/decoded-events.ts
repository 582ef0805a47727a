import type { DecodedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import type { RequestEvent } from '../domain/request.events.ts';
import { communityId, requestId } from './request-examples.ts';

/** One request's events as projections get them; texts are not sealed, which projections cannot tell. */
export function decoded(events: readonly RequestEvent[]): DecodedEvent<RequestEvent>[] {
  return events.map((event, revision) => ({
    ...event,
    ...{ id: `event-${String(revision)}`, stream: `request-${requestId}`, revision },
    position: String(revision).padStart(16, '0') as Position,
    metadata: {
      ...{ version: 1, commandId: 'command', commandHash: 'hash', actorId: 'system', actorRole: 'SYSTEM' },
      ...{ communityId, occurredAt: event.data.at, recordedAt: event.data.at },
    },
  }));
}
