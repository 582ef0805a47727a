// Writes a log as a file of events. The log is read twice: counted first, so that the file says from its first line how
// much is to come.
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Clock } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type { LastLine } from './event-lines.ts';
import { categoryOf, readEventLine, writeEventLine, writeFirstLine, writeLastLine } from './event-lines.ts';
import { LogDigest } from './log-digest.ts';
import { readLog } from './read-log.ts';

export interface ExportEventsOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with how many events will be written. */
  readonly onCount: (events: number) => void;
  readonly onEvents: (events: number) => void;
}

const LINES_AT_ONCE = 500;

/**
 * Writes the events that are in the log now, and none that come meanwhile.
 *
 * @param append takes the next piece of the file's text
 * @throws Unavailable when the log is not whole; what was written until then must not be kept
 */
export async function exportEvents(
  store: EventStore,
  append: (text: string) => Promise<void>,
  { clock, signal, onCount, onEvents }: ExportEventsOptions,
): Promise<LastLine> {
  const writtenAt = clock.now();
  const head = await store.head();
  let events = 0;
  for await (const _ of readLog(store, { head, signal })) events += 1;
  onCount(events);
  await append(`${writeFirstLine({ writtenAt, count: events })}\n`);

  const digest = new LogDigest();
  let lines: string[] = [];
  const flush = async () => {
    await append(lines.map((line) => `${line}\n`).join(''));
    onEvents(lines.length);
    lines = [];
  };
  for await (const event of readLog(store, { head, signal })) {
    const line = writeEventLine(event);
    if (!readEventLine(line)) throw foreign(event);
    const defect = digest.add(event, line);
    if (defect !== undefined) throw new Unavailable(`The log is not whole: ${defect}. Restore it from a backup.`);
    lines.push(line);
    if (lines.length === LINES_AT_ONCE) await flush();
  }
  await flush();
  const lastLine = digest.lastLine();
  if (lastLine.count !== events) throw new Unavailable('The log changed while it was read. Export it again.');
  await append(`${writeLastLine(lastLine)}\n`);
  return lastLine;
}

function foreign({ stream, revision }: RecordedEvent): Unavailable {
  const place = `revision ${String(revision)} of a stream of category ${categoryOf(stream)}`;
  return new Unavailable(`The log holds an event that Bangbangwo did not write: ${place}. It cannot be moved.`);
}
