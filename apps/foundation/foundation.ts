// Opens what everything stands on, in order: the data directory's lock, the log, the keys, the read models. Closed in
// the opposite order. Which adapters are used is decided here and nowhere else.
import { join } from 'node:path';
import { CommandExecutor } from '#libs/commands';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { EventStore } from '#libs/event-store';
import { SoleWriterStore } from '#libs/event-store';
import type { ProjectionGate } from '#libs/graphql-kit';
import { CommandContexts } from '#libs/graphql-kit';
import type { Clock } from '#libs/kernel';
import { InvalidInput, SECOND, START_OF_LOG } from '#libs/kernel';
import type { Logger, ReadDatabase, Settings } from '#libs/platform';
import { createLogger, lockDataDirectory, openReadDatabase, Shutdown, systemClock } from '#libs/platform';
import { KEYS_FILE, loadMasterKey, PersonalDataVault } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { ProjectionEngine } from '#libs/projections';
import { PROJECTIONS } from './read-models.ts';

/** In DATA_DIR. The read models can be deleted; they are made again from the log. */
export const EVENTS_FILE = 'events.db';
export const READ_MODELS_FILE = 'read-models.db';

export interface Foundation {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly vault: PersonalDataVault;
  readonly readModels: ReadDatabase;
  readonly projections: ProjectionEngine;
  /** The engine as resolvers see it. */
  readonly gate: ProjectionGate;
  readonly executor: CommandExecutor;
  readonly contexts: CommandContexts;
  /** Closes everything that was opened; what is opened later is added to it. */
  readonly shutdown: Shutdown;
}

export interface FoundationOptions {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Called when the disk failed under the log: only a new start recovers. */
  readonly onBroken?: () => void;
}

/** @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then */
export async function openFoundation(settings: Settings, options: FoundationOptions = {}): Promise<Foundation> {
  const { clock = systemClock, logger = createLogger({ level: settings.logLevel }) } = options;
  const shutdown = new Shutdown({ logger, limitMs: settings.shutdownSeconds * SECOND });
  try {
    return await openInOrder(settings, { clock, logger, shutdown, onBroken: options.onBroken });
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

interface Opening {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly onBroken: (() => void) | undefined;
}

async function openInOrder(settings: Settings, { clock, logger, shutdown, onBroken }: Opening): Promise<Foundation> {
  const { dataDirectory } = settings;
  const lock = lockDataDirectory(dataDirectory);
  shutdown.add('data directory', () => lock.release());

  const store = new SoleWriterStore(SqliteEventStore.open({ file: join(dataDirectory, EVENTS_FILE), clock, onBroken }));
  shutdown.add('event store', () => store.close());

  const vault = await openVault(settings, store);
  shutdown.add('personal data vault', () => vault.close());

  const readModels = openReadDatabase({ file: join(dataDirectory, READ_MODELS_FILE) });
  shutdown.add('read models', () => readModels.close());

  const projections = new ProjectionEngine({ store, database: readModels, projections: PROJECTIONS, logger, clock });
  await projections.start();
  shutdown.add('projections', () => projections.stop());

  const gate: ProjectionGate = {
    waitFor: async (position, options) => {
      if (position <= projections.position(options?.projections)) return;
      // Waiting for what no event can ever reach would hold the connection for nothing.
      if (position > (await store.head())) {
        throw new InvalidInput('This position lies beyond the log.', { field: 'atLeast' });
      }
      await projections.waitFor(position, options);
    },
    positionOf: (projection) => projections.position([projection]),
  };
  const executor = new CommandExecutor(store, vault);
  const contexts = new CommandContexts(clock, (payload) => vault.fingerprint(payload));
  return { settings, logger, clock, store, vault, readModels, projections, gate, executor, contexts, shutdown };
}

async function openVault(
  { dataDirectory, masterKeyFile, masterKey }: Settings,
  store: EventStore,
): Promise<PersonalDataVault> {
  return PersonalDataVault.open({
    keys: await openKeyDatabase(join(dataDirectory, KEYS_FILE)),
    masterKey: loadMasterKey({ dataDirectory, file: masterKeyFile, value: masterKey }),
    mustExist: (await store.head()) !== START_OF_LOG,
  });
}
