// Instants are RFC 3339 UTC strings of one fixed width, so comparing them as strings compares them in time,
// and a time written into an event is the time that is read back.

/** `YYYY-MM-DDTHH:mm:ss.sssZ`, always 24 characters, years 1970 to 9999. */
export type Instant = string & { readonly __instant: true };

export interface Clock {
  /** The current instant. Only composition roots hold a real one; deciders receive times in their commands. */
  now(): Instant;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(?!24)\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** @param epochMilliseconds milliseconds since 1970-01-01T00:00:00Z */
export function instantOf(epochMilliseconds: number): Instant {
  return new Date(epochMilliseconds).toISOString() as Instant;
}

/**
 * Reads an RFC 3339 time with an offset; answers `undefined` for anything else, including what `Date` alone would roll
 * over into the next day or month (24 o'clock, 30 February) or write in another width (beyond the year 9999).
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day] = match.map(Number);
  const epoch = Date.parse(text);
  if (Number.isNaN(epoch) || epoch < 0 || epoch > LATEST) return undefined;
  if (day === undefined || day > daysInMonth(year ?? 0, month ?? 0)) return undefined;
  return instantOf(epoch);
}

export function isInstant(text: string): text is Instant {
  return FORM.test(text) && parseInstant(text) === text;
}

export function toEpoch(instant: Instant): number {
  return Date.parse(instant);
}

export function plus(instant: Instant, milliseconds: number): Instant {
  return instantOf(toEpoch(instant) + milliseconds);
}

export function millisecondsBetween(from: Instant, to: Instant): number {
  return toEpoch(to) - toEpoch(from);
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
