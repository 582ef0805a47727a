// Servers that several processes share: EventStoreDB for the log, PostgreSQL for keys and read models. Nothing is kept on
// local disk, and nothing in memory that another process could make wrong: that others write, too, is taken for granted.
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import { START_OF_LOG } from '#libs/kernel';
import type { Postgres, ScaledOut } from '#libs/platform';
import {
  migratePostgres,
  openPostgres,
  openPostgresReadDatabase,
  RATE_LIMIT_SCHEMA,
  rateLimitsInPostgres,
  systemScheduler,
} from '#libs/platform';
import { loadMasterKeys, PersonalDataVault } from '#libs/privacy';
import { openPostgresKeys } from '#libs/privacy/postgres';
import { LeaderLock, Projector, RemoteProjections } from '#libs/projections';
import { listErasures, repeatErasures } from './erasure-list.ts';
import type { Ground } from './ground.ts';
import type { Opening } from './opening.ts';
import { tracedProjections } from './opening.ts';
import { CATEGORIES, PROJECTIONS } from './scopes.ts';
import { naming } from './setting-at-fault.ts';

/** Of the database that DATABASE_URL names. */
const SCHEMA = 'bangbangwo';
/** Of the same database: what may be lost, and is not read models. */
const LIMITS_SCHEMA = 'bangbangwo_limits';
const LIMIT_CONNECTIONS = 2;
/** Keys stay in memory; they are asked for when people are met for the first time. */
const KEY_CONNECTIONS = 4;

export async function openScaledOut(servers: ScaledOut, opening: Opening): Promise<Ground> {
  const { settings, role, clock, logger, shutdown, patience, tracing } = opening;
  const { dataDirectory, masterKeyFile, masterKey: value, databaseConnections } = settings;
  const masterKey = loadMasterKeys({ dataDirectory, file: masterKeyFile, value });
  const applicationName = `bangbangwo ${role}`;

  const store = openServerStore(servers);
  shutdown.add('event store', () => store.close());
  await patience.until(
    'event store',
    naming('EVENTSTORE_URL', () => store.verify()),
  );

  const openVault = async () =>
    PersonalDataVault.open({
      keys: await openPostgresKeys({ url: servers.keysDatabaseUrl, connections: KEY_CONNECTIONS, applicationName }),
      masterKey,
      mustExist: (await store.head()) !== START_OF_LOG,
    });
  const keysSetting = settings.keysDatabaseUrl === undefined ? 'DATABASE_URL' : 'KEYS_DATABASE_URL';
  const vault = await patience.until('person keys', naming(keysSetting, openVault));
  shutdown.add('personal data vault', () => vault.close());
  const logged = await patience.until('person keys', () => repeatErasures(store, vault, clock));
  listErasures(opening, vault, logged);

  const openReadModels = () =>
    openPostgresReadDatabase({
      ...{ url: servers.databaseUrl, schema: SCHEMA, connections: databaseConnections, applicationName },
    });
  const readModels = await patience.until('read models', naming('DATABASE_URL', openReadModels));
  shutdown.add('read models', () => readModels.close());

  const limits = await patience.until(
    'rate limits',
    naming('DATABASE_URL', () => openLimits(servers, applicationName)),
  );
  shutdown.add('rate limits', () => limits.close());

  const following = {
    store,
    database: readModels,
    projections: PROJECTIONS,
    logger,
    clock,
    traced: tracedProjections(tracing),
  };
  const wakeups = (signal: AbortSignal) => readModels.wakeups(signal);
  const projections = new RemoteProjections({ ...following, wakeups });
  await projections.start();
  shutdown.add('projections', () => projections.stop());

  const projector = role === 'api' ? undefined : await openProjector(servers, opening, following);
  if (projector) shutdown.add('projector', () => projector.stop());
  return {
    ...{ store, vault, readModels, projections, projector },
    rateLimits: rateLimitsInPostgres(limits, (key) => vault.fingerprint(key)),
    checks: [],
    whileLeading: (duty) => projector?.whileLeading(duty),
  };
}

async function openLimits({ databaseUrl: url }: ScaledOut, applicationName: string): Promise<Postgres> {
  const postgres = await openPostgres({ url, schema: LIMITS_SCHEMA, connections: LIMIT_CONNECTIONS, applicationName });
  try {
    await migratePostgres(postgres, RATE_LIMIT_SCHEMA);
    return postgres;
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

/** The log on its server, alone. @throws Unavailable lasting when EVENTSTORE_URL cannot be used */
export function openServerStore({ eventStoreUrl }: ScaledOut): EventStoreDBStore {
  return EventStoreDBStore.open({ url: eventStoreUrl, categories: CATEGORIES });
}

type Following = Pick<
  ConstructorParameters<typeof Projector>[0],
  'store' | 'database' | 'projections' | 'logger' | 'clock' | 'traced'
>;

async function openProjector(
  { databaseUrl }: ScaledOut,
  { patience, shutdown }: Opening,
  following: Following,
): Promise<Projector> {
  const applicationName = 'bangbangwo leadership';
  const open = () => openPostgres({ url: databaseUrl, schema: SCHEMA, connections: 1, applicationName });
  const postgres = await patience.until('read models', naming('DATABASE_URL', open));
  shutdown.add('leadership', () => postgres.close());
  const connect = (idleTimeoutMs: number) => postgres.dedicated({ idleTimeoutMs });
  const lock = new LeaderLock({ connect, name: 'bangbangwo projector', scheduler: systemScheduler });
  const projector = new Projector({ ...following, lock });
  await naming('DATABASE_URL', () => projector.verify())();
  return projector;
}
