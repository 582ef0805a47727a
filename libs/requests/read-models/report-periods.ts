// The periods sums are kept by: every report day, every month, and all time. A window of days, however long, is a few
// days at either end and whole months between them, so that a sum over years reads months and not days.

/** `all`, `month 2026-03` or `day 2026-03-05`; in the order of time within each of the three. */
export type Period = string;

/** A first and a last period of one kind, and everything between them. */
export interface PeriodRange {
  readonly first: Period;
  readonly last: Period;
}

export const ALL_TIME: Period = 'all';

const EARLIEST = '0000-00';
const LATEST = '9999-99';
/** Sorts behind every month: a window that begins with the last days there are holds no whole one. */
const NO_MONTH = '~';

export function dayPeriod(day: string): Period {
  return `day ${day}`;
}

export function monthPeriod(day: string): Period {
  return `month ${day.slice(0, 7)}`;
}

/** The periods a day is summed in. */
export function periodsOf(day: string): readonly Period[] {
  return [ALL_TIME, monthPeriod(day), dayPeriod(day)];
}

/** The day or month a period stands for, such as `2026-03`. */
export function nameOfPeriod(period: Period): string {
  return period.slice(period.indexOf(' ') + 1);
}

/**
 * The fewest ranges that hold every day of a window once and no other: at most the days of a month that is begun late,
 * whole months, and the days of a month that is left early.
 *
 * @param from first day, `YYYY-MM-DD`; undefined for all before
 * @param to last day; undefined for all after
 */
export function rangesWithin(from: string | undefined, to: string | undefined): readonly PeriodRange[] {
  if (from === undefined && to === undefined) return [{ first: ALL_TIME, last: ALL_TIME }];
  return monthsWithin(from, to);
}

/** The same without taking all time as one. */
export function monthsWithin(from: string | undefined, to: string | undefined): readonly PeriodRange[] {
  if (from !== undefined && to !== undefined) {
    if (from > to) return [];
    const sameMonth = from.slice(0, 7) === to.slice(0, 7);
    if (sameMonth && !(isFirst(from) && isLast(to))) return [daysBetween(from, to)];
  }
  const begun = from === undefined || isFirst(from) ? [] : [daysBetween(from, lastOfMonth(from))];
  const left = to === undefined || isLast(to) ? [] : [daysBetween(`${to.slice(0, 7)}-01`, to)];
  const first = from === undefined ? EARLIEST : monthAfter(from, begun.length);
  const last = to === undefined ? LATEST : monthAfter(to, -left.length);
  const months = first <= last ? [{ first: `month ${first}`, last: `month ${last}` }] : [];
  return [...begun, ...months, ...left];
}

/** Every day of a window, in ranges of days. */
export function daysWithin(from: string | undefined, to: string | undefined): PeriodRange {
  return daysBetween(from ?? `${EARLIEST}-00`, to ?? `${LATEST}-99`);
}

export function hasDays(ranges: readonly PeriodRange[]): boolean {
  return ranges.some(({ first }) => first.startsWith('day'));
}

/** First and last day of a month, such as `2026-03`. */
export function monthBounds(month: string): { readonly from: string; readonly to: string } {
  return { from: `${month}-01`, to: lastOfMonth(month) };
}

function daysBetween(from: string, to: string): PeriodRange {
  return { first: dayPeriod(from), last: dayPeriod(to) };
}

function isFirst(day: string): boolean {
  return day.endsWith('-01');
}

function isLast(day: string): boolean {
  return day === lastOfMonth(day);
}

function lastOfMonth(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return `${day.slice(0, 7)}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, '0')}`;
}

/** The month so many after the day's; behind all months where it would be in the year 10000. */
function monthAfter(day: string, months: number): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString();
  return first.startsWith('+') ? NO_MONTH : first.slice(0, 7);
}
