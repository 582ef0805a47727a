// The requests of some reporters, found by their ids: few, so they are read by an index and put in order afterwards.
import type { Kysely } from 'kysely';
import type { RequestFilter, RequestPage } from './request-filter.ts';
import { windowConditions } from './request-filter.ts';
import type { RequestRow } from './request-list.tables.ts';

/** A filter that names whose requests. */
export interface ReportersFilter extends RequestFilter {
  readonly personIds: readonly string[];
}

interface LedgerViews {
  readonly requestList: RequestRow;
}

export async function reportersRows(
  views: Kysely<LedgerViews>,
  filter: ReportersFilter,
  { newestFirst, limit, after, columns }: RequestPage,
): Promise<RequestRow[]> {
  if (isEmpty(filter)) return [];
  const direction = newestFirst ? 'desc' : 'asc';
  const rows = limited(views, filter);
  let query = columns ? rows.select([...new Set([...columns, 'reportedAt', 'requestId'] as const)]) : rows.selectAll();
  if (after) {
    const beyond = newestFirst ? '<' : '>';
    query = query.where((eb) => eb(eb.refTuple('reportedAt', 'requestId'), beyond, eb.tuple(after[0], after[1])));
  }
  return query.orderBy('reportedAt', direction).orderBy('requestId', direction).limit(limit).execute();
}

export async function countReportersRows(views: Kysely<LedgerViews>, filter: ReportersFilter): Promise<number> {
  if (isEmpty(filter)) return 0;
  const [row] = await limited(views, filter)
    .select(({ fn }) => fn.countAll().as('requests'))
    .execute();
  return Number(row?.requests);
}

function isEmpty({ personIds, communityIds, status }: ReportersFilter): boolean {
  return personIds.length === 0 || communityIds.length === 0 || status?.length === 0;
}

function limited(views: Kysely<LedgerViews>, filter: ReportersFilter) {
  const { personIds, communityIds, status, category, channel } = filter;
  let query = views
    .selectFrom('requestList')
    .where('personId', 'in', personIds)
    .where('communityId', 'in', communityIds);
  if (status !== undefined) query = query.where('status', 'in', status);
  if (category !== undefined) query = query.where('category', '=', category);
  if (channel !== undefined) query = query.where('channel', '=', channel);
  for (const [column, operator, value] of windowConditions(filter)) query = query.where(column, operator, value);
  return query;
}
