// Which of a stream's events may still be read: $maxCount, $tb and $maxAge hide events from the stream's readers, while
// $all goes on to show them until they are scavenged.
import type { StoredEvent } from './stored-event.ts';

export interface StreamMetadata {
  readonly maxCount?: number;
  readonly truncateBefore?: number;
  readonly maxAgeSeconds?: number;
}

/** $tb of a stream that was deleted, but may be written again. It is 2^63-1, beyond what a JavaScript number holds. */
export const SOFT_DELETED = 9_223_372_036_854_775_807n;

export const metastreamOf = (stream: string): string => `$$${stream}`;

/** What a $metadata event says; unreadable metadata says nothing, as on the server. */
export function parseMetadata(data: Uint8Array): StreamMetadata {
  try {
    const said = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    return {
      ...(typeof said['$maxCount'] === 'number' && { maxCount: said['$maxCount'] }),
      ...(typeof said['$tb'] === 'number' && { truncateBefore: said['$tb'] }),
      ...(typeof said['$maxAge'] === 'number' && { maxAgeSeconds: said['$maxAge'] }),
    };
  } catch {
    return {};
  }
}

export function isSoftDeleted(metadata: StreamMetadata): boolean {
  return (metadata.truncateBefore ?? 0) > Number.MAX_SAFE_INTEGER;
}

/** The first revision a reader still sees; the stream's length when it sees none. */
export function firstVisible(events: readonly StoredEvent[], metadata: StreamMetadata): number {
  const byCount = metadata.maxCount === undefined ? 0 : Math.max(0, events.length - metadata.maxCount);
  let first = Math.min(events.length, Math.max(byCount, metadata.truncateBefore ?? 0));
  if (metadata.maxAgeSeconds === undefined) return first;
  const oldest = Date.now() - metadata.maxAgeSeconds * 1000;
  while (first < events.length && (events[first]?.created ?? 0) < oldest) first += 1;
  return first;
}
