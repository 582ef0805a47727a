// What every contender appends: events of 400 bytes of data beside their metadata, in streams of ten, one command each.
import { randomUUID } from 'node:crypto';
import type { EventMetadata, Instant } from '#libs/kernel';
import type { NewEvent } from '#libs/event-store';

export interface Append {
  readonly stream: string;
  /** The revision the event will have. */
  readonly revision: number;
  readonly event: NewEvent;
}

const STREAM_LENGTH = 10;
const DATA_BYTES = 400;

/** Appends for each caller, made before the clock starts. Callers never share a stream, so none is refused. */
export function workload(callers: number, total: number): Append[][] {
  return Array.from({ length: callers }, () => {
    let stream = '';
    return Array.from({ length: Math.ceil(total / callers) }, (_, index) => {
      const revision = index % STREAM_LENGTH;
      if (revision === 0) stream = `request-${randomUUID()}`;
      return { stream, revision, event: newEvent() };
    });
  });
}

/** Every caller awaits its append before the next. */
export async function appendAll(work: readonly Append[][], append: (one: Append) => Promise<unknown>): Promise<void> {
  await Promise.all(
    work.map(async (own) => {
      for (const one of own) await append(one);
    }),
  );
}

function newEvent(): NewEvent {
  const at = '2026-03-01T08:00:00.000Z' as Instant;
  const metadata: EventMetadata = {
    version: 1,
    commandId: randomUUID(),
    commandHash: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA',
    actorId: randomUUID(),
    actorRole: 'OFFICE',
    communityId: randomUUID(),
    occurredAt: at,
    recordedAt: at,
  };
  const data = { requestId: randomUUID(), category: 'STAIRWELL_LIGHTING', channel: 'PHONE', matter: '' };
  const matter = 'x'.repeat(DATA_BYTES - JSON.stringify(data).length);
  return { id: randomUUID(), type: 'RequestRaised', data: { ...data, matter }, metadata };
}
