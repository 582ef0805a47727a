// Counts of requests, and of what was done in time, added up from sums: at most a few dozen rows for each community,
// whatever the number of requests.
import type { Kysely } from 'kysely';
import { CHANNELS } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import type { PeriodRange } from './report-periods.ts';
import { daysWithin, monthsWithin, nameOfPeriod, rangesWithin } from './report-periods.ts';
import type {
  Duty,
  DutyColumn,
  RequestCountRow,
  RequestDeadlineRow,
  ReviewCountRow,
} from './request-figures.tables.ts';
import { ANY, DUTY_COLUMNS, DUTY_NAMES, STATUS_COLUMNS } from './request-figures.tables.ts';
import type { RequestFilter } from './request-filter.ts';
import type { Branch, Condition } from './sums.ts';
import { SumQueries } from './sums.ts';

export interface CountViews {
  readonly requestCounts: RequestCountRow;
  readonly requestDeadlines: RequestDeadlineRow;
  readonly reviewCounts: ReviewCountRow;
}

/** How many requests stand where; a status that was not asked for counts 0. */
export type StatusCounts = Readonly<Record<RequestStatus, number>>;

export type SliceProperty = 'category' | 'channel' | 'month' | 'day';

export interface OnTime {
  /** Done by the deadline. */
  readonly numerator: number;
  /** What is done, and what is not though its deadline has passed at the cut-off. */
  readonly denominator: number;
}

const COLUMNS = Object.values(STATUS_COLUMNS);

export class RequestCounts {
  readonly #sums: SumQueries;

  constructor(views: Kysely<CountViews>) {
    this.#sums = new SumQueries(views);
  }

  /** How many requests a filter lists. */
  async count(filter: RequestFilter): Promise<number> {
    return totalOf(await this.byStatus(filter));
  }

  async byStatus(filter: RequestFilter): Promise<StatusCounts> {
    return statusesOf(await this.#sums.of(branchesOf(filter, COLUMNS)), filter);
  }

  /** Counts for every value of a property that a request has, in order of the value. */
  async slices(property: SliceProperty, filter: RequestFilter): Promise<{ key: string; counts: StatusCounts }[]> {
    const rows = await this.#sums.of(branchesOf(filter, COLUMNS, property));
    const sliced = rows.filter(({ key }) => key !== ANY);
    return [...Map.groupBy(sliced, ({ key }) => keyOf(property, key))]
      .map(([key, of]) => ({ key, counts: statusesOf(of, filter) }))
      .filter(({ counts }) => totalOf(counts) > 0)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /**
   * What was done in time, and what was due. The statuses of the filter are not looked at.
   *
   * Who is not done yet is counted by the sums; those whose deadline has not passed are taken off, one by one: they
   * are as many as there is work in hand.
   */
  async onTime(filter: RequestFilter, cutOff: string): Promise<Readonly<Record<Duty, OnTime>>> {
    const counted = branchesOf(filter, DUTY_COLUMNS);
    const rows = await this.#sums.of(counted.length > 0 ? [...counted, notYetDue(filter, cutOff)] : []);
    const of = (column: DutyColumn) => rows.reduce((sum, row) => (row.key === '' ? sum + row[column] : sum), 0);
    const ahead = new Map(rows.map((row) => [row.key, row[WAITING]]));
    return Object.fromEntries(
      DUTY_NAMES.map((duty) => {
        const [numerator, late, pending] = [of(`${duty}InTime`), of(`${duty}Late`), of(`${duty}Pending`)];
        return [duty, { numerator, denominator: numerator + late + pending - (ahead.get(duty) ?? 0) }];
      }),
    ) as Record<Duty, OnTime>;
  }

  /** How many follow-ups are to be reviewed on a day or before. */
  async reviewsDue(communityIds: readonly string[], by: string): Promise<number> {
    if (communityIds.length === 0) return 0;
    const rows = await this.#sums.of<'reviews'>(
      rangesWithin(undefined, by).map((range) => ({
        table: 'reviewCounts',
        columns: ['reviews'],
        where: [['communityId', 'in', communityIds], ...within(range)],
      })),
    );
    return rows.reduce((sum, { reviews }) => sum + reviews, 0);
  }
}

function branchesOf<Column extends string>(
  filter: RequestFilter,
  columns: readonly Column[],
  property?: SliceProperty,
): Branch<Column>[] {
  if (filter.communityIds.length === 0) return [];
  const by = property === 'month' || property === 'day' ? 'period' : property;
  return rangesOf(filter, property).map((range) => ({
    table: 'requestCounts',
    columns,
    by,
    where: [['communityId', 'in', filter.communityIds], ...kept(filter, property), ...within(range)],
  }));
}

/** Which of the sums: those as coarse as the question allows. By category and by channel, their total comes with them. */
function kept({ category, channel }: RequestFilter, property: SliceProperty | undefined): Condition[] {
  const categories: Condition[] =
    property === 'category' && category === undefined ? [] : [['category', '=', category ?? ANY]];
  const channels: Condition =
    property === 'channel' && channel === undefined ? ['channel', 'in', CHANNELS] : ['channel', '=', channel ?? ANY];
  return [...categories, channels];
}

function rangesOf({ reportedFrom, reportedTo }: RequestFilter, property?: SliceProperty): readonly PeriodRange[] {
  if (property === 'day') return [daysWithin(reportedFrom, reportedTo)];
  return property === 'month' ? monthsWithin(reportedFrom, reportedTo) : rangesWithin(reportedFrom, reportedTo);
}

/** A range also where it is one period: SQLite would leave the index for the primary key by community alone. */
function within({ first, last }: PeriodRange): Condition[] {
  return [
    ['period', '>=', first],
    ['period', '<=', last],
  ];
}

/** The column that holds how many duties are ahead. */
const WAITING = 'dispatchedPending' satisfies DutyColumn;

/** By duty, what need not have been done before the cut-off. */
function notYetDue(filter: RequestFilter, cutOff: string): Branch<DutyColumn> {
  const { communityIds, reportedFrom, reportedTo, category, channel } = filter;
  const where: Condition[] = [
    ['communityId', 'in', communityIds],
    ['duty', 'in', DUTY_NAMES],
    ['deadline', '>=', cutOff],
  ];
  if (reportedFrom !== undefined) where.push(['reportedOn', '>=', reportedFrom]);
  if (reportedTo !== undefined) where.push(['reportedOn', '<=', reportedTo]);
  if (category !== undefined) where.push(['category', '=', category]);
  if (channel !== undefined) where.push(['channel', '=', channel]);
  return { table: 'requestDeadlines', columns: DUTY_COLUMNS, where, by: 'duty', counted: WAITING };
}

function keyOf(property: SliceProperty, key: string): string {
  if (property === 'month') return nameOfPeriod(key).slice(0, 7);
  return property === 'day' ? nameOfPeriod(key) : key;
}

function statusesOf(
  rows: readonly Readonly<Record<(typeof COLUMNS)[number], number>>[],
  { status }: RequestFilter,
): StatusCounts {
  const of = (one: RequestStatus) =>
    status && !status.includes(one) ? 0 : rows.reduce((sum, row) => sum + row[STATUS_COLUMNS[one]], 0);
  return Object.fromEntries(REQUEST_STATUSES.map((one) => [one, of(one)])) as Record<RequestStatus, number>;
}

export function totalOf(counts: StatusCounts): number {
  return Object.values(counts).reduce((sum, requests) => sum + requests, 0);
}
