// The whole log, page by page, and what it says of readings of personal data.
import { disclosureCodec } from '#libs/disclosures';
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { Api } from './api.ts';

/** What the record of reads names when a reporter was shown as a whole. */
export const OF_REPORTER = ['reporter/address', 'reporter/name', 'reporter/phone'];

/** @param start everything after it; default all */
export async function readLog(store: EventStore, start: Position = START_OF_LOG): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (let after = start; ;) {
    const { events, next, head } = await store.readAll({ after });
    log.push(...events);
    if (next >= head) return log;
    after = next;
  }
}

/** Readings of personal data recorded after a position, in order. */
export async function readingsAfter({ application }: Api, position: string) {
  const log = await readLog(application.foundation.store, position as Position);
  return log.flatMap((recorded) => {
    if (recorded.type !== 'PersonalDataDisclosed') return [];
    const event = disclosureCodec.decode(recorded);
    return event.type === 'PersonalDataDisclosed' ? [event.data] : [];
  });
}
