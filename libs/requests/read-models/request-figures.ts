// What a change of one request changes in the sums. Each sum is a plain function of the rows it is over, so what a row
// gave before is taken back and what it gives now is added: a figure can always be counted again from the ledger.
import type { RowSet } from '#libs/projections';
import { bucketOf, SPAN } from './duration-buckets.ts';
import { dayPeriod, monthPeriod, periodsOf } from './report-periods.ts';
import type { CountColumn, Duty, LegName } from './request-figures.tables.ts';
import {
  ANY,
  DUTIES,
  DUTY_NAMES,
  LEGS,
  requestCounts,
  requestDeadlines,
  requestTimes,
  reviewCounts,
  STATUS_COLUMNS,
} from './request-figures.tables.ts';
import type { RequestRow } from './request-list.tables.ts';

/** @param before the row as it was, undefined when it is new */
export function recordFigures(rows: RowSet, before: RequestRow | undefined, after: RequestRow): void {
  const moved = before !== undefined && !isCountedAlike(before, after);
  recordCounts(rows, moved, before, after);
  recordDeadlines(rows, moved, before, after);
  for (const leg of LEGS) {
    const [was, is] = [before?.[leg] ?? null, after[leg]];
    if (was === is && !moved) continue;
    if (before && was !== null) recordTime(rows, before, leg, was, -1);
    if (is !== null) recordTime(rows, after, leg, is, 1);
  }
  if (before?.reviewOn !== after.reviewOn) {
    if (before) recordReview(rows, before, -1);
    recordReview(rows, after, 1);
  }
}

/** Whether two states of a request are summed in the same places. */
function isCountedAlike(a: RequestRow, b: RequestRow): boolean {
  return (
    a.category === b.category &&
    a.channel === b.channel &&
    a.reportedOn === b.reportedOn &&
    a.communityId === b.communityId
  );
}

/** Columns of a count that a request adds one to. */
function countedAs(row: RequestRow): CountColumn[] {
  const columns: CountColumn[] = [STATUS_COLUMNS[row.status]];
  for (const duty of DUTY_NAMES) {
    const standing = standingOf(row, duty);
    if (standing) columns.push(`${duty}${standing}`);
  }
  return columns;
}

/** How punctual a request is; undefined where nothing is due of it. */
function standingOf(row: RequestRow, duty: Duty): 'InTime' | 'Late' | 'Pending' | undefined {
  const [done, deadline] = [row[DUTIES[duty][0]], row[DUTIES[duty][1]]];
  if (deadline === null || row.status === 'DECLINED' || row.status === 'WITHDRAWN') return undefined;
  if (done === null) return 'Pending';
  return done <= deadline ? 'InTime' : 'Late';
}

type Difference = Partial<Record<CountColumn, number>>;

function recordCounts(rows: RowSet, moved: boolean, before: RequestRow | undefined, after: RequestRow): void {
  const taken: Difference = {};
  for (const column of before ? countedAs(before) : []) taken[column] = -1;
  if (moved) addCounts(rows, before as RequestRow, taken);
  const given: Difference = moved ? {} : taken;
  for (const column of countedAs(after)) given[column] = (given[column] ?? 0) + 1;
  if (Object.values(given).some((difference) => difference !== 0)) addCounts(rows, after, given);
}

function addCounts(rows: RowSet, { communityId, category, channel, reportedOn }: RequestRow, sums: Difference): void {
  for (const period of periodsOf(reportedOn)) {
    rows.add(requestCounts, { communityId, category: ANY, channel: ANY, period, ...sums });
    rows.add(requestCounts, { communityId, category, channel: ANY, period, ...sums });
    rows.add(requestCounts, { communityId, category: ANY, channel, period, ...sums });
    rows.add(requestCounts, { communityId, category, channel, period, ...sums });
  }
}

function recordDeadlines(rows: RowSet, moved: boolean, before: RequestRow | undefined, after: RequestRow): void {
  const { requestId, communityId, reportedOn, category, channel } = after;
  for (const duty of DUTY_NAMES) {
    const was = before && standingOf(before, duty) === 'Pending' ? before[DUTIES[duty][1]] : null;
    const is = standingOf(after, duty) === 'Pending' ? after[DUTIES[duty][1]] : null;
    if (was === is && !(moved && is !== null)) continue;
    if (is === null) rows.remove(requestDeadlines, requestId, duty);
    else rows.put(requestDeadlines, { requestId, duty, communityId, deadline: is, reportedOn, category, channel });
  }
}

function recordTime(rows: RowSet, row: RequestRow, leg: LegName, seconds: number, requests: 1 | -1): void {
  const { communityId, category, reportedOn } = row;
  const bucket = bucketOf(seconds);
  const [group, within] = [Math.floor(bucket / SPAN), bucket % SPAN];
  const whole = { [`n${group}` as const]: requests };
  const part = { [`n${within}` as const]: requests };
  const add = (category: string, period: string) => {
    rows.add(requestTimes, { communityId, category, part: leg, period, ...whole });
    rows.add(requestTimes, { communityId, category, part: `${leg} ${group}`, period, ...part });
  };
  for (const period of periodsOf(reportedOn)) add(ANY, period);
  add(category, monthPeriod(reportedOn));
}

function recordReview(rows: RowSet, { communityId, reviewOn }: RequestRow, reviews: 1 | -1): void {
  if (reviewOn === null) return;
  for (const period of [monthPeriod(reviewOn), dayPeriod(reviewOn)]) {
    rows.add(reviewCounts, { communityId, period, reviews });
  }
}
