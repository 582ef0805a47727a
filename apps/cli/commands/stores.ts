// Opens the log or the keys alone for one command, so that nothing is made beside them, and closes them afterwards, whatever
// happens. Embedded, the data directory is this process's own meanwhile; on servers others may be at work.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS_FILE, openServerStore } from '#apps/foundation';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { NotFound } from '#libs/kernel';
import type { ScaledOut, Settings } from '#libs/platform';
import { lockDataDirectory, scaledOut } from '#libs/platform';
import type { KeyStore } from '#libs/privacy';
import { KEYS_FILE, loadMasterKeys, PersonalDataVault } from '#libs/privacy';
import { openPostgresKeys } from '#libs/privacy/postgres';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { listenForInterruption } from '../terminal/interruption.ts';
import type { Target } from '../transfer/import-events.ts';

/** In one turn of the event loop the embedded store takes this many in one transaction, in their order. */
const APPENDS_IN_ONE_TRANSACTION = 256;

export interface Stores {
  readonly openLog: () => Promise<Target>;
  readonly openKeys: () => Promise<KeyStore>;
  /** Aborted when the operator wants the command to stop. */
  readonly signal: AbortSignal;
}

/** @param work with stores that are closed for it, the last opened first */
export async function withStores<T>(settings: Settings, work: (stores: Stores) => Promise<T>): Promise<T> {
  const interruption = listenForInterruption();
  await using closings = new AsyncDisposableStack();
  closings.defer(() => interruption.release());
  const closedLater = async <S extends { close(): Promise<void> }>(opening: Promise<S>): Promise<S> => {
    const store = await opening;
    closings.defer(() => store.close());
    return store;
  };
  const servers = scaledOut(settings);
  const open = servers ? onServers(servers) : inDirectory(settings, closings);
  return await work({
    openLog: async () => ({ store: await closedLater(open.log()), appendsAtOnce: open.appendsAtOnce }),
    openKeys: () => closedLater(open.keys()),
    signal: interruption.signal,
  });
}

/** @throws NotFound where a data directory has no log, which is then not made either */
export function assertEventLog(settings: Settings): void {
  if (!hasEventLog(settings)) throw new NotFound(`There is no event log in ${settings.dataDirectory}.`);
}

/** Whether there is a log to look into: on a server there is always one, however empty. */
export function hasEventLog(settings: Settings): boolean {
  return scaledOut(settings) !== undefined || existsSync(join(settings.dataDirectory, EVENTS_FILE));
}

/** @throws Unavailable or InvalidInput when the keys do not open with the master key of the settings */
export async function assertMasterKey(settings: Settings, keys: KeyStore): Promise<void> {
  const { dataDirectory, masterKeyFile: file, masterKey: value } = settings;
  const vault = await PersonalDataVault.open({
    keys,
    masterKey: loadMasterKeys({ dataDirectory, file, value }),
    mustExist: true,
  });
  await vault.close();
}

interface Opened {
  readonly log: () => Promise<Target['store']>;
  readonly appendsAtOnce: number;
  readonly keys: () => Promise<KeyStore>;
}

function inDirectory({ dataDirectory }: Settings, closings: AsyncDisposableStack): Opened {
  const lock = lockDataDirectory(dataDirectory);
  closings.defer(() => lock.release());
  return {
    log: async () => SqliteEventStore.open({ file: join(dataDirectory, EVENTS_FILE) }),
    appendsAtOnce: APPENDS_IN_ONE_TRANSACTION,
    keys: () => openKeyDatabase(join(dataDirectory, KEYS_FILE)),
  };
}

function onServers(servers: ScaledOut): Opened {
  return {
    log: async () => openServerStore(servers),
    appendsAtOnce: 1,
    keys: () =>
      openPostgresKeys({ url: servers.keysDatabaseUrl, connections: 2, applicationName: 'bangbangwo command line' }),
  };
}
