// A volunteer is offered exactly what they may accept, and finds what they hold, page by page along an index.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReadDatabase } from '#libs/platform';
import { dialects, expectIndexWalks, multiplyRows, plansOf } from '#libs/platform/testing';
import { CATEGORIES, COMMUNITIES, VOLUNTEERS } from '../testing/random-requests.ts';
import { minute } from '../testing/request-examples.ts';
import { RequestRecords } from '../testing/request-records.ts';
import type { Offers, TaskPage, TaskViews } from './task-board.query.ts';
import { TaskQueries } from './task-board.query.ts';
import type { TaskRow } from './task-board.tables.ts';
import { TASK_STATUSES } from './task-board.tables.ts';

let records: RequestRecords;
let database: ReadDatabase;
let tasks: TaskQueries;
let all: TaskRow[];
const volunteer = fc.constantFrom(...VOLUNTEERS, '00000000-0000-4000-8000-0000000000ff');
const anyOffers: fc.Arbitrary<Offers> = fc.record({
  communityId: fc.constantFrom(...COMMUNITIES, 'elsewhere'),
  volunteerId: volunteer,
  skills: fc.subarray(['ELECTRICITY', 'GARDENING', 'PLUMBING']),
  now: fc.nat(9_000).map((minutes) => minute(minutes)),
  category: fc.option(fc.constantFrom(...CATEGORIES), { nil: undefined }),
});
const limit = fc.integer({ min: 1, max: 20 });

const newestFirst = (a: TaskRow, b: TaskRow) => (key(a) > key(b) ? -1 : 1);
const key = ({ offeredAt, taskId }: TaskRow) => `${offeredAt} ${taskId}`;
const ids = (rows: readonly TaskRow[]) => rows.map(({ taskId }) => taskId);

function mayAccept(row: TaskRow, { communityId, volunteerId, skills, now, category }: Offers): boolean {
  if (row.communityId !== communityId || row.status !== 'OFFERED' || row.acceptBy < now) return false;
  if (row.directedTo !== null && row.directedTo !== volunteerId) return false;
  if ((JSON.parse(row.declinedBy) as string[]).includes(volunteerId)) return false;
  if (!(JSON.parse(row.skills) as string[]).every((skill) => skills.includes(skill))) return false;
  return category === undefined || row.category === category;
}

async function walk(limit: number, read: (page: TaskPage) => Promise<TaskRow[]>): Promise<TaskRow[]> {
  const rows: TaskRow[] = [];
  for (let page = await read({ limit }); page.length > 0;) {
    rows.push(...page);
    const { offeredAt, taskId } = page.at(-1) as TaskRow;
    page = page.length < limit ? [] : await read({ limit, after: [offeredAt, taskId] });
  }
  return rows;
}

describe.each(dialects)('in $name', (dialect) => {
  beforeAll(async () => {
    records = await RequestRecords.open(dialect);
    database = await records.ofManyLives(250);
    tasks = new TaskQueries(database.query);
    all = (await database.query.selectFrom('taskBoard').selectAll().execute()) as TaskRow[];
  });
  afterAll(() => records.close());

  describe('the task board', () => {
    it('has enough of everything for the comparisons to mean something', () => {
      expect([...new Set(all.map(({ status }) => status))].sort()).toEqual([...TASK_STATUSES].sort());
      const standing = all.filter(({ status }) => status === 'OFFERED');
      expect(standing.some(({ directedTo }) => directedTo !== null)).toBe(true);
      expect(standing.some(({ declinedBy }) => declinedBy !== '[]')).toBe(true);
      expect(new Set(standing.map(({ skills }) => skills)).size).toBe(3);
    });

    it('offers a volunteer what is standing, theirs to take, not declined, and within their skills', async () => {
      await fc.assert(
        fc.asyncProperty(anyOffers, limit, async (offers, size) => {
          const expected = all.filter((row) => mayAccept(row, offers)).sort(newestFirst);
          expect(ids(await walk(size, (page) => tasks.offered(offers, page)))).toEqual(ids(expected));
          expect(await tasks.countOffered(offers)).toBe(expected.length);
        }),
        { numRuns: 100 },
      );
    });

    it('shows a volunteer the tasks they took, by where they stand', async () => {
      await fc.assert(
        fc.asyncProperty(volunteer, fc.subarray([...TASK_STATUSES]), limit, async (volunteerId, statuses, size) => {
          const expected = all
            .filter((row) => row.volunteerId === volunteerId && statuses.includes(row.status))
            .sort(newestFirst);
          const found = await walk(size, (page) => tasks.ofVolunteer(volunteerId, statuses, page));
          expect(ids(found)).toEqual(ids(expected));
          expect(await tasks.countOfVolunteer(volunteerId, statuses)).toBe(expected.length);
        }),
        { numRuns: 100 },
      );
    });

    it('lists offers whose time is over, the longest over first', async () => {
      for (const now of [minute(0), minute(4_000), minute(9_000)]) {
        const expected = all
          .filter(({ status, acceptBy }) => status === 'OFFERED' && acceptBy < now)
          .sort((a, b) => (a.acceptBy < b.acceptBy ? -1 : 1));
        const over = await tasks.overdueOffers(now, 1_000);
        expect(over.map(({ taskId }) => taskId).sort()).toEqual(ids(expected).sort());
        const first = await tasks.overdueOffers(now, 1);
        const acceptBy = all.find(({ taskId }) => taskId === first[0]?.taskId)?.acceptBy;
        expect(acceptBy).toBe(expected[0]?.acceptBy);
      }
    });

    it('finds one task by its id', async () => {
      expect(await tasks.byId(all[3]?.taskId ?? '')).toEqual(all[3]);
      expect(await tasks.byId('unknown')).toBeUndefined();
    });
  });

  describe('every question', () => {
    const offers = { communityId: COMMUNITIES[0] ?? '', volunteerId: VOLUNTEERS[0] ?? '', skills: [], now: minute(0) };
    const questions: Record<string, (queries: TaskQueries) => Promise<unknown>> = {
      'what is offered': (queries) => queries.offered(offers, { limit: 20 }),
      'what is offered, after': (queries) => queries.offered(offers, { limit: 20, after: [minute(9_000), 'id'] }),
      'what is offered in a category': (queries) => queries.offered({ ...offers, category: 'PARKING' }, { limit: 20 }),
      'what was taken': (queries) => queries.ofVolunteer(offers.volunteerId, ['ACCEPTED'], { limit: 20 }),
      'what is over': (queries) => queries.overdueOffers(minute(0), 20),
    };

    beforeAll(() => multiplyRows(database, 'taskBoard', 'taskId', 100));

    it.each(Object.keys(questions))('is answered along an index: %s', async (name) => {
      const plans = await plansOf<TaskViews>(database, async (views) => questions[name]?.(new TaskQueries(views)));
      // Which sets of skills are asked for is read from all standing offers; what PostgreSQL does after that ends with a limit.
      const walks = plans.slice(Math.max(0, plans.indexOf('Limit')));
      expectIndexWalks(database, walks);
      if (name.endsWith('category')) expect(walks.join('\n')).toMatch(/category(=\?| = 'PARKING')/);
    });
  });
});
