// `export-events`: the whole log as a file that `import-events` brings into another store, and by which two stores can be
// compared.
import type { Settings } from '#libs/platform';
import { systemClock } from '#libs/platform';
import { writePrivateFile } from '../files/operator-file.ts';
import type { Progress } from '../terminal/progress.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { exportEvents } from '../transfer/export-events.ts';
import { assertEventLog, withStores } from './stores.ts';

export async function runExportEvents(
  settings: Settings,
  file: string,
  { leaveOut }: { readonly leaveOut?: readonly string[] },
): Promise<number> {
  assertEventLog(settings);
  return withStores(settings, async ({ openLog, signal }) => {
    const { store } = await openLog();
    let progress: Progress | undefined;
    const { count: events, sha256 } = await writePrivateFile(file, (append) =>
      exportEvents(store, append, {
        clock: systemClock,
        signal,
        leaveOut,
        onCount: (total) => (progress = startProgress('Exporting', total)),
        onEvents: (written) => progress?.step(written),
      }),
    ).finally(() => progress?.end());
    say(`Wrote ${counted(events, 'event')} to ${file}. SHA-256 of their lines: ${sha256}.`);
    if (leaveOut) say(`Left out ${counted(new Set(leaveOut).size, 'event')} of others, as its first line says.`);
    say(
      'Names, phones, addresses and free text in it are sealed, and their keys are not in it. Keep it safe all the same.',
    );
    return 0;
  });
}
