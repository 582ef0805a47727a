// A file of events: every stream's revisions one by one from 0, no id twice.
import type { FileHandle } from 'node:fs/promises';
import type { FirstLine, LastLine, MovedEvent } from './event-lines.ts';
import { readEventLine, readFirstLine, readLastLine } from './event-lines.ts';
import type { FramedLine } from './framed-file.ts';
import { FramedFile } from './framed-file.ts';
import { LogDigest } from './log-digest.ts';

export type EventLine = FramedLine<MovedEvent>;
export type EventFile = FramedFile<MovedEvent, FirstLine, LastLine>;

/** @param name for sentences about the file */
export function eventFile(name: string, handle: FileHandle): EventFile {
  return new FramedFile(name, handle, {
    row: 'an event',
    readFirst: readFirstLine,
    readRow: readEventLine,
    readLast: readLastLine,
    digest: () => new LogDigest(),
  });
}
