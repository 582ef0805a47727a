// The log to catch up with: requests that live through six events each, a few hundred of them at a time, as in a busy
// office. Every event is about 400 bytes as it is stored.
import type { EventStore, NewEvent } from '#libs/event-store';
import { deterministicId } from '#libs/event-store';
import type { EventMetadata } from '#libs/kernel';
import { instantOf } from '#libs/kernel';

export const STATUSES = ['RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE', 'RESOLVED'] as const;
const OPEN_AT_A_TIME = 500;
const STARTED = Date.UTC(2026, 0, 1);

export interface RequestData {
  readonly requestId: string;
  readonly status: string;
  readonly category: string;
  readonly day: string;
  readonly matter: string;
}

export async function fillLog(store: EventStore, requests: number): Promise<number> {
  let events = 0;
  for (let from = 0; from < requests; from += OPEN_AT_A_TIME) {
    const open = Array.from({ length: Math.min(OPEN_AT_A_TIME, requests - from) }, (_, n) => from + n);
    for (const step of STATUSES.keys()) {
      const appends = open.map((request) => {
        const event = eventOf(request, step);
        return store.append(event.stream, [event.event], { expected: step === 0 ? 'no-stream' : step - 1 });
      });
      events += (await Promise.all(appends)).length;
    }
  }
  return events;
}

function eventOf(request: number, step: number): { stream: string; event: NewEvent } {
  const requestId = deterministicId('request', String(request));
  const at = instantOf(STARTED + request * 60_000 + step * 600_000);
  const id = deterministicId(requestId, String(step));
  const by = {
    commandId: id,
    commandHash: 'f'.repeat(22),
    actorId: 'system',
    actorRole: 'OFFICE',
    communityId: 'community',
  };
  const metadata: EventMetadata = { version: 1, ...by, occurredAt: at, recordedAt: at };
  const data = {
    ...{ requestId, status: STATUSES[step] ?? '', category: `CATEGORY_${String(request % 9)}` },
    ...{ day: at.slice(0, 10), matter: 'x'.repeat(90) },
  };
  return { stream: `request-${requestId}`, event: { id, type: 'RequestMoved', metadata, data } };
}
