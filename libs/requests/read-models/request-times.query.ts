// How long the legs of requests took: percentiles out of buckets, first which group of buckets, then which bucket of it.
import type { Kysely } from 'kysely';
import { bucketOf, secondsOf, SPAN } from './duration-buckets.ts';
import { hasDays, monthsWithin, rangesWithin } from './report-periods.ts';
import type { BucketColumn, LegName, LegPart, RequestTimeRow } from './request-figures.tables.ts';
import { ANY, BUCKET_COLUMNS, LEGS } from './request-figures.tables.ts';
import type { RequestFilter } from './request-filter.ts';
import type { Branch, Sums } from './sums.ts';
import { SumQueries } from './sums.ts';

export interface TimeViews {
  readonly requestTimes: RequestTimeRow;
}

export interface Leg {
  /** How many requests have finished the leg. */
  readonly count: number;
  /** Nearest-rank percentiles in whole seconds, exact below 128 s and within 0.8 % above; null without data. */
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

export type Legs = Readonly<Record<LegName, Leg>>;

const SHARES = [0.5, 0.9] as const;

/** The group of buckets a rank falls into, and its rank within the group. */
interface Place {
  readonly index: number;
  readonly rank: number;
}

export class RequestTimes {
  readonly #sums: SumQueries;

  constructor(views: Kysely<TimeViews>) {
    this.#sums = new SumQueries(views);
  }

  /** Whether the sums answer this question: they are kept by category and month, and for all categories by day. */
  static keeps({ status, category, channel, reportedFrom, reportedTo }: RequestFilter): boolean {
    if (status !== undefined || channel !== undefined) return false;
    return category === undefined || !hasDays(rangesWithin(reportedFrom, reportedTo));
  }

  async legs(filter: RequestFilter): Promise<Legs> {
    const wholes = await this.#rows(filter, LEGS);
    const counts = new Map(LEGS.map((leg) => [leg, wholes.get(leg) ?? []]));
    const groups = LEGS.flatMap((leg) =>
      placesOf(counts.get(leg) ?? []).map(({ index }) => `${leg} ${index}` as const satisfies LegPart),
    );
    const parts = await this.#rows(filter, [...new Set(groups)]);
    return Object.fromEntries(LEGS.map((leg) => [leg, legOf(leg, counts.get(leg) ?? [], parts)])) as Record<
      LegName,
      Leg
    >;
  }

  /** The numbers of each part's row, added up over communities and periods. */
  async #rows(filter: RequestFilter, parts: readonly LegPart[]): Promise<Map<string, number[]>> {
    const { communityIds, category = ANY, reportedFrom, reportedTo } = filter;
    if (communityIds.length === 0 || parts.length === 0) return new Map();
    const rangesOf = category === ANY ? rangesWithin : monthsWithin;
    const branches = rangesOf(reportedFrom, reportedTo).map(({ first, last }): Branch<BucketColumn> => ({
      table: 'requestTimes',
      columns: BUCKET_COLUMNS,
      by: 'part',
      where: [
        ['communityId', 'in', communityIds],
        ['category', '=', category],
        ['part', 'in', parts],
        ['period', '>=', first],
        ['period', '<=', last],
      ],
    }));
    const rows = Map.groupBy(await this.#sums.of(branches), ({ key }) => key);
    return new Map([...rows].map(([part, of]) => [part, added(of)]));
  }
}

/** Legs counted from the durations themselves, in the same buckets. */
export function legsOf(rows: readonly Readonly<Record<LegName, number | null>>[]): Legs {
  const of = (leg: LegName): Leg => {
    const buckets = rows.flatMap((row) => row[leg] ?? []).map(bucketOf);
    buckets.sort((a, b) => a - b);
    const at = (share: number) => {
      const bucket = buckets[Math.ceil(share * buckets.length) - 1];
      return bucket === undefined ? null : secondsOf(bucket);
    };
    return { count: buckets.length, medianSeconds: at(SHARES[0]), p90Seconds: at(SHARES[1]) };
  };
  return Object.fromEntries(LEGS.map((leg) => [leg, of(leg)])) as Record<LegName, Leg>;
}

function added(rows: readonly Sums<BucketColumn>[]): number[] {
  return BUCKET_COLUMNS.map((column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0));
}

function placesOf(counts: readonly number[]): Place[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return total === 0 ? [] : SHARES.map((share) => placeOf(counts, Math.ceil(share * total)));
}

/** Where the so-manieth lies. When there are fewer, since they were read a moment later, the last there is. */
function placeOf(counts: readonly number[], rank: number): Place {
  let before = 0;
  for (const [index, n] of counts.entries()) {
    if (before + n >= rank) return { index, rank: rank - before };
    before += n;
  }
  return {
    index: Math.max(
      0,
      counts.findLastIndex((n) => n > 0),
    ),
    rank,
  };
}

function legOf(leg: LegName, counts: readonly number[], parts: ReadonlyMap<string, number[]>): Leg {
  const seconds = placesOf(counts).map(({ index, rank }) => {
    const within = placeOf(parts.get(`${leg} ${index}`) ?? [], rank);
    return secondsOf(index * SPAN + within.index);
  });
  const [medianSeconds = null, p90Seconds = null] = seconds;
  return { count: counts.reduce((sum, n) => sum + n, 0), medianSeconds, p90Seconds };
}
