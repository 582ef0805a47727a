// The form of a file of events: a first line that says what it is, one line for each event in the order of the log, and
// a last line by which a file that was cut off is told from a whole one. Positions and `storedAt` are each store's own and
// are left out, so that equal logs make equal lines wherever they are kept.
import type { RecordedEvent } from '#libs/event-store';
import type { EventMetadata, JsonObject } from '#libs/kernel';
import { canonicalJson, isInstant, isUuid } from '#libs/kernel';
import { z } from 'zod';

const FORMAT = 'bangbangwo-events';
const VERSION = 1;

/** An event as it travels. */
export type MovedEvent = Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'data' | 'metadata'>;

export interface FirstLine {
  readonly writtenAt: string;
  /** How many events follow. */
  readonly count: number;
  /** Where, in the log it was written from, events of others are that are not in the file. */
  readonly leftOut: readonly string[];
}

export interface LastLine {
  readonly count: number;
  /** SHA-256 over the lines of the events, each with the line feed that ends it, in hexadecimal digits. */
  readonly sha256: string;
  /** What the log holds, by category of streams. */
  readonly categories: Readonly<Record<string, { readonly streams: number; readonly events: number }>>;
}

const count = z.int().nonnegative();
const instant = z.string().refine(isInstant);
const id = z.string().refine(isUuid);

const FIRST = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  writtenAt: instant,
  count,
  leftOut: z.array(z.string()).default([]),
});
const OTHER_VERSION = z.object({ format: z.literal(FORMAT), version: z.number() });
const LAST = z.strictObject({
  end: z.literal(FORMAT),
  count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  categories: z.record(z.string(), z.strictObject({ streams: count, events: count })),
});
const EVENT = z.strictObject({
  id,
  type: z.string().min(1),
  stream: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  revision: count,
  data: z.record(z.string(), z.unknown()),
  metadata: z.looseObject({
    version: z.int().positive(),
    commandId: z.string(),
    commandHash: z.string(),
    actorId: z.string(),
    actorRole: z.string(),
    communityId: z.string(),
    occurredAt: instant,
    recordedAt: instant,
  }),
});

export function writeFirstLine({ writtenAt, count: events, leftOut }: FirstLine): string {
  const line = { format: FORMAT, version: VERSION, writtenAt, count: events };
  return canonicalJson(leftOut.length > 0 ? { ...line, leftOut } : line);
}

export function writeEventLine({ id: eventId, type, stream, revision, data, metadata }: MovedEvent): string {
  return canonicalJson({ id: eventId, type, stream, revision, data, metadata });
}

export function writeLastLine({ count: events, sha256, categories }: LastLine): string {
  return canonicalJson({ end: FORMAT, count: events, sha256, categories });
}

/** The first line, or a sentence that says why it is none. */
export function readFirstLine(text: string): FirstLine | string {
  const value = parse(text);
  const read = FIRST.safeParse(value);
  if (read.success) return read.data;
  const other = OTHER_VERSION.safeParse(value);
  if (other.success && other.data.version > VERSION) return 'It was written by a newer version of Bangbangwo.';
  return 'It does not begin like a file of events.';
}

/** The last line, or undefined when it is another one. */
export function readLastLine(text: string): LastLine | undefined {
  return text.startsWith('{"categories":') ? LAST.safeParse(parse(text)).data : undefined;
}

/** The event, or undefined when the line is not, byte for byte, one that `writeEventLine` writes. */
export function readEventLine(text: string): MovedEvent | undefined {
  const value = parse(text);
  if (!EVENT.safeParse(value).success || canonicalJson(value as JsonObject) !== text) return undefined;
  return value as MovedEvent & { readonly metadata: EventMetadata };
}

/** The kind of thing a stream tells of; the rest of its name is that thing's id. */
export function categoryOf(stream: string): string {
  return stream.split('-', 1).join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
