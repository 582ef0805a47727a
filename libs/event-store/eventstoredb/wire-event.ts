// How an event lies in EventStoreDB: its data as canonical JSON, and in its metadata an envelope that holds ours and the
// event's id.
//
// The server recognises a repeat by event ids alone: the same ids at the same revision are taken for what is there,
// whatever they hold, and answered like an append. So the id it is given follows from the call's whole content as well.
// Only the very same bytes are then a repeat; anything else at that revision is refused, and can be decided anew.
import { createHash } from 'node:crypto';
import type { EventMetadata, Instant, JsonObject, Position } from '#libs/kernel';
import { canonicalJson, instantOf } from '#libs/kernel';
import type { NewEvent, RecordedEvent } from '#libs/event-store';
import { deterministicId } from '#libs/event-store';
import { positionOf } from './position.ts';
import type { ReadEvent } from './protocol.ts';
import { uuidText } from './protocol.ts';

export interface WireEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** @throws TypeError for what JSON cannot hold */
export function toWire(events: readonly NewEvent[]): WireEvent[] {
  const written = events.map(({ id, type, data, metadata }) => ({
    id,
    type,
    data: canonicalJson(data),
    metadata: canonicalJson({ id, metadata }),
  }));
  const hash = createHash('sha256');
  for (const { type, data, metadata } of written) hash.update(`${type}\n${metadata}\n${data}\n`);
  const content = hash.digest('base64');
  return written.map((event) => ({ ...event, id: deterministicId(event.id, content) }));
}

export type WireRecord = NonNullable<ReturnType<ReadEvent['getEvent']>>;

export function typeOf(record: WireRecord): string {
  return record.getMetadataMap().get('type') ?? '';
}

export function positionOfRecord(record: WireRecord): Position {
  return positionOf({ commit: record.getCommitPosition(), prepare: record.getPreparePosition() });
}

export function idOfRecord(record: WireRecord): string {
  return uuidText(record.getId());
}

/**
 * What someone else wrote into our categories comes without content, at version 0, which no codec knows: it is found
 * unreadable where it is decoded, and holds up nobody else.
 */
export function fromWire(record: WireRecord, stream: string): RecordedEvent {
  const properties = record.getMetadataMap();
  const storedAt = instantOf(Number(BigInt(properties.get('created') ?? 0) / TICKS_PER_MILLISECOND));
  const content = contentOf(record);
  return {
    id: content?.id ?? idOfRecord(record),
    type: typeOf(record),
    data: content?.data ?? {},
    metadata: content?.metadata ?? unknownMetadata(storedAt),
    stream,
    revision: Number(record.getStreamRevision()),
    position: positionOfRecord(record),
    storedAt,
  };
}

export function streamNameOf(record: WireRecord): string {
  return textOf(record.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
}

/** The server counts time in tenths of a microsecond. */
const TICKS_PER_MILLISECOND = 10_000n;

interface Content {
  readonly id: string;
  readonly metadata: EventMetadata;
  readonly data: JsonObject;
}

function contentOf(record: WireRecord): Content | undefined {
  try {
    const { id, metadata } = JSON.parse(textOf(record.getCustomMetadata_asU8())) as Partial<Content>;
    const data = JSON.parse(textOf(record.getData_asU8())) as unknown;
    return typeof id === 'string' && isOurs(metadata) && isObject(data) ? { id, metadata, data } : undefined;
  } catch {
    return undefined;
  }
}

function isOurs(metadata: unknown): metadata is EventMetadata {
  return isObject(metadata) && Number.isSafeInteger(metadata['version']) && typeof metadata['commandId'] === 'string';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function unknownMetadata(at: Instant): EventMetadata {
  return {
    version: 0,
    commandId: '',
    commandHash: '',
    actorId: '',
    actorRole: '',
    communityId: '',
    occurredAt: at,
    recordedAt: at,
  };
}
