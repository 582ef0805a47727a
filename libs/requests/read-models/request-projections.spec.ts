// The read models of any histories, with the real engine: the same rows however they were reached, counts that are the
// rows counted, and the row a mutation answers with.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DecodedEvent } from '#libs/event-store';
import type { ReadDatabase } from '#libs/platform';
import type { Row, Table } from '#libs/projections';
import { foldRow } from '#libs/projections';
import type { RequestEvent } from '../domain/request.events.ts';
import type { Turn } from '../testing/random-requests.ts';
import { eventsOf, lives } from '../testing/random-requests.ts';
import { hashes, RequestRecords } from '../testing/request-records.ts';
import { requestListProjection } from './request-list.projection.ts';
import { CountedRows } from '../testing/counted-rows.ts';
import { recordFigures } from './request-figures.ts';
import { requestCounts, requestDeadlines, requestTimes, reviewCounts } from './request-figures.tables.ts';
import type { RequestRow } from './request-list.tables.ts';
import { requestList } from './request-list.tables.ts';
import { taskBoardProjection } from './task-board.projection.ts';
import type { TaskRow } from './task-board.tables.ts';
import { taskBoard } from './task-board.tables.ts';

const REQUESTS = [0, 1, 2, 3];
const idOf = (index: number) => `00000000-0000-4000-8000-00000000010${String(index)}`;

/** Some lives told turn by turn in an arbitrary order, projected in pages of some size, with restarts in between. */
const town = fc.record({
  lives: fc.tuple(...REQUESTS.map((index) => lives(40, idOf(index)))),
  order: fc.array(fc.nat(REQUESTS.length - 1), { minLength: 120, maxLength: 120 }),
  restarts: fc.array(fc.record({ turns: fc.nat(40), batchSize: fc.constantFrom(1, 2, 7, 1_000) }), { maxLength: 3 }),
});

function interleave(lives: readonly (readonly Turn[])[], order: readonly number[]): Turn[] {
  const left = lives.map((turns) => [...turns]);
  return order.flatMap((index) => left[index]?.splice(0, 1) ?? []).filter((turn) => eventsOf([turn]).length > 0);
}

async function record(records: RequestRecords, turns: readonly Turn[]): Promise<void> {
  for (const turn of turns) {
    if (turn.after.status === 'NONE') continue;
    await records.record(turn.after.requestId, turn.after.communityId, eventsOf([turn]));
  }
}

const rowsOf = <R>(database: ReadDatabase, view: string) =>
  database.query.selectFrom(view).selectAll().execute() as Promise<R[]>;

describe('read models of random histories', () => {
  it('are the same incrementally, rebuilt, and made anew', async () => {
    await fc.assert(
      fc.asyncProperty(town, async ({ lives, order, restarts }) => {
        const records = await RequestRecords.open();
        try {
          const turns = interleave(lives, order);
          const grown = await records.openReadModels('grown');
          for (const { turns: some, batchSize } of restarts) {
            await record(records, turns.splice(0, some));
            await records.project(grown, batchSize);
          }
          await record(records, turns);
          await records.project(grown);
          const expected = await hashes(grown);

          await records.rebuild(grown);
          expect(await hashes(grown)).toEqual(expected);
          const anew = await records.openReadModels('anew');
          await records.project(anew, 3);
          expect(await hashes(anew)).toEqual(expected);

          await expectSumsToBeTheRowsCounted(grown);
          await expectRowsToBeFolded(grown, (requestId) => records.history(requestId));
        } finally {
          await records.close();
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

/** Every sum there is equals what the ledger's rows give when they are counted one by one. */
async function expectSumsToBeTheRowsCounted(database: ReadDatabase): Promise<void> {
  const counted = new CountedRows();
  for (const row of await rowsOf<RequestRow>(database, 'requestList')) recordFigures(counted, undefined, row);
  for (const table of [requestCounts, requestTimes, reviewCounts, requestDeadlines] as unknown as Table[]) {
    const stored = new CountedRows();
    for (const row of await rowsOf<Row>(database, table.name)) stored.add(table as never, row);
    expect(stored.contents(table)).toEqual(counted.contents(table));
  }
}

async function expectRowsToBeFolded(
  database: ReadDatabase,
  historyOf: (requestId: string) => Promise<DecodedEvent<RequestEvent>[]>,
): Promise<void> {
  for (const row of await rowsOf<RequestRow>(database, 'requestList')) {
    const events = await historyOf(row.requestId);
    expect(foldRow(requestListProjection, requestList, events, row.requestId)).toEqual(row);
    expect(row.revision).toBe(events.length - 1);
  }
  for (const row of await rowsOf<TaskRow>(database, 'taskBoard')) {
    const events = await historyOf(row.requestId);
    expect(foldRow(taskBoardProjection, taskBoard, events as never, row.taskId)).toEqual(row);
    // So that what a volunteer saw can be sent back as the revision they expect.
    const stands = ['OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'].includes(row.status);
    if (stands) expect(row.revision).toBe(events.length - 1);
  }
}
