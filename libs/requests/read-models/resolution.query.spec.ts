// The figures of `ledger/1` equal what counting and sorting the rows by hand gives.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReadDatabase } from '#libs/platform';
import { instantOf } from '#libs/kernel';
import { anyFilter, matching } from '../testing/filters.ts';
import { plansOf } from '../testing/query-plans.ts';
import { COMMUNITIES } from '../testing/random-requests.ts';
import { minute } from '../testing/request-examples.ts';
import { RequestRecords } from '../testing/request-records.ts';
import type { RequestViews } from './request-list.query.ts';
import type { RequestRow } from './request-list.tables.ts';
import type { LegName } from './resolution.query.ts';
import { ResolutionQueries } from './resolution.query.ts';

const NUM_RUNS = { numRuns: 100 };
const LEGS: readonly (readonly [LegName, keyof RequestRow, keyof RequestRow])[] = [
  ['secondsToDispatch', 'reportedAt', 'dispatchedAt'],
  ['secondsToAccept', 'dispatchedAt', 'acceptedAt'],
  ['secondsToDone', 'acceptedAt', 'doneAt'],
  ['secondsToResolved', 'doneAt', 'resolvedAt'],
  ['secondsInAll', 'reportedAt', 'resolvedAt'],
];
const DEADLINES = [
  ['dispatchedAt', 'dueAt'],
  ['acceptedAt', 'acceptBy'],
  ['resolvedAt', 'dueAt'],
  ['calledBackAt', 'callBackDueAt'],
] as const;

let records: RequestRecords;
let database: ReadDatabase;
let figures: ResolutionQueries;
let all: RequestRow[];
beforeAll(async () => {
  records = await RequestRecords.open();
  database = await records.ofManyLives(200);
  figures = new ResolutionQueries(database.query);
  all = (await database.query.selectFrom('requestList').selectAll().execute()) as RequestRow[];
});
afterAll(() => records.close());

function tallied(rows: readonly RequestRow[]) {
  const of = (...statuses: string[]) => rows.filter(({ status }) => statuses.includes(status)).length;
  return {
    raised: rows.length,
    resolved: of('RESOLVED'),
    inFollowUp: of('FOLLOW_UP'),
    open: of('RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'),
  };
}

describe('the figures', () => {
  it('tally what was raised, resolved, followed up and is open', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        expect(await figures.tally(filter)).toEqual(tallied(matching(all, filter)));
      }),
      NUM_RUNS,
    );
  });

  it('slice the tally by a property, and the slices add up to it', async () => {
    const property = fc.constantFrom('category' as const, 'channel' as const, 'reportedOn' as const);
    await fc.assert(
      fc.asyncProperty(anyFilter, property, async (filter, by) => {
        const groups = [...Map.groupBy(matching(all, filter), (row) => row[by])].sort(([a], [b]) => (a < b ? -1 : 1));
        const slices = await figures.slices(by, filter);
        expect(slices).toEqual(groups.map(([key, rows]) => ({ key, ...tallied(rows) })));
        const sum = (of: (slice: (typeof slices)[number]) => number) => slices.reduce((n, slice) => n + of(slice), 0);
        const { raised, open } = await figures.tally(filter);
        expect([sum((slice) => slice.raised), sum((slice) => slice.open)]).toEqual([raised, open]);
      }),
      NUM_RUNS,
    );
  });

  it('measure each leg by nearest rank, and say nothing without data', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, fc.constantFrom(...LEGS), async (filter, [leg, from, to]) => {
        const seconds = matching(all, filter)
          .filter((row) => row[from] !== null && row[to] !== null)
          .map((row) => Math.round((Date.parse(String(row[to])) - Date.parse(String(row[from]))) / 1_000))
          .sort((a, b) => a - b);
        const rank = (share: number) => seconds[Math.ceil(share * seconds.length) - 1] ?? null;
        const expected = { count: seconds.length, medianSeconds: rank(0.5), p90Seconds: rank(0.9) };
        expect(await figures.leg(leg, filter)).toEqual(expected);
      }),
      NUM_RUNS,
    );
  });

  it('never measure a leg that runs backwards', () => {
    for (const [leg] of LEGS) {
      expect(all.filter((row) => (row[leg] ?? 0) < 0)).toEqual([]);
      expect(all.some((row) => (row[leg] ?? 0) > 0)).toBe(true);
    }
  });
});

describe('on-time rates', () => {
  it('set what was done by its deadline against all that was due', async () => {
    const cutOff = fc.nat(12_000).map((minutes) => minute(minutes));
    await fc.assert(
      fc.asyncProperty(anyFilter, fc.constantFrom(...DEADLINES), cutOff, async (filter, [done, deadline], now) => {
        const due = matching(all, filter).filter((row) => {
          const [at, by] = [row[done], row[deadline]];
          return by !== null && !['DECLINED', 'WITHDRAWN'].includes(row.status) && (at !== null || by < now);
        });
        const inTime = due.filter((row) => row[done] !== null && String(row[done]) <= String(row[deadline]));
        const expected = { numerator: inTime.length, denominator: due.length };
        expect(await figures.onTime(done, deadline, filter, now)).toEqual(expected);
      }),
      NUM_RUNS,
    );
  });

  it('count the very moment of the deadline as in time, and an open one only once it has passed', async () => {
    const row = all.find(({ status, dueAt }) => status === 'RAISED' && dueAt > minute(0)) as RequestRow;
    const { communityId, category, channel, reportedOn, dueAt } = row;
    const filter = { communityIds: [communityId], category, channel, reportedFrom: reportedOn, reportedTo: reportedOn };
    const dueAtCutOff = async (cutOff: string) => figures.onTime('resolvedAt', 'dueAt', filter, cutOff);
    const before = await dueAtCutOff(dueAt);
    const after = await dueAtCutOff(instantOf(Date.parse(dueAt) + 1));
    expect(after.denominator).toBe(before.denominator + 1);
    expect(after.numerator).toBe(before.numerator);
  });
});

it('no figure reads the ledgers of other communities', async () => {
  const filter = { communityIds: COMMUNITIES, category: 'PARKING', reportedFrom: '2026-03-02' };
  const plans = await plansOf<RequestViews>(database, async (views) => {
    const queries = new ResolutionQueries(views);
    await queries.slices('category', filter);
    await queries.leg('secondsInAll', filter);
    await queries.onTime('resolvedAt', 'dueAt', filter, minute(0));
  });
  expect(plans.filter((plan) => /\bSCAN\b/.test(plan))).toEqual([]);
  expect(plans.filter((plan) => plan.startsWith('SEARCH')).length).toBeGreaterThanOrEqual(4);
});
