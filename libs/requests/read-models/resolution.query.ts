// The figures of definition `ledger/1`, out of sums kept beside the ledger. Numerators and denominators are added up
// across communities, never rates averaged.
import type { Kysely } from 'kysely';
import { DAY, InvalidInput } from '#libs/kernel';
import type { RequestStatus } from '../domain/request.state.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import type { OnTime, SliceProperty, StatusCounts } from './request-counts.query.ts';
import { RequestCounts, totalOf } from './request-counts.query.ts';
import type { Duty } from './request-figures.tables.ts';
import { DUTIES, DUTY_NAMES, LEGS } from './request-figures.tables.ts';
import type { RequestFilter } from './request-filter.ts';
import { windowConditions } from './request-filter.ts';
import type { RequestViews } from './request-list.query.ts';
import type { RequestRow } from './request-list.tables.ts';
import type { Legs, TimeViews } from './request-times.query.ts';
import { legsOf, RequestTimes } from './request-times.query.ts';

export const LEDGER_DEFINITION = 'ledger/1';

/** Where no sums are kept for a question, its requests are read one by one, and no more than so many of them. */
export const MOST_READ = 10_000;
/** The most days that are told apart at once. */
export const MOST_DAYS = 366;

const OPEN: readonly RequestStatus[] = ['RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'];

/** The statuses each count of the definition consists of; undefined means all. */
export const COUNTED: Readonly<
  Record<'raised' | 'resolved' | 'inFollowUp' | 'open', readonly RequestStatus[] | undefined>
> = {
  raised: undefined,
  resolved: ['RESOLVED'],
  inFollowUp: ['FOLLOW_UP'],
  open: OPEN,
};

export interface Tally {
  readonly raised: number;
  readonly resolved: number;
  readonly inFollowUp: number;
  readonly open: number;
}

export interface ResolutionLimits {
  /** Most requests to read one by one; default 10,000. */
  readonly mostRead?: number;
}

export class ResolutionQueries {
  readonly #views: Kysely<RequestViews>;
  readonly #mostRead: number;
  readonly #counts: RequestCounts;
  readonly #times: RequestTimes;

  constructor(views: Kysely<RequestViews>, { mostRead = MOST_READ }: ResolutionLimits = {}) {
    this.#views = views;
    this.#mostRead = mostRead;
    this.#counts = new RequestCounts(views);
    this.#times = new RequestTimes(views as unknown as Kysely<TimeViews>);
  }

  async tally(filter: RequestFilter): Promise<Tally> {
    return tallyOf(await this.#counts.byStatus(filter));
  }

  /**
   * One tally per value of a property, in order of the value.
   *
   * @throws InvalidInput when it is about more than 366 days
   */
  async slices(property: SliceProperty, filter: RequestFilter): Promise<(Tally & { key: string })[]> {
    if (property === 'day') assertFewDays(spanOf(filter));
    const slices = await this.#counts.slices(property, filter);
    if (property === 'day') assertFewDays(slices.length);
    return slices.map(({ key, counts }) => ({ key, ...tallyOf(counts) }));
  }

  /**
   * How long the legs took.
   *
   * @throws InvalidInput when no sums are kept for the filter and it lists more than 10,000 requests
   */
  async durations(filter: RequestFilter): Promise<Legs> {
    if (RequestTimes.keeps(filter)) return this.#times.legs(filter);
    return legsOf(await this.#read(filter, LEGS));
  }

  /**
   * What was done by its deadline, out of what was due.
   *
   * @throws InvalidInput when statuses are asked for and more than 10,000 requests have them
   */
  async onTime(filter: RequestFilter, cutOff: string): Promise<Readonly<Record<Duty, OnTime>>> {
    if (filter.status === undefined) return this.#counts.onTime(filter, cutOff);
    const rows = await this.#read(filter, ['status', ...new Set(Object.values(DUTIES).flat())]);
    const valid = rows.filter(({ status }) => status !== 'DECLINED' && status !== 'WITHDRAWN');
    return Object.fromEntries(DUTY_NAMES.map((duty) => [duty, onTimeOf(valid, duty, cutOff)])) as Record<Duty, OnTime>;
  }

  async #read<Column extends keyof RequestRow>(
    filter: RequestFilter,
    columns: readonly Column[],
  ): Promise<Pick<RequestRow, Column>[]> {
    const { communityIds, status, category, channel } = filter;
    const listed = totalOf(await this.#counts.byStatus(filter));
    if (listed > this.#mostRead) {
      throw new InvalidInput(
        'Times and punctuality of so many requests are kept by category and whole months only. Ask for fewer, or without status and channel.',
        { field: 'filter', limit: this.#mostRead, found: listed },
      );
    }
    if (listed === 0) return [];
    let query = this.#views
      .selectFrom('requestList')
      .select([...columns])
      .where('communityId', 'in', communityIds);
    if (status !== undefined) query = query.where('status', 'in', status);
    if (category !== undefined) query = query.where('category', '=', category);
    if (channel !== undefined) query = query.where('channel', '=', channel);
    for (const [column, operator, value] of windowConditions(filter)) query = query.where(column, operator, value);
    return (await query.execute()) as unknown as Pick<RequestRow, Column>[];
  }
}

function onTimeOf(
  rows: readonly Readonly<Record<(typeof DUTIES)[Duty][number], string | null>>[],
  duty: Duty,
  cutOff: string,
): OnTime {
  const [done, deadline] = DUTIES[duty];
  const due = rows.filter((row) => {
    const by = row[deadline];
    return by !== null && (row[done] !== null || by < cutOff);
  });
  const inTime = due.filter((row) => row[done] !== null && String(row[done]) <= String(row[deadline]));
  return { numerator: inTime.length, denominator: due.length };
}

/** The days from the first to the last of a window; 0 when it is open. */
function spanOf({ reportedFrom, reportedTo }: RequestFilter): number {
  if (reportedFrom === undefined || reportedTo === undefined) return 0;
  return (Date.parse(reportedTo) - Date.parse(reportedFrom)) / DAY + 1;
}

function assertFewDays(days: number): void {
  if (days <= MOST_DAYS) return;
  throw new InvalidInput(`At most ${MOST_DAYS} days can be told apart. Narrow the window, or ask by month.`, {
    field: 'window',
    limit: MOST_DAYS,
    found: days,
  });
}

function tallyOf(counts: StatusCounts): Tally {
  const of = (statuses: readonly RequestStatus[] = REQUEST_STATUSES) =>
    statuses.reduce((sum, status) => sum + counts[status], 0);
  return {
    raised: of(COUNTED.raised),
    resolved: of(COUNTED.resolved),
    inFollowUp: of(COUNTED.inFollowUp),
    open: of(COUNTED.open),
  };
}
