// The figures of `ledger/1` equal what counting and sorting the rows by hand gives, in either database.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReadDatabase } from '#libs/platform';
import { dialects, plansOf, sqlite } from '#libs/platform/testing';
import { instantOf, InvalidInput } from '#libs/kernel';
import { anyFilter, matching } from '../testing/filters.ts';
import { COMMUNITIES } from '../testing/random-requests.ts';
import { minute } from '../testing/request-examples.ts';
import { RequestRecords } from '../testing/request-records.ts';
import { bucketOf, secondsOf } from './duration-buckets.ts';
import type { SliceProperty } from './request-counts.query.ts';
import { DUTIES, DUTY_NAMES, LEGS } from './request-figures.tables.ts';
import type { RequestFilter } from './request-filter.ts';
import type { RequestViews } from './request-list.query.ts';
import { RequestQueries } from './request-list.query.ts';
import type { RequestRow } from './request-list.tables.ts';
import { RequestTimes } from './request-times.query.ts';
import { ResolutionQueries } from './resolution.query.ts';

const NUM_RUNS = { numRuns: 100 };
const ENDS = {
  secondsToDispatch: ['reportedAt', 'dispatchedAt'],
  secondsToAccept: ['dispatchedAt', 'acceptedAt'],
  secondsToDone: ['acceptedAt', 'doneAt'],
  secondsToResolved: ['doneAt', 'resolvedAt'],
  secondsInAll: ['reportedAt', 'resolvedAt'],
} as const;

let records: RequestRecords;
let database: ReadDatabase;
let figures: ResolutionQueries;
let all: RequestRow[];

async function open(dialect: (typeof dialects)[number]): Promise<void> {
  records = await RequestRecords.open(dialect);
  database = await records.ofManyLives(200);
  figures = new ResolutionQueries(database.query);
  all = (await database.query.selectFrom('requestList').selectAll().execute()) as RequestRow[];
}

function tallied(rows: readonly RequestRow[]) {
  const of = (...statuses: string[]) => rows.filter(({ status }) => statuses.includes(status)).length;
  return {
    raised: rows.length,
    resolved: of('RESOLVED'),
    inFollowUp: of('FOLLOW_UP'),
    open: of('RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'),
  };
}

const SLICED: Readonly<Record<SliceProperty, (row: RequestRow) => string>> = {
  category: ({ category }) => category,
  channel: ({ channel }) => channel,
  month: ({ reportedOn }) => reportedOn.slice(0, 7),
  day: ({ reportedOn }) => reportedOn,
};

/** Nearest-rank percentiles of what the rows say, each as its bucket is read back. */
function legByHand(rows: readonly RequestRow[], [from, to]: (typeof ENDS)[keyof typeof ENDS]) {
  const seconds = rows
    .filter((row) => row[from] !== null && row[to] !== null)
    .map((row) => Math.round((Date.parse(String(row[to])) - Date.parse(String(row[from]))) / 1_000))
    .sort((a, b) => a - b);
  const at = (share: number) => {
    const exact = seconds[Math.ceil(share * seconds.length) - 1];
    return exact === undefined ? null : secondsOf(bucketOf(exact));
  };
  return { count: seconds.length, medianSeconds: at(0.5), p90Seconds: at(0.9) };
}

function punctual(rows: readonly RequestRow[], [done, deadline]: (typeof DUTIES)[keyof typeof DUTIES], now: string) {
  const due = rows.filter((row) => {
    const [at, by] = [row[done], row[deadline]];
    return by !== null && !['DECLINED', 'WITHDRAWN'].includes(row.status) && (at !== null || by < now);
  });
  const inTime = due.filter((row) => row[done] !== null && String(row[done]) <= String(row[deadline]));
  return { numerator: inTime.length, denominator: due.length };
}

describe.each(dialects)('the figures in $name', (dialect) => {
  beforeAll(() => open(dialect));
  afterAll(() => records.close());

  it('tally what was raised, resolved, followed up and is open', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        expect(await figures.tally(filter)).toEqual(tallied(matching(all, filter)));
      }),
      NUM_RUNS,
    );
  });

  it('slice the tally by a property, and the slices add up to it', async () => {
    const property = fc.constantFrom('category' as const, 'channel' as const, 'month' as const, 'day' as const);
    await fc.assert(
      fc.asyncProperty(anyFilter, property, async (filter, by) => {
        const groups = [...Map.groupBy(matching(all, filter), SLICED[by])].sort(([a], [b]) => (a < b ? -1 : 1));
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
      fc.asyncProperty(anyFilter, async (filter) => {
        const rows = matching(all, filter);
        const expected = Object.fromEntries(LEGS.map((leg) => [leg, legByHand(rows, ENDS[leg])]));
        expect(await figures.durations(filter)).toEqual(expected);
      }),
      NUM_RUNS,
    );
  });

  it('set what was done by its deadline against all that was due', async () => {
    const cutOff = fc.nat(12_000).map((minutes) => minute(minutes));
    await fc.assert(
      fc.asyncProperty(anyFilter, cutOff, async (filter, now) => {
        const rows = matching(all, filter);
        const expected = Object.fromEntries(DUTY_NAMES.map((duty) => [duty, punctual(rows, DUTIES[duty], now)]));
        expect(await figures.onTime(filter, now)).toEqual(expected);
      }),
      NUM_RUNS,
    );
  });

  it('count the very moment of the deadline as in time, and an open one only once it has passed', async () => {
    const row = all.find(({ status, dueAt }) => status === 'RAISED' && dueAt > minute(0)) as RequestRow;
    const { communityId, category, channel, reportedOn, dueAt } = row;
    const filter = {
      communityIds: [communityId],
      category,
      channel,
      reportedFrom: reportedOn,
      reportedTo: reportedOn,
    };
    const before = (await figures.onTime(filter, dueAt)).resolved;
    const after = (await figures.onTime(filter, instantOf(Date.parse(dueAt) + 1))).resolved;
    expect(after.denominator).toBe(before.denominator + 1);
    expect(after.numerator).toBe(before.numerator);
  });

  it('count the reviews that are due', async () => {
    const requests = new RequestQueries(database.query);
    for (const by of ['2026-03-31', '2026-04-04', '2026-04-30', '2026-12-31']) {
      const due = all.filter(({ reviewOn }) => reviewOn !== null && reviewOn <= by).length;
      expect(await requests.countReviewsDue(COMMUNITIES, by)).toBe(due);
    }
  });
});

describe('in the embedded database', () => {
  beforeAll(() => open(sqlite));
  afterAll(() => records.close());

  describe('a question', () => {
    const wanted = { communityIds: COMMUNITIES };
    const refused: Record<string, (figures: ResolutionQueries) => Promise<unknown>> = {
      'of more days than can be told apart': (figures) =>
        figures.slices('day', { ...wanted, reportedFrom: '2025-01-01', reportedTo: '2026-01-02' }),
      'of times by channel of many requests': (figures) => figures.durations({ ...wanted, channel: 'PHONE' }),
      'of times by status of many requests': (figures) => figures.durations({ ...wanted, status: ['RESOLVED'] }),
      'of punctuality by status of many requests': (figures) =>
        figures.onTime({ ...wanted, status: ['RESOLVED'] }, minute(0)),
    };

    it.each(Object.keys(refused))('is refused: %s', async (name) => {
      const figures = new ResolutionQueries(database.query, { mostRead: 5 });
      await expect(refused[name]?.(figures)).rejects.toThrow(InvalidInput);
    });

    it('of a year of days is answered', async () => {
      const figures = new ResolutionQueries(database.query);
      const year = { ...wanted, reportedFrom: '2026-01-01', reportedTo: '2027-01-01' };
      expect((await figures.slices('day', year)).length).toBeGreaterThan(3);
    });

    it('that the sums of times do not answer is known beforehand', () => {
      const months = { ...wanted, reportedFrom: '2026-02-01', reportedTo: '2026-03-31' };
      const kept: RequestFilter[] = [
        wanted,
        months,
        { ...months, category: 'PARKING' },
        { ...wanted, reportedTo: '2026-03-04' },
      ];
      const read: RequestFilter[] = [
        { ...wanted, status: ['DONE'] },
        { ...wanted, channel: 'PHONE' },
        { ...wanted, category: 'PARKING', reportedTo: '2026-03-04' },
      ];
      expect(kept.map((filter) => RequestTimes.keeps(filter))).toEqual(kept.map(() => true));
      expect(read.map((filter) => RequestTimes.keeps(filter))).toEqual(read.map(() => false));
    });
  });

  it('no leg runs backwards', () => {
    for (const leg of LEGS) {
      expect(all.filter((row) => (row[leg] ?? 0) < 0)).toEqual([]);
      expect(all.some((row) => (row[leg] ?? 0) > 0)).toBe(true);
    }
  });

  describe('no figure reads what it does not ask for', () => {
    const windows = [
      {},
      { reportedFrom: '2026-03-01', reportedTo: '2026-03-31' },
      { reportedFrom: '2026-02-14', reportedTo: '2026-03-04' },
    ];
    const filters = windows.flatMap((window) =>
      [
        {},
        { category: 'PARKING' },
        { channel: 'PHONE' as const },
        { category: 'PARKING', channel: 'PHONE' as const },
      ].map((filter) => ({ communityIds: COMMUNITIES, ...window, ...filter })),
    );

    it.each(filters)('%j', async (filter) => {
      const plans = await plansOf<RequestViews>(database, async (views) => {
        const queries = new ResolutionQueries(views);
        for (const property of ['category', 'channel', 'month', 'day'] as const) await queries.slices(property, filter);
        await queries.durations(filter);
        await queries.onTime(filter, minute(0));
      });
      expect(plans.filter((plan) => /\bSCAN\b/.test(plan))).toEqual([]);
      const searches = plans.filter((plan) => plan.startsWith('SEARCH request'));
      expect(searches.length).toBeGreaterThanOrEqual(6);
      for (const plan of searches) {
        expect(plan).toMatch(/USING (PRIMARY KEY|(COVERING )?INDEX \w+) \(communityId=\? AND /);
        if (plan.includes('requestList')) expect(plan).toMatch(/(category|channel)=\?/);
        else expect(plan).toMatch(/period[=<>]|deadline>/);
      }
    });
  });
});
