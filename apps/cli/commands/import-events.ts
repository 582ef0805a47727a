// `import-events`: checks a file of events as a whole, brings it into a log that is empty or holds its beginning, and reads
// the log back. Stopped or killed anywhere, the same command goes on where it was.
import { CATEGORIES } from '#apps/foundation';
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { readingFile } from '../files/operator-file.ts';
import type { Progress } from '../terminal/progress.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import type { EventFile } from '../transfer/event-file.ts';
import { eventFile } from '../transfer/event-file.ts';
import type { LastLine } from '../transfer/event-lines.ts';
import { EventImport } from '../transfer/import-events.ts';
import type { Stores } from './stores.ts';
import { hasEventLog, withStores } from './stores.ts';

/** Answers 0 only when the log was read back and equals the file, or in a dry run could come to do so. */
export async function runImportEvents(
  settings: Settings,
  name: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<number> {
  return readingFile(name, async (handle) => {
    const file = eventFile(name, handle);
    const { first, last: lastLine } = await checked(file);
    const { count: events, categories } = lastLine;
    const content = Object.entries(categories).map(([of, { streams }]) => `${of} ${String(streams)}`);
    say(`The file is whole: ${counted(events, 'event')}. Streams: ${content.join(', ') || 'none'}.`);
    if (first.leftOut.length > 0) say(`Left out at the export: ${counted(first.leftOut.length, 'event')} of others.`);
    assertKnown(name, Object.keys(categories));
    if (dryRun && !hasEventLog(settings)) return sayWhatWouldBe(events, 0);
    return withStores(settings, (stores) => (dryRun ? compare(stores, file, events) : bringIn(stores, file, lastLine)));
  });
}

/** A server's log is made up of the categories that are known: others would be written and never be read again. */
function assertKnown(name: string, categories: readonly string[]): void {
  const unknown = categories.filter((category) => !CATEGORIES.includes(category));
  if (unknown.length === 0) return;
  throw new InvalidInput(
    `${name} holds streams of a category that this version does not know: ${unknown.join(', ')}. Nothing was imported. Use the version it was exported with, or a newer one.`,
  );
}

function checked(file: EventFile): ReturnType<EventFile['check']> {
  let progress: Progress | undefined;
  return file
    .check({ onCount: (total) => (progress = startProgress('Checking', total)), onRow: () => progress?.step() })
    .finally(() => progress?.end());
}

async function compare({ openLog, signal }: Stores, file: EventFile, events: number): Promise<number> {
  return sayWhatWouldBe(events, await new EventImport(file, await openLog()).compare({ signal }));
}

function sayWhatWouldBe(events: number, known: number): number {
  say(`Would append ${counted(events - known, 'event')}.${beforehand(known)} Nothing was imported.`);
  return 0;
}

async function bringIn({ openLog, signal }: Stores, file: EventFile, lastLine: LastLine): Promise<number> {
  const importing = new EventImport(file, await openLog());
  const [known, appended] = await shown('Importing', lastLine.count, async (progress) => {
    const options = { signal, onEvents: (count: number) => progress.step(count) };
    return [await importing.compare(options), await importing.append(options)] as const;
  });
  await shown('Reading back', lastLine.count, (progress) =>
    importing.verify(lastLine, { signal, onEvents: (count) => progress.step(count) }),
  );
  say(`Appended ${counted(appended, 'event')}.${beforehand(known)}`);
  say(`Read back: the log holds these ${counted(lastLine.count, 'event')} in this order. SHA-256: ${lastLine.sha256}.`);
  return 0;
}

async function shown<T>(title: string, total: number, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = startProgress(title, total);
  return work(progress).finally(() => progress.end());
}

function beforehand(known: number): string {
  return known > 0 ? ` ${counted(known, 'event')} had been imported before.` : '';
}
