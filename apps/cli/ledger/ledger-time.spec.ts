import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLedgerDay, readLedgerTime, writeLedgerTime } from './ledger-time.ts';

const SHANGHAI = 'Asia/Shanghai';
const ZONES = [SHANGHAI, 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
const MINUTE = 60_000;

describe('readLedgerTime', () => {
  it.each([
    ['2024-07-08 13:16', '2024-07-08T05:16:00.000Z'],
    ['2024/7/8 3:16', '2024-07-07T19:16:00.000Z'],
    ['2024-07-08T13:16:59', '2024-07-08T05:16:59.000Z'],
    ['2024-07-08', '2024-07-07T16:00:00.000Z'],
    ['2024-02-29 00:00', '2024-02-28T16:00:00.000Z'],
  ])('reads %s on the community’s wall clock', (text, instant) => {
    expect(readLedgerTime(text, SHANGHAI)).toBe(instant);
  });

  it.each([
    '2024-02-30 10:00',
    '2023-02-29 10:00',
    '2024-04-31',
    '2024-13-01 10:00',
    '2024-00-10 10:00',
    '2024-07-08 24:00',
    '2024-07-08 12:60',
    '2024-07-08 1:2',
    '08.07.2024 13:16',
    '13:16',
    'yesterday',
    '45481.5529',
    '1969-12-31 10:00',
    '1970-01-01 00:00',
    '12024-01-01 10:00',
    '２０２４-07-08',
  ])('knows no %s', (text) => {
    expect(readLedgerTime(text, SHANGHAI)).toBeUndefined();
  });

  it('refuses the hour that a change to summer time leaves out, and reads the one that comes twice', () => {
    expect(readLedgerTime('2024-03-31 02:30', 'Europe/Berlin')).toBeUndefined();
    expect(readLedgerTime('2024-03-10 02:00', 'America/New_York')).toBeUndefined();
    expect(readLedgerTime('2024-03-31 03:00', 'Europe/Berlin')).toBe('2024-03-31T01:00:00.000Z');
    expect(writeLedgerTime(readLedgerTime('2024-10-27 02:30', 'Europe/Berlin') ?? null, 'Europe/Berlin')).toBe(
      '2024-10-27 02:30',
    );
  });

  it('reads every time it wrote, in any zone', () => {
    const epoch = fc.integer({ min: 1, max: 60 * 366 * 24 * 60 }).map((minutes) => minutes * MINUTE + 86_400_000);
    fc.assert(
      fc.property(epoch, fc.constantFrom(...ZONES), (at, zone) => {
        const text = writeLedgerTime(new Date(at).toISOString(), zone);
        const read = readLedgerTime(text, zone);
        expect(read).toBeDefined();
        expect(writeLedgerTime(read ?? null, zone)).toBe(text);
        // The same instant, but for the hour that comes twice.
        expect(Math.abs(Date.parse(read ?? '') - at)).toBeLessThanOrEqual(60 * MINUTE);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('readLedgerDay', () => {
  it.each([
    ['2024-12-15', '2024-12-15'],
    ['2024/2/9', '2024-02-09'],
    ['2024-02-30', undefined],
    ['2024-12-15 10:00', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, day) => {
    expect(readLedgerDay(text)).toBe(day);
  });
});
