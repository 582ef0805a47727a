// The read side of the request resolvers: what a viewer may list, filters as the queries take them, and rows out of a
// command's outcome.
import { InvalidInput } from '#libs/kernel';
import type { Viewer } from '#libs/graphql-kit';
import { foldRow } from '#libs/projections';
import type { RequestOutcome } from '../application/request.orders.ts';
import { requestListProjection } from '../read-models/request-list.projection.ts';
import type { RequestFilter } from '../read-models/request-list.query.ts';
import { requestList } from '../read-models/request-list.tables.ts';
import type { RequestRow } from '../read-models/request-list.tables.ts';
import { taskBoardProjection } from '../read-models/task-board.projection.ts';
import { taskBoard } from '../read-models/task-board.tables.ts';
import type { TaskRow } from '../read-models/task-board.tables.ts';
import type { DateRange, RequestFilterInput } from './request.inputs.ts';
import type { RequestFilterEcho } from './request.types.ts';

/** Roles that see the ledger of their area. */
export const READS_LEDGER = ['OFFICE', 'SUPERVISOR', 'AUDITOR', 'ADMINISTRATOR'] as const;

/** The viewer's communities, or the one asked for: none when it is not theirs, as if it did not exist. */
export function visibleFilter(
  viewer: Viewer,
  asked?: RequestFilterInput | null,
  window?: DateRange | null,
): RequestFilter {
  const { communityId, status, category, channel, phone } = asked ?? {};
  if (phone != null) throw new InvalidInput('Only lists are searched by telephone number.', { field: 'filter.phone' });
  const own = viewer.communities(READS_LEDGER);
  const reportedFrom = latest(asked?.reportedFrom, window?.from);
  const reportedTo = earliest(asked?.reportedTo, window?.to);
  if (reportedFrom !== undefined && reportedTo !== undefined && reportedFrom > reportedTo) {
    throw new InvalidInput('The first day lies after the last.', { field: 'reportedFrom' });
  }
  // A count of what the question's own statuses rule out echoes an empty list: it lists what it counts, nothing.
  const nothing = status?.length === 0 || (communityId != null && !own.includes(communityId));
  return {
    communityIds: nothing ? [] : communityId == null ? own : [communityId],
    status: status ?? undefined,
    category: category ?? undefined,
    channel: channel ?? undefined,
    reportedFrom,
    reportedTo,
  };
}

/** The same filter in the form a client can send back. */
export function echoOf(filter: RequestFilter, communityId: string | null, status = filter.status): RequestFilterEcho {
  return {
    communityId,
    status: status ?? null,
    category: filter.category ?? null,
    channel: filter.channel ?? null,
    reportedFrom: filter.reportedFrom ?? null,
    reportedTo: filter.reportedTo ?? null,
  };
}

const COLUMNS = new Set(Object.keys(requestList.columns) as (keyof RequestRow)[]);
/** Fields that are not columns of their own name. */
const COLUMNS_OF: Readonly<Record<string, readonly (keyof RequestRow)[]>> = {
  __typename: [],
  id: ['requestId'],
  rating: ['ratedAt', 'ratedAs', 'ratedSolved', 'ratingComment'],
  reporter: ['reporterName', 'reporterPhone', 'reporterAddress'],
};

/** The columns that answer these fields of a request; undefined, for all, when one of them is not known here. */
export function columnsFor(fields: ReadonlySet<string>): readonly (keyof RequestRow)[] | undefined {
  const columns = new Set<keyof RequestRow>(['communityId']);
  for (const field of fields) {
    const own = COLUMNS_OF[field] ?? (COLUMNS.has(field as keyof RequestRow) ? [field as keyof RequestRow] : undefined);
    if (!own) return undefined;
    for (const column of own) columns.add(column);
  }
  return [...columns];
}

export function requestRowOf(events: RequestOutcome['events']): RequestRow {
  const requestId = events[0]?.stream.slice('request-'.length) ?? '';
  const row = foldRow(requestListProjection, requestList, events, requestId);
  if (!row) throw new Error('A request without a first event');
  return row;
}

export function taskRowOf(events: RequestOutcome['events'], taskId: string): TaskRow {
  const row = foldRow(taskBoardProjection as never, taskBoard, events as never, taskId);
  if (!row) throw new Error('A task without an offer');
  return row;
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  return a != null && b != null ? (a > b ? a : b) : (a ?? b ?? undefined);
}

function earliest(a: string | undefined, b: string | undefined): string | undefined {
  return a != null && b != null ? (a < b ? a : b) : (a ?? b ?? undefined);
}
