// Every text of one person in one stream, opened: what the files are searched for once the key is gone. One that is
// damaged is no text any more, and keeps nobody from being erased.
import type { EventStore } from '#libs/event-store';
import { parseSealed } from '#libs/event-store';
import type { JsonValue } from '#libs/kernel';
import { Damaged } from '#libs/kernel';
import type { Keys } from './ports.ts';

/** Shorter ones occur by chance. */
const SHORTEST_BYTES = 8;

export async function subjectTexts(
  store: EventStore,
  keys: Pick<Keys, 'open'>,
  stream: string,
  personId: string,
): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (let from: number | undefined = 0; from !== undefined;) {
    const page = await store.readStream(stream, { from });
    for (const { data, metadata } of page.events) {
      for (const sealed of sealedIn(data)) {
        if (parseSealed(sealed)?.place.person !== personId) continue;
        const text = await opened(keys, sealed, metadata.communityId);
        if (text !== undefined && Buffer.byteLength(text) >= SHORTEST_BYTES) texts.add(text);
      }
    }
    from = page.next;
  }
  return [...texts];
}

async function opened(keys: Pick<Keys, 'open'>, sealed: string, communityId: string): Promise<string | undefined> {
  try {
    return await keys.open(sealed, communityId);
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}

function sealedIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return parseSealed(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(sealedIn);
}
