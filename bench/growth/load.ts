// Fills read models with offices. The tables are made by the projection engine itself; rows are written as they stand
// at the end, with the sums that the ledger's own projection gives them, and not event by event.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { Projection } from '#libs/projections';
import { physicalTable, ProjectionEngine, RowBatch, shapeOf } from '#libs/projections';
import {
  countTask,
  recordFigures,
  requestList,
  requestListProjection,
  taskBoard,
  taskBoardProjection,
} from '#libs/requests';
import type { Spread } from './office.ts';
import { requestOf } from './office.ts';

const PROJECTIONS = [requestListProjection, taskBoardProjection] as unknown as readonly Projection[];
/** Requests written in one transaction. */
export const AT_ONCE = 2_000;
/** Requests whose sums are written together: more would be quicker, and take more memory than an office has. */
const SUMMED_AT_ONCE = 3_000;

/** @param offices as many of `requests` each, reported side by side */
export async function fillOffices(
  database: ReadDatabase,
  requests: number,
  offices: readonly Spread[],
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  await createTables(database);
  const tables = PROJECTIONS.flatMap(({ tables, version }) =>
    tables.map((table) => [table, physicalTable(shapeOf(table), version, 1)] as const),
  );
  const [rows, sums] = [new RowBatch(tables), new RowBatch(tables)];
  const write = async (batch: RowBatch) => {
    await database.write((transaction) => batch.write(transaction));
    batch.settle();
  };
  const all = requests * offices.length;
  for (let done = 1; done <= all; done += 1) {
    const n = Math.floor((done - 1) / offices.length);
    const office = offices[(done - 1) % offices.length] as Spread;
    const { request, tasks } = requestOf(n, requests, office);
    rows.put(requestList, request);
    recordFigures(sums, undefined, request);
    for (const task of tasks) {
      rows.put(taskBoard, task);
      countTask(sums, undefined, task);
    }
    if (done % AT_ONCE === 0 || done === all) await write(rows);
    if (done % SUMMED_AT_ONCE === 0 || done === all) await write(sums);
    if (done % AT_ONCE === 0) onProgress(done);
  }
}

async function createTables(database: ReadDatabase): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-growth-log-'));
  const store = SqliteEventStore.open({ file: join(directory, 'events.db') });
  const logger = createLogger({ level: 'silent' });
  const engine = new ProjectionEngine({ store, database, projections: PROJECTIONS, logger, clock: systemClock });
  await engine.start();
  await engine.stop();
  await store.close();
  rmSync(directory, { recursive: true });
}
