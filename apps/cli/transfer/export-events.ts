// Writes a log as a file of events. The log is read twice: counted first, so that the file says from its first line how
// much is to come, and so that everything that does not belong there is named at once.
import type { EventStore, RecordedEvent } from '#libs/event-store';
import type { Clock, Position } from '#libs/kernel';
import { InvalidInput, isUuid, Unavailable } from '#libs/kernel';
import type { LastLine } from './event-lines.ts';
import { categoryOf, readEventLine, writeEventLine, writeFirstLine, writeLastLine } from './event-lines.ts';
import { LogDigest } from './log-digest.ts';
import { readLog } from './read-log.ts';

export interface ExportEventsOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Where events are that Bangbangwo did not write and that the file goes without; its first line tells. */
  readonly leaveOut?: readonly string[] | undefined;
  /** Called once, with how many events will be written. */
  readonly onCount: (events: number) => void;
  readonly onEvents: (events: number) => void;
}

const LINES_AT_ONCE = 500;
const MOST_NAMED = 20;

/**
 * Writes the events that are in the log now, and none that come meanwhile.
 *
 * @param append takes the next piece of the file's text
 * @throws Unavailable when the log is not whole, or holds events of others that are not to be left out; InvalidInput when
 *   one that is to be left out is not of others. What was written until then must not be kept
 */
export async function exportEvents(
  store: EventStore,
  append: (text: string) => Promise<void>,
  { clock, signal, leaveOut = [], onCount, onEvents }: ExportEventsOptions,
): Promise<LastLine> {
  const writtenAt = clock.now();
  const head = await store.head();
  let events = 0;
  const foreign = new Map<Position, string>();
  for await (const event of readLog(store, { head, signal })) {
    if (readEventLine(writeEventLine(event))) events += 1;
    else foreign.set(event.position, placeOf(event));
  }
  const leftOut = [...foreign.keys()];
  assertAllAndOnly(foreign, new Set(leaveOut));
  onCount(events);
  await append(`${writeFirstLine({ writtenAt, count: events, leftOut })}\n`);

  const digest = new LogDigest();
  let lines: string[] = [];
  const flush = async () => {
    await append(lines.map((line) => `${line}\n`).join(''));
    onEvents(lines.length);
    lines = [];
  };
  for await (const event of readLog(store, { head, signal })) {
    if (foreign.has(event.position)) continue;
    const line = writeEventLine(event);
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

function assertAllAndOnly(foreign: ReadonlyMap<Position, string>, leaveOut: ReadonlySet<string>): void {
  for (const position of leaveOut) {
    if (foreign.has(position as Position)) continue;
    throw new InvalidInput(
      'There is no event at a position given with --leave-out, or it is one of Bangbangwo’s own. Nothing was written.',
    );
  }
  const inTheWay = [...foreign].filter(([position]) => !leaveOut.has(position));
  if (inTheWay.length === 0) return;
  const named = inTheWay.slice(0, MOST_NAMED).map(([position, place]) => `position ${position} (${place})`);
  const more = inTheWay.length > MOST_NAMED ? `, and ${String(inTheWay.length - MOST_NAMED)} more` : '';
  throw new Unavailable(
    `The log holds events that Bangbangwo did not write: ${named.join(', ')}${more}. They cannot be moved. To go without one, give its position with --leave-out, as often as needed.`,
  );
}

/** Others may have named a stream after anything, so only a name of our own form is shown. */
function placeOf({ stream, revision }: RecordedEvent): string {
  const category = categoryOf(stream);
  const isOurForm = isUuid(stream.slice(category.length + 1));
  return `revision ${String(revision)} of ${isOurForm ? stream : `a stream of category ${category}`}`;
}
