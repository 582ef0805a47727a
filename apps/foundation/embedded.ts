// One process with a data directory: the directory's lock, the log, the keys and the read models are files in it, opened
// in this order, and the process makes its read models itself.
import { join } from 'node:path';
import { AreaTree } from '#libs/communities';
import { SoleWriterStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { START_OF_LOG } from '#libs/kernel';
import { lockDataDirectory, openReadDatabase, rateLimitsInMemory } from '#libs/platform';
import { KEYS_FILE, loadMasterKeys, PersonalDataVault } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { ProjectionEngine } from '#libs/projections';
import { EVENTS_FILE, madeAgain, READ_MODELS_FILE, requireLog, requireRestored, warnOfReaders } from './data-files.ts';
import { requireRoom } from './disk-space.ts';
import { KEY_DESTROYED, listErasures, repeatErasures } from './erasure-list.ts';
import type { Ground, GroundCheck } from './ground.ts';
import { LOOKED_AT, requireKeysAsNewAs } from './key-age.ts';
import type { Opening } from './opening.ts';
import { tracedProjections } from './opening.ts';
import { PROJECTIONS } from './scopes.ts';

export async function openEmbedded({ settings, clock, logger, shutdown, onBroken, tracing }: Opening): Promise<Ground> {
  const { dataDirectory, masterKeyFile, masterKey } = settings;
  const lock = lockDataDirectory(dataDirectory);
  shutdown.add('data directory', () => lock.release());

  requireRestored(dataDirectory);
  requireLog(dataDirectory);
  const file = join(dataDirectory, EVENTS_FILE);
  const log = SqliteEventStore.open({ file, clock, onBroken, rareTypes: [...AreaTree.types, KEY_DESTROYED] });
  const store = new SoleWriterStore(log);
  shutdown.add('event store', () => store.close());

  const vault = await PersonalDataVault.open({
    keys: await openKeyDatabase(join(dataDirectory, KEYS_FILE)),
    masterKey: loadMasterKeys({ dataDirectory, file: masterKeyFile, value: masterKey }),
    mustExist: (await store.head()) !== START_OF_LOG,
  });
  shutdown.add('personal data vault', () => vault.close());
  warnOfReaders(dataDirectory, logger);
  await requireKeysAsNewAs(await log.latest(LOOKED_AT), vault);
  listErasures({ settings, logger }, vault, await repeatErasures(store, vault, clock));

  const readModelsFile = join(dataDirectory, READ_MODELS_FILE);
  const readModels = await madeAgain(readModelsFile, () => openReadDatabase({ file: readModelsFile }));
  shutdown.add('read models', () => readModels.close());

  const traced = tracedProjections(tracing);
  const projections = new ProjectionEngine({
    store,
    database: readModels,
    projections: PROJECTIONS,
    logger,
    clock,
    traced,
  });
  await madeAgain(readModelsFile, () => projections.start());
  shutdown.add('projections', () => projections.stop());

  const whileLeading: Ground['whileLeading'] = (duty) => shutdown.add('reactors', duty());
  const rateLimits = rateLimitsInMemory((key) => vault.fingerprint(key));
  const checks: GroundCheck[] = [
    { name: 'disk', ask: () => requireRoom(dataDirectory) },
    { name: 'durability', ask: async () => log.verify() },
  ];
  return { store, vault, readModels, projections, rateLimits, checks, projector: undefined, whileLeading };
}
