// Times as the ledger writes them: the community's wall clock, `2024-07-08 13:16`, without a zone.
import type { Instant } from '#libs/kernel';
import { parseInstant, toEpoch } from '#libs/kernel';

const FORM = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/** The instant of a wall-clock time; undefined when it is not a time, or one that does not exist in the zone. */
export function readLedgerTime(text: string, timeZone: string): Instant | undefined {
  const [, year, month, day, hour = '0', minute = '00', second = '00'] = FORM.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const two = (digits: string) => digits.padStart(2, '0');
  const wall = `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}`;
  const asUtc = parseInstant(`${wall}Z`);
  if (asUtc === undefined) return undefined;
  // The zone's offset is that of the instant sought, so the first guess is corrected by the offset found there.
  const guess = toEpoch(asUtc) - offsetAt(toEpoch(asUtc), timeZone);
  const instant = parseInstant(new Date(toEpoch(asUtc) - offsetAt(guess, timeZone)).toISOString());
  return instant && writeWall(instant, timeZone) === wall ? instant : undefined;
}

/** `YYYY-MM-DD`, or undefined when there is no such day. */
export function readLedgerDay(text: string): string | undefined {
  const [, year, month, day, hour] = FORM.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || hour !== undefined) return undefined;
  const form = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return parseInstant(`${form}T00:00:00Z`) ? form : undefined;
}

/** As the ledger writes it, to the minute. */
export function writeLedgerTime(instant: string | null, timeZone: string): string {
  return instant === null
    ? ''
    : writeWall(instant as Instant, timeZone)
        .slice(0, 16)
        .replace('T', ' ');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function writeWall(instant: Instant, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, format);
  }
  return format.format(toEpoch(instant)).replace(' ', 'T');
}

/** How far the zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(epoch: number, timeZone: string): number {
  const wall = writeWall(new Date(epoch).toISOString() as Instant, timeZone);
  return Date.parse(`${wall}Z`) - Math.floor(epoch / 1_000) * 1_000;
}
