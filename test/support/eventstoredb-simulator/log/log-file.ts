// An append-only file of the simulator's own, so that one that was killed has its acknowledged events when it is
// started again. It is written before an append is answered, but not forced to disk: it outlives a process, not a
// power cut.
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { StoredEvent } from './stored-event.ts';

type Line = [
  stream: string,
  revision: number,
  position: number,
  created: number,
  id: string,
  type: string,
  json: 0 | 1,
  data: string,
  metadata: string,
];

const TOMBSTONE = -1;

export class LogFile {
  /** What was in the file when it was opened. */
  readonly stored: readonly StoredEvent[];
  readonly #handle: number;

  constructor(file: string) {
    this.stored = existsSync(file) ? readWhole(file) : [];
    this.#handle = openSync(file, 'a');
  }

  /** Writes the events of one append at once. */
  write(events: readonly StoredEvent[]): void {
    writeSync(this.#handle, `${JSON.stringify(events.map(toLine))}\n`);
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/** Cuts off an append that was being written when the process died: it was never acknowledged. */
function readWhole(file: string): StoredEvent[] {
  const text = readFileSync(file);
  const whole = text.lastIndexOf(0x0a) + 1;
  if (whole < text.byteLength) truncateSync(file, whole);
  const lines = text.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => (JSON.parse(line) as Line[]).map(fromLine));
}

function toLine(event: StoredEvent): Line {
  const { stream, revision, position, created, id, type, json, data, metadata } = event;
  const kept = Number.isFinite(revision) ? revision : TOMBSTONE;
  return [stream, kept, position, created, id, type, json ? 1 : 0, base64(data), base64(metadata)];
}

function fromLine([stream, revision, position, created, id, type, json, data, metadata]: Line): StoredEvent {
  return {
    stream,
    revision: revision === TOMBSTONE ? Number.POSITIVE_INFINITY : revision,
    position,
    created,
    id,
    type,
    json: json === 1,
    data: Buffer.from(data, 'base64'),
    metadata: Buffer.from(metadata, 'base64'),
  };
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
