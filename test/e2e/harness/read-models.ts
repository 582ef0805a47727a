// The read models' contents as hashes, to compare what was served with what a replay of the log makes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_MODELS_FILE } from '#apps/foundation';
import { areaListProjection } from '#libs/communities';
import { disclosureListProjection } from '#libs/disclosures';
import { accountListProjection, sessionListProjection } from '#libs/identity';
import { erasureListProjection } from '#libs/erasures';
import type { Projection } from '#libs/projections';
import { hashTables, ProjectionEngine } from '#libs/projections';
import type { ReadDatabase } from '#libs/platform';
import { openReadDatabase } from '#libs/platform';
import { requestListProjection, taskBoardProjection } from '#libs/requests';
import { volunteerListProjection } from '#libs/volunteers';
import { Api } from './api.ts';

const PROJECTIONS = [
  accountListProjection,
  areaListProjection,
  disclosureListProjection,
  erasureListProjection,
  requestListProjection,
  sessionListProjection,
  taskBoardProjection,
  volunteerListProjection,
] as readonly Projection[];

/** One hash for each read model, once all have taken in the whole log. */
export async function hashReadModels({ application }: Api): Promise<Readonly<Record<string, string>>> {
  const { store, projections, readModels } = application.foundation;
  await projections.waitFor(await store.head(), { timeoutMs: 60_000 });
  const served = (await projections.status()).projections.map(({ name }) => name);
  const known = PROJECTIONS.map(({ name }) => name);
  if (served.sort().join() !== known.sort().join()) throw new Error(`Add ${served.join()} to the read models compared`);
  return hashesOf(readModels);
}

async function hashesOf(database: ReadDatabase): Promise<Readonly<Record<string, string>>> {
  const hashes = await Promise.all(
    PROJECTIONS.map(async (projection) => [projection.name, await hashTables(database, projection)]),
  );
  return Object.fromEntries(hashes) as Record<string, string>;
}

/** The same of read models made anew from the log, without looking at those that are served. */
export async function hashReplay({ application }: Api): Promise<Readonly<Record<string, string>>> {
  const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-replay-'));
  const database = openReadDatabase({ file: join(directory, READ_MODELS_FILE) });
  const { store, clock, logger } = application.foundation;
  const engine = new ProjectionEngine({ store, database, projections: PROJECTIONS, clock, logger });
  try {
    await engine.start();
    await engine.waitFor(await store.head(), { timeoutMs: 60_000 });
    return await hashesOf(database);
  } finally {
    await engine.stop();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What a server that is started on the directory as it is serves, and one that has to make its read models again. */
export async function servedAndReplayed(directory: string) {
  const served = await hashesAt(directory);
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, `${READ_MODELS_FILE}${suffix}`), { force: true });
  return { served, replayed: await hashesAt(directory) };
}

async function hashesAt(directory: string): Promise<Readonly<Record<string, string>>> {
  const api = await Api.start({ directory });
  try {
    return await hashReadModels(api);
  } finally {
    await api.close();
  }
}
