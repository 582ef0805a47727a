// `rotate-master-key`: puts a new master key in place of the old one. Every person's key is wrapped anew; no event, no
// sealed text and no session changes. Wherever it is cut short, one of the two keys still opens everything.
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { scaledOut } from '#libs/platform';
import type { KeyStore } from '#libs/privacy';
import { draftMasterKeyFile, draftNextMasterKey, loadMasterKeys, PersonalDataVault } from '#libs/privacy';
import { counted, say } from '../terminal/speech.ts';
import { assertEventLog, withStores } from './stores.ts';

export interface RotateOptions {
  /** The file the new key goes to, where it does not simply take the place of the old one. */
  readonly to?: string;
  readonly dryRun?: boolean;
}

export async function runRotateMasterKey(settings: Settings, { to, dryRun }: RotateOptions): Promise<number> {
  assertEventLog(settings);
  if (scaledOut(settings) && to === undefined) {
    throw new InvalidInput('Several processes have this master key: say with --to which file the new one goes to.');
  }
  return withStores(settings, async ({ openKeys }) => {
    const vault = await openVault(settings, await openKeys());
    try {
      if (dryRun) {
        say(
          `Would wrap all person keys anew${to === undefined ? '' : `, with the key in ${to}`}. Nothing was changed.`,
        );
        return 0;
      }
      const source = sourceOf(settings);
      const next = to === undefined ? draftNextMasterKey(source) : { bytes: draftMasterKeyFile(to), settle: undefined };
      const keys = await vault.replaceMasterKey(next.bytes);
      next.settle?.();
      say(`Wrapped ${counted(keys, 'key')} with a new master key. No event was changed.`);
      say(
        to === undefined
          ? 'It has taken the place of the old one. Back it up, apart from the keys.'
          : `It is in ${to}. Start every process anew with it, as MASTER_KEY_FILE or MASTER_KEY; the old one opens nothing.`,
      );
      say('Backups of the keys from before open with the old master key only: keep it as long as you keep them.');
      return 0;
    } finally {
      await vault.close();
    }
  });
}

function openVault(settings: Settings, keys: KeyStore): Promise<PersonalDataVault> {
  return PersonalDataVault.open({ keys, masterKey: loadMasterKeys(sourceOf(settings)), mustExist: true });
}

function sourceOf({ dataDirectory, masterKeyFile: file, masterKey: value }: Settings) {
  return { dataDirectory, file, value };
}
