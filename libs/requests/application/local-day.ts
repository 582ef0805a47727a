import type { Instant } from '#libs/kernel';
import { toEpoch } from '#libs/kernel';

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day, `YYYY-MM-DD`, an instant falls on in an IANA time zone such as Asia/Shanghai. */
export function localDay(instant: Instant, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(toEpoch(instant));
}
