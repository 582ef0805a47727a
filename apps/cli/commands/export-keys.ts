// `export-keys`: the keys of everybody whom the log tells of, wrapped with the master key, so that a house that moves can
// read its sealed texts. The file outlives erasures: it is made for one move and deleted after it.
import type { Settings } from '#libs/platform';
import { systemClock } from '#libs/platform';
import { writePrivateFile } from '../files/operator-file.ts';
import type { Progress } from '../terminal/progress.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { exportKeys } from '../transfer/export-keys.ts';
import { assertEventLog, withStores } from './stores.ts';

export async function runExportKeys(settings: Settings, file: string): Promise<number> {
  assertEventLog(settings);
  return withStores(settings, async ({ openLog, openKeys, signal }) => {
    const { store } = await openLog();
    const stores = { store, keys: await openKeys() };
    let progress: Progress | undefined;
    const { keys, missing } = await writePrivateFile(file, (append) =>
      exportKeys(stores, append, {
        clock: systemClock,
        signal,
        onCount: (total) => (progress = startProgress('Exporting', total)),
        onKeys: (count) => progress?.step(count),
      }),
    ).finally(() => progress?.end());
    say(`Wrote ${counted(keys, 'key')} to ${file}, wrapped with the master key, which is not in it.`);
    if (missing > 0)
      say(`No key was found for ${counted(missing, 'person')} of the log: what is sealed for them is lost.`);
    say('Keys of people who will be erased stay in this file: delete it as soon as import-keys is done.');
    return 0;
  });
}
