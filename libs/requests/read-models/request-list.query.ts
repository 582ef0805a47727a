// Reads the reception ledger: keyset pages that cost the same at any size, and counts that add up from sums. Every
// filter that is allowed walks an index; what is not in `RequestFilter` cannot be asked.
import type { CompiledQuery, Kysely } from 'kysely';
import { PreparedQueries } from './prepared-queries.ts';
import type { CountViews } from './request-counts.query.ts';
import { RequestCounts } from './request-counts.query.ts';
import type { FilterCondition, RequestFilter, RequestPage } from './request-filter.ts';
import { countReportersRows, reportersRows } from './reporters-rows.query.ts';
import { windowConditions } from './request-filter.ts';
import type { RequestRow } from './request-list.tables.ts';
import type { TimeViews } from './request-times.query.ts';

export type { RequestFilter } from './request-filter.ts';

export interface RequestViews extends CountViews, TimeViews {
  readonly requestList: RequestRow;
}

type SortKey = 'reportedAt' | 'requestId';

/** Walks in one statement; databases limit how many. */
const WALKS_AT_ONCE = 200;

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
   * names several. The walks are merged by their keys, and only the rows of the page are read.
   */
  async page<Column extends keyof RequestRow>(
    filter: RequestFilter,
    page: RequestPage<Column>,
  ): Promise<Pick<RequestRow, Column | SortKey>[]> {
    const { personIds } = filter;
    if (personIds) return reportersRows(this.#views, { ...filter, personIds }, page);
    const walks = walksOf(filter, page);
    const columns = page.columns && [...new Set<keyof RequestRow>(['requestId', 'reportedAt', ...page.columns])].sort();
    const found: Pick<RequestRow, Column | SortKey>[][] = [];
    for (let from = 0; from < walks.length; from += WALKS_AT_ONCE) {
      found.push(await this.#rows(walks.slice(from, from + WALKS_AT_ONCE), columns, page));
    }
    return merged(found, page.newestFirst ? newestFirst : oldestFirst, page.limit);
  }

  count(filter: RequestFilter): Promise<number> {
    const { personIds } = filter;
    return personIds ? countReportersRows(this.#views, { ...filter, personIds }) : this.#counts.count(filter);
  }

  /** Closed before this and not erased, the longest closed first, behind `after`. */
  async keptSince(
    before: string,
    limit: number,
    after?: { readonly retainedSince: string | null; readonly requestId: string },
  ): Promise<Pick<RequestRow, 'requestId' | 'retainedSince'>[]> {
    const key = [after?.retainedSince ?? '', after?.requestId ?? ''] as const;
    return this.#views
      .selectFrom('requestList')
      .select(['requestId', 'retainedSince'])
      .where('retainedSince', '<', before)
      .where((eb) => eb(eb.refTuple('retainedSince', 'requestId'), '>', eb.tuple(...key)))
      .orderBy('retainedSince')
      .orderBy('requestId')
      .limit(limit)
      .execute();
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

  #rows<Row>(walks: readonly Walk[], columns: Columns, { newestFirst, limit }: RequestPage): Promise<Row[]> {
    const shape = [newestFirst, columns, walks.map(shapeOf)];
    const values = walks.flatMap(({ conditions, after }) => [
      ...conditions.map(([, , value]) => value),
      ...(after ?? []),
      limit,
    ]);
    const [only, ...others] = walks;
    if (!only) return Promise.resolve([]);
    return others.length === 0
      ? this.#prepared.rows(shape, values, () => this.#walk(only, columns, { newestFirst, limit }).compile())
      : this.#prepared.rows(shape, [...values, limit], () => this.#merge(walks, columns, { newestFirst, limit }));
  }

  /** The parameters stand in the order of the conditions, then the key to go on after, then the limit. */
  #walk({ conditions, after }: Walk, columns: Columns, { newestFirst: newest, limit }: Order) {
    const direction = newest ? 'desc' : 'asc';
    const rows = this.#views.selectFrom('requestList');
    let query = columns ? rows.select(columns) : rows.selectAll();
    for (const [column, operator, value] of conditions) query = query.where(column, operator, value);
    if (after) {
      const beyond = newest ? '<' : '>';
      query = query.where((eb) => eb(eb.refTuple('reportedAt', 'requestId'), beyond, eb.tuple(after[0], after[1])));
    }
    return query.orderBy('reportedAt', direction).orderBy('requestId', direction).limit(limit);
  }

  /** One statement for all walks: their keys in order, and the rows of the first of them. */
  #merge(walks: readonly Walk[], columns: Columns, order: Order): CompiledQuery {
    const direction = order.newestFirst ? 'desc' : 'asc';
    const [first, ...others] = walks.map((walk) =>
      this.#views
        .selectFrom(this.#walk(walk, ['reportedAt', 'requestId'], order).as('walk'))
        .select(['walk.reportedAt', 'walk.requestId']),
    );
    const keys = others.reduce((union, walk) => union.unionAll(walk), first as NonNullable<typeof first>);
    const page = this.#views
      .selectFrom(keys.as('walks'))
      .select(['walks.reportedAt', 'walks.requestId'])
      .orderBy('walks.reportedAt', direction)
      .orderBy('walks.requestId', direction)
      .limit(order.limit);
    const rows = this.#views
      .selectFrom(page.as('page'))
      .innerJoin('requestList', 'requestList.requestId', 'page.requestId');
    return (
      columns ? rows.select(columns.map((column) => `requestList.${column}` as const)) : rows.selectAll('requestList')
    )
      .orderBy('page.reportedAt', direction)
      .orderBy('page.requestId', direction)
      .compile();
  }
}

type Columns = readonly (keyof RequestRow)[] | undefined;
type Order = Pick<RequestPage, 'newestFirst' | 'limit'>;

/** Along one index range, from its beginning or from a row of it. */
interface Walk {
  readonly conditions: readonly FilterCondition[];
  readonly after: RequestPage['after'];
}

function walksOf(filter: RequestFilter, page: Pick<RequestPage, 'newestFirst' | 'after'>): Walk[] {
  const { category, channel } = filter;
  const { conditions: window, after } = windowAfter(windowConditions(filter), page);
  const statuses = filter.status === undefined ? [undefined] : [...new Set(filter.status)];
  return [...new Set(filter.communityIds)].flatMap((communityId) =>
    statuses.map((status) => {
      const conditions: FilterCondition[] = [['communityId', '=', communityId]];
      if (status !== undefined) conditions.push(['status', '=', status]);
      if (category !== undefined) conditions.push(['category', '=', category]);
      if (channel !== undefined) conditions.push(['channel', '=', channel]);
      return { conditions: [...conditions, ...window], after };
    }),
  );
}

/**
 * A database begins a walk at one bound, and steps over what another would have spared it. So of the row to go on
 * after and the window's bound on that side only the nearer one is kept.
 */
function windowAfter(
  window: readonly FilterCondition[],
  { newestFirst, after }: Pick<RequestPage, 'newestFirst' | 'after'>,
): Walk {
  const side = newestFirst ? '<' : '>=';
  const bound = window.find(([column, operator]) => column === 'reportedAt' && operator === side);
  if (!after || !bound) return { conditions: window, after };
  const isNearer = newestFirst ? after[0] < bound[2] : after[0] >= bound[2];
  return isNearer
    ? { conditions: window.filter((condition) => condition !== bound), after }
    : { conditions: window, after: undefined };
}

function shapeOf({ conditions, after }: Walk): readonly unknown[] {
  return [conditions.map(([column, operator]) => [column, operator]), after !== undefined];
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
