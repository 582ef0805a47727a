// Reads the reception ledger: keyset pages that cost the same at any size, and counts that add up from sums. Every
// filter that is allowed walks an index; what is not in `RequestFilter` cannot be asked.
import type { CompiledQuery, Kysely } from 'kysely';
import type { RequestStatus } from '../domain/request.state.ts';
import { REQUEST_STATUSES } from '../domain/request.state.ts';
import { PreparedQueries } from './prepared-queries.ts';
import type { CountViews } from './request-counts.query.ts';
import { RequestCounts } from './request-counts.query.ts';
import type { FilterCondition, RequestFilter } from './request-filter.ts';
import { windowConditions } from './request-filter.ts';
import type { RequestRow } from './request-list.tables.ts';
import type { TimeViews } from './request-times.query.ts';

export type { RequestFilter } from './request-filter.ts';

export interface RequestViews extends CountViews, TimeViews {
  readonly requestList: RequestRow;
}

export interface RequestPage<Column extends keyof RequestRow = keyof RequestRow> {
  readonly newestFirst: boolean;
  readonly limit: number;
  /** `reportedAt` and `requestId` of the row to go on after. */
  readonly after?: readonly [string, string] | undefined;
  /** Columns to read beside the sort key; default all. */
  readonly columns?: readonly Column[] | undefined;
}

type SortKey = 'reportedAt' | 'requestId';

export class RequestQueries {
  readonly #views: Kysely<RequestViews>;
  readonly #prepared: PreparedQueries;
  readonly #counts: RequestCounts;

  constructor(views: Kysely<RequestViews>) {
    this.#views = views;
    this.#prepared = new PreparedQueries(views);
    this.#counts = new RequestCounts(views);
  }

  async byId(requestId: string): Promise<RequestRow | undefined> {
    return this.#views.selectFrom('requestList').selectAll().where('requestId', '=', requestId).executeTakeFirst();
  }

  /**
   * Rows in report order. Each walk follows one index range: one per community, and one per status where the filter
   * names a category, channel or status; the walks are merged.
   */
  async page<Column extends keyof RequestRow>(
    filter: RequestFilter,
    page: RequestPage<Column>,
  ): Promise<Pick<RequestRow, Column | SortKey>[]> {
    const walks = [...new Set(filter.communityIds)].flatMap((communityId) =>
      statusesToWalk(filter).map((status) => ({ communityId, status })),
    );
    const found = await Promise.all(walks.map((walk) => this.#walk(walk.communityId, walk.status, filter, page)));
    return merged(found, page.newestFirst ? newestFirst : oldestFirst, page.limit);
  }

  count(filter: RequestFilter): Promise<number> {
    return this.#counts.count(filter);
  }

  /** Requests in follow-up whose review is due by a day, the longest due first. */
  async reviewsDue(
    communityIds: readonly string[],
    by: string,
    limit: number,
    after: readonly [string, string] = ['', ''],
  ): Promise<RequestRow[]> {
    const walks = [...new Set(communityIds)].map((communityId) =>
      this.#views
        .selectFrom('requestList')
        .selectAll()
        .where('communityId', '=', communityId)
        .where('reviewOn', '<=', by)
        .where((eb) => eb(eb.refTuple('reviewOn', 'requestId'), '>', eb.tuple(...after)))
        .orderBy('reviewOn')
        .orderBy('requestId')
        .limit(limit)
        .execute(),
    );
    return merged(await Promise.all(walks), longestDueFirst, limit);
  }

  countReviewsDue(communityIds: readonly string[], by: string): Promise<number> {
    return this.#counts.reviewsDue(communityIds, by);
  }

  async #walk<Column extends keyof RequestRow>(
    communityId: string,
    status: RequestStatus | undefined,
    filter: RequestFilter,
    page: RequestPage<Column>,
  ): Promise<Pick<RequestRow, Column | SortKey>[]> {
    const columns = page.columns && [...new Set<keyof RequestRow>(['requestId', 'reportedAt', ...page.columns])].sort();
    const conditions = conditionsOf(communityId, status, filter);
    const shape = [
      page.newestFirst,
      columns,
      conditions.map(([column, operator]) => [column, operator]),
      page.after !== undefined,
    ];
    const values = [...conditions.map(([, , value]) => value), ...(page.after ?? []), page.limit];
    return this.#prepared.rows(shape, values, () => this.#compile(columns, conditions, page));
  }

  /** The parameters stand in the order of `conditions`, then the key to go on after, then the limit. */
  #compile(
    columns: readonly (keyof RequestRow)[] | undefined,
    conditions: readonly FilterCondition[],
    { newestFirst: newest, after, limit }: Pick<RequestPage, 'newestFirst' | 'after' | 'limit'>,
  ): CompiledQuery {
    const direction = newest ? 'desc' : 'asc';
    const rows = this.#views.selectFrom('requestList');
    let query = columns ? rows.select(columns) : rows.selectAll();
    for (const [column, operator, value] of conditions) query = query.where(column, operator, value);
    if (after) {
      const beyond = newest ? '<' : '>';
      query = query.where((eb) => eb(eb.refTuple('reportedAt', 'requestId'), beyond, eb.tuple(after[0], after[1])));
    }
    return query.orderBy('reportedAt', direction).orderBy('requestId', direction).limit(limit).compile();
  }
}

function conditionsOf(
  communityId: string,
  status: RequestStatus | undefined,
  filter: RequestFilter,
): FilterCondition[] {
  const { category, channel } = filter;
  const conditions: FilterCondition[] = [['communityId', '=', communityId]];
  if (status !== undefined) conditions.push(['status', '=', status]);
  if (category !== undefined) conditions.push(['category', '=', category]);
  if (channel !== undefined) conditions.push(['channel', '=', channel]);
  return [...conditions, ...windowConditions(filter)];
}

function statusesToWalk(filter: RequestFilter): readonly (RequestStatus | undefined)[] {
  if (filter.status !== undefined) return [...new Set(filter.status)];
  return filter.category === undefined && filter.channel === undefined ? [undefined] : REQUEST_STATUSES;
}

/** The first rows of several walks that each are in order. */
function merged<Row>(walks: Row[][], order: (a: Row, b: Row) => number, limit: number): Row[] {
  const [first = [], ...others] = walks;
  return others.length === 0 ? first : walks.flat().sort(order).slice(0, limit);
}

function oldestFirst(a: Pick<RequestRow, SortKey>, b: Pick<RequestRow, SortKey>): number {
  if (a.reportedAt !== b.reportedAt) return a.reportedAt < b.reportedAt ? -1 : 1;
  return a.requestId < b.requestId ? -1 : 1;
}

function newestFirst(a: Pick<RequestRow, SortKey>, b: Pick<RequestRow, SortKey>): number {
  return oldestFirst(b, a);
}

function longestDueFirst(a: RequestRow, b: RequestRow): number {
  const [ofA, ofB] = [a.reviewOn ?? '', b.reviewOn ?? ''];
  if (ofA !== ofB) return ofA < ofB ? -1 : 1;
  return a.requestId < b.requestId ? -1 : 1;
}
