// Fills read models with an office. The tables are made by the projection engine itself; rows are written as they stand
// at the end, with the sums that the ledger's own projection gives them, and not event by event.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { ReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { Projection } from '#libs/projections';
import { physicalTable, ProjectionEngine, RowBatch, shapeOf } from '#libs/projections';
import { recordFigures, requestList, requestListProjection, taskBoard, taskBoardProjection } from '#libs/requests';
import { requestOf } from './office.ts';

const PROJECTIONS = [requestListProjection, taskBoardProjection] as unknown as readonly Projection[];
/** Requests written in one transaction. */
const AT_ONCE = 5_000;

export async function fillOffice(
  database: ReadDatabase,
  requests: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  await createTables(database);
  const rows = new RowBatch(
    PROJECTIONS.flatMap(({ tables, version }) =>
      tables.map((table) => [table, physicalTable(shapeOf(table), version, 1)] as const),
    ),
  );
  for (let from = 0; from < requests; from += AT_ONCE) {
    for (let n = from; n < Math.min(requests, from + AT_ONCE); n += 1) {
      const { request, tasks } = requestOf(n, requests);
      rows.put(requestList, request);
      recordFigures(rows, undefined, request);
      for (const task of tasks) rows.put(taskBoard, task);
    }
    await database.write((transaction) => rows.write(transaction));
    rows.settle();
    onProgress(Math.min(requests, from + AT_ONCE));
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
