// Which requests a list or figure is about: what can be asked, and nothing else can.
import type { Channel } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import type { RequestRow } from './request-list.tables.ts';

export interface RequestFilter {
  readonly communityIds: readonly string[];
  readonly status?: readonly RequestStatus[] | undefined;
  readonly category?: string | undefined;
  readonly channel?: Channel | undefined;
  /** Report days, both inclusive, in each community's own time zone. */
  readonly reportedFrom?: string | undefined;
  readonly reportedTo?: string | undefined;
  /** Whose requests; of lists only. */
  readonly personIds?: readonly string[] | undefined;
}

export interface RequestPage<Column extends keyof RequestRow = keyof RequestRow> {
  readonly newestFirst: boolean;
  readonly limit: number;
  /** `reportedAt` and `requestId` of the row to go on after. */
  readonly after?: readonly [string, string] | undefined;
  /** Columns to read beside the sort key; default all. */
  readonly columns?: readonly Column[] | undefined;
}

export type FilterCondition = readonly [column: keyof RequestRow, operator: '=' | '<' | '<=' | '>=', value: string];

/** The report days of a filter, as conditions on a request's row. */
export function windowConditions({ reportedFrom, reportedTo }: RequestFilter): FilterCondition[] {
  const conditions: FilterCondition[] = [];
  // A day's requests lie within these instants in every time zone; the day itself is then compared exactly.
  if (reportedFrom !== undefined) {
    conditions.push(['reportedOn', '>=', reportedFrom], ['reportedAt', '>=', shiftDay(reportedFrom, -1)]);
  }
  if (reportedTo !== undefined) {
    conditions.push(['reportedOn', '<=', reportedTo], ['reportedAt', '<', shiftDay(reportedTo, 2)]);
  }
  return conditions;
}

/** The year 10000 has another width, and would sort before all that is reported. */
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

function shiftDay(day: string, days: number): string {
  return new Date(Math.min(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000, LAST_MOMENT)).toISOString();
}
