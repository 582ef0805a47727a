// Pages and counts of the ledger say the same as reading every row would, and never read every row.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import type { ReadDatabase } from '#libs/platform';
import { dialects, expectIndexWalks, multiplyRows, plansOf } from '#libs/platform/testing';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import { anyFilter, matching } from '../testing/filters.ts';
import { COMMUNITIES } from '../testing/random-requests.ts';
import { RequestRecords } from '../testing/request-records.ts';
import type { RequestFilter, RequestViews } from './request-list.query.ts';
import { RequestQueries } from './request-list.query.ts';
import type { RequestRow } from './request-list.tables.ts';

type RequestFilterPart = Partial<RequestFilter>;

let records: RequestRecords;
let database: ReadDatabase;
let queries: RequestQueries;
let all: RequestRow[];
/** What the filter means, in report order. */
function naive(filter: RequestFilter): RequestRow[] {
  return matching(all, filter).sort(by((row) => `${row.reportedAt} ${row.requestId}`));
}

function by(key: (row: RequestRow) => string) {
  return (a: RequestRow, b: RequestRow) => (key(a) < key(b) ? -1 : 1);
}

const ids = (rows: readonly RequestRow[]) => rows.map(({ requestId }) => requestId);

/** Every page one after another, each going on after the last row of the one before. */
async function walk(
  limit: number,
  pageAfter: (after?: readonly [string, string]) => Promise<RequestRow[]>,
  cursor: (row: RequestRow) => readonly [string, string],
) {
  const rows: RequestRow[] = [];
  for (let page = await pageAfter(); page.length > 0;) {
    expect(page.length).toBeLessThanOrEqual(limit);
    rows.push(...page);
    if (page.length < limit) break;
    page = await pageAfter(cursor(page.at(-1) as RequestRow));
  }
  return rows;
}

describe.each(dialects)('in $name', (dialect) => {
  beforeAll(async () => {
    records = await RequestRecords.open(dialect);
    database = await records.ofManyLives(200);
    queries = new RequestQueries(database.query);
    all = (await database.query.selectFrom('requestList').selectAll().execute()) as RequestRow[];
  });
  afterAll(() => records.close());

  describe('the ledger', () => {
    it('has enough of everything for the comparisons to mean something', () => {
      expect(new Set(all.map(({ status }) => status)).size).toBe(REQUEST_STATUSES.length);
      expect(all.some(({ reportedAt, reportedOn }) => reportedAt.slice(0, 10) !== reportedOn)).toBe(true);
    });

    it('pages in both directions through exactly the rows of any filter', async () => {
      const question = fc.record({
        filter: anyFilter,
        limit: fc.integer({ min: 1, max: 60 }),
        newestFirst: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(question, async ({ filter, limit, newestFirst }) => {
          const page = (after?: readonly [string, string]) => queries.page(filter, { newestFirst, limit, after });
          const expected = naive(filter);
          if (newestFirst) expected.reverse();
          const found = await walk(limit, page, ({ reportedAt, requestId }) => [reportedAt, requestId]);
          expect(ids(found)).toEqual(ids(expected));
        }),
        { numRuns: 80 },
      );
    });

    it('counts what it lists', async () => {
      await fc.assert(
        fc.asyncProperty(anyFilter, async (filter) => {
          expect(await queries.count(filter)).toBe(naive(filter).length);
        }),
        { numRuns: 80 },
      );
    });

    it('lists and counts the requests of some reporters, by an index', async () => {
      const persons = fc.array(fc.constantFrom('nobody', ...all.slice(0, 40).map(({ personId }) => personId)));
      const question = fc.record({ filter: anyFilter, personIds: persons, newestFirst: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(question, async ({ filter, personIds, newestFirst }) => {
          const of = { ...filter, personIds };
          const expected = naive(filter).filter(({ personId }) => personIds.includes(personId));
          if (newestFirst) expected.reverse();
          const page = (after?: readonly [string, string]) => queries.page(of, { newestFirst, limit: 3, after });
          const found = await walk(3, page, ({ reportedAt, requestId }) => [reportedAt, requestId]);
          expect(ids(found)).toEqual(ids(expected));
          expect(await queries.count(of)).toBe(expected.length);
        }),
        { numRuns: 80 },
      );
    });

    it('finds one request by its id', async () => {
      expect(await queries.byId(all[7]?.requestId ?? '')).toEqual(all[7]);
      expect(await queries.byId('unknown')).toBeUndefined();
    });
  });

  describe('reviews due', () => {
    it('are the follow-ups up to a day, the longest due first, page by page', async () => {
      for (const communityIds of [[], COMMUNITIES.slice(0, 1), COMMUNITIES]) {
        for (const until of ['2026-03-31', '2026-04-04', '2026-12-31']) {
          const expected = all
            .filter((row) => communityIds.includes(row.communityId) && row.reviewOn !== null && row.reviewOn <= until)
            .sort(by((row) => `${row.reviewOn ?? ''} ${row.requestId}`));
          const page = (after?: readonly [string, string]) => queries.reviewsDue(communityIds, until, 3, after);
          const found = await walk(3, page, ({ reviewOn, requestId }) => [reviewOn ?? '', requestId]);
          expect(ids(found)).toEqual(ids(expected));
          expect(await queries.countReviewsDue(communityIds, until)).toBe(expected.length);
        }
      }
    });
  });

  describe('every allowed filter', () => {
    const choices = <T>(name: string, ...values: T[]) => [{}, ...values.map((value) => ({ [name]: value }))];
    const filters = choices('status', ['RAISED'], ['RAISED', 'DONE'])
      .flatMap((filter) => choices('category', 'PARKING').map((more) => ({ ...filter, ...more })))
      .flatMap((filter) => choices('channel', 'PHONE').map((more) => ({ ...filter, ...more })))
      .flatMap((filter) => choices('reportedFrom', '2026-03-02').map((more) => ({ ...filter, ...more })))
      .flatMap((filter) => choices('reportedTo', '2026-03-04').map((more) => ({ ...filter, ...more })));

    beforeAll(() => multiplyRows(database, 'requestList', 'requestId', 30));

    const firstOrNext = [undefined, ['2026-03-03T00:00:00.000Z', 'id'] as const];
    const pagesOf = (communityIds: readonly string[], filter: object) =>
      [true, false].flatMap((newestFirst) =>
        firstOrNext.map(
          (after) => (views: Kysely<RequestViews>) =>
            new RequestQueries(views).page({ communityIds, ...filter }, { newestFirst, limit: 20, after }),
        ),
      );

    it.each(filters.filter(({ status = [] }: RequestFilterPart) => status.length < 2))(
      'walks an index in order: %j',
      async (filter) => {
        const named = ['communityId', ...['category', 'channel', 'status'].filter((name) => name in filter)];
        for (const [index, page] of pagesOf(COMMUNITIES.slice(0, 1), filter).entries()) {
          const plans = await plansOf<RequestViews>(database, page);
          expectIndexWalks(database, plans);
          const used = plans.filter((step) => /USING INDEX|Index Cond/.test(step));
          expect(used).toHaveLength(1);
          for (const name of named) expect(used[0]).toMatch(new RegExp(`${name}"?( =|=\\?)`));
          const bounded = index % 2 === 1 || 'reportedFrom' in filter || 'reportedTo' in filter;
          if (bounded) expect(used[0]).toContain('reportedAt');
        }
      },
    );

    it.each(filters)(
      'walks for each of several communities or statuses, and reads the page alone: %j',
      async (filter) => {
        for (const page of pagesOf(COMMUNITIES, filter)) {
          const plans = await plansOf<RequestViews>(database, page);
          expect(plans.join('\n')).not.toMatch(/Seq Scan|SCAN requestList/);
          const searches = plans.filter((step) => /SEARCH requestList|Index (Only )?Scan/.test(step));
          expect(searches.length).toBeGreaterThan(COMMUNITIES.length);
        }
      },
    );

    // A few dozen rows for each community: PostgreSQL may read them any way it likes.
    (dialect.name === 'SQLite' ? it : it.skip).each(filters)('counts from sums along the key: %j', async (filter) => {
      const plans = await plansOf<RequestViews>(database, (views) =>
        new RequestQueries(views).count({ communityIds: COMMUNITIES, ...filter }),
      );
      const searched = plans.filter((plan) => plan.includes('requestCounts'));
      expect(searched).not.toEqual([]);
      for (const plan of searched)
        expect(plan).toMatch(/^SEARCH requestCounts\w* USING (INDEX \w+|PRIMARY KEY) \(communityId=\? AND .*period/);
    });

    it('lists reviews due along an index', async () => {
      const plans = await plansOf<RequestViews>(database, (views) =>
        new RequestQueries(views).reviewsDue(COMMUNITIES, '2026-04-04', 20, ['2026-04-01', 'id']),
      );
      expectIndexWalks(database, plans);
    });
  });
});
