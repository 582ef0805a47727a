// `import-keys`: brings exported keys into the new house, and makes sure that its master key opens them.
import type { Settings } from '#libs/platform';
import { readingFile } from '../files/operator-file.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { importKeys } from '../transfer/import-keys.ts';
import { keyFile } from '../transfer/key-file.ts';
import { assertMasterKey, withStores } from './stores.ts';

export async function runImportKeys(settings: Settings, name: string): Promise<number> {
  return readingFile(name, async (handle) => {
    const file = keyFile(name, handle);
    const { first } = await file.check();
    return withStores(settings, async ({ openKeys, signal }) => {
      const progress = startProgress('Importing', first.count);
      const { keys, erased } = await importKeys(
        file,
        { root: first.root, keys: await openKeys() },
        { signal, onKeys: (count) => progress.step(count) },
      ).finally(() => progress.end());
      const gone = erased > 0 ? `, ${String(erased)} of them erased` : '';
      say(`The keys of ${counted(keys, 'person')} are in place${gone}.`);
      await assertMasterKey(settings, await openKeys());
      say(`The master key opens them. Delete ${name} now: it would outlive erasures.`);
      return 0;
    });
  });
}
