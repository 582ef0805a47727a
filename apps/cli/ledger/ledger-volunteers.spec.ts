import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Cells } from '../testing/ledger-files.ts';
import { LedgerOffice } from '../testing/ledger-office.ts';
import { LedgerNames } from './ledger-names.ts';
import { COLUMNS, STATUS_WORDS } from './ledger-columns.ts';

jest.setTimeout(60_000);

const OPEN: Cells = { status: '已接单', resolvedAt: '', result: '', callBack: '' };

let office: LedgerOffice;
beforeEach(async () => (office = await LedgerOffice.open()));
afterEach(() => office.close());

const names = () => new LedgerNames(office.foundation, office.communityId);
const importAll = async (rows: readonly Cells[]) => {
  const comparison = await office.compare(rows);
  return { comparison, result: await office.import(comparison.fresh) };
};
const hindered = (...rows: number[]) => rows.map((row) => expect.objectContaining({ row }) as unknown);

describe('volunteers of a ledger', () => {
  it('are registered once, however many ledgers name them, verified and on duty', async () => {
    await importAll([{}, {}, { volunteer: '乙' }]);
    const { comparison } = await importAll([
      { number: 'b', volunteer: '乙' },
      { number: 'c', volunteer: '丙' },
    ]);
    expect(comparison.newVolunteers).toBe(1);
    const types = (await office.events()).map(({ type }) => type);
    for (const type of ['VolunteerRegistered', 'VolunteerVerified', 'VolunteerDutySet'])
      expect(types.filter((of) => of === type)).toHaveLength(3);
  });

  it('may have had any number of tasks that are finished, whatever the order of the rows', async () => {
    const open = Array.from({ length: 5 }, () => OPEN);
    const { comparison, result } = await importAll([...open, ...Array.from({ length: 20 }, () => ({}))]);
    expect(comparison.issues).toEqual([]);
    expect(result).toMatchObject({ imported: 25, issues: [] });
  });

  it('cannot hold more open tasks than the policy allows: said before anything is imported', async () => {
    const { issues } = await office.compare(Array.from({ length: 7 }, () => OPEN));
    expect(issues).toEqual(hindered(7, 8));
    expect(issues[0]).toMatchObject({
      column: COLUMNS.volunteer,
      reason: expect.stringContaining('than the 5 one may') as unknown,
    });
    await importAll(Array.from({ length: 5 }, () => OPEN));
    expect((await office.compare([{ number: 'b', ...OPEN }, { number: 'c' }])).issues).toEqual(hindered(2, 3));
    expect((await office.compare(Array.from({ length: 5 }, () => OPEN))).issues).toEqual([]);
  });

  it('who are suspended or off duty, or were registered later, are named before anything is imported', async () => {
    await importAll([{ volunteer: '乙' }, { volunteer: '丙' }]);
    const order = (name: string, order: Parameters<typeof office.services.volunteerDesk.order>[1]) => {
      const at = office.foundation.clock.now();
      const context = { ...names().volunteerContext(name, 'duty', at), commandId: `by hand ${order.type}` };
      return office.services.volunteerDesk.order(names().volunteerIdOf(name), order, () => true, context);
    };
    const rows = [
      { number: 'a', volunteer: '乙' },
      { number: 'b', volunteer: '丙' },
    ];
    const older = { reportedAt: '2023-01-01 10:00', dispatchedAt: '2023-01-01 10:00', acceptedAt: '2023-01-01 10:00' };
    expect((await office.compare(rows.map((row) => ({ ...row, ...older })))).issues).toEqual(hindered(2, 3));
    await order('乙', { type: 'SetDuty', onDuty: false });
    await order('丙', { type: 'SuspendVolunteer', reason: 'x', until: null });
    const { issues, fresh } = await office.compare([...rows, { number: 'c' }]);
    expect(issues.map(({ reason }) => reason)).toEqual(['This volunteer is off duty.', 'This volunteer is suspended.']);
    expect(fresh.map(({ number }) => number)).toEqual(['c']);
  });
});

describe('any ledger', () => {
  const day = fc.integer({ min: 1, max: 9 }).map((of) => `2024-03-0${String(of)}`);
  const time = fc.tuple(day, fc.integer({ min: 10, max: 23 })).map(([of, hour]) => `${of} ${String(hour)}:00`);
  const usual: Record<string, string> = {
    [STATUS_WORDS.OFFERED]: 'd',
    [STATUS_WORDS.ACCEPTED]: 'dav',
    [STATUS_WORDS.IN_PROGRESS]: 'dav',
    [STATUS_WORDS.DONE]: 'davcr',
    [STATUS_WORDS.RESOLVED]: 'davcr',
    [STATUS_WORDS.FOLLOW_UP]: 'rw',
    [STATUS_WORDS.DECLINED]: 'r',
  };
  const unusual = fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    fc.constantFrom('d', 'dav', 'dv', 'c', 'r', 'w', 'b'),
  );
  const cells = fc
    .record({
      status: fc.constantFrom(...Object.values(STATUS_WORDS)),
      times: fc.array(time, { minLength: 4, maxLength: 4 }).map((of) => of.sort()),
      reviewOn: day,
      volunteer: fc.constantFrom('甲', '乙', '丙', '丁'),
      also: unusual,
    })
    .map(({ status, times, reviewOn, volunteer, also }): Cells => {
      const when = (letter: string, cell: string) => (`${usual[status] ?? ''}${also}`.includes(letter) ? cell : '');
      const [reportedAt = '', dispatchedAt = '', acceptedAt = '', resolvedAt = ''] = times;
      return {
        ...{ status, reportedAt, dispatchedAt: when('d', dispatchedAt), acceptedAt: when('a', acceptedAt) },
        ...{ volunteer: when('v', volunteer), resolvedAt: when('c', resolvedAt), result: when('r', '已修复') },
        ...{ reviewOn: when('w', reviewOn), callBack: when('b', '满意') },
      };
    });

  it('whose check finds nothing is imported without a refusal, and every row stands where it says', async () => {
    let [number, taken] = [0, 0];
    const states = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 30 }), async (rows) => {
        const numbered = rows.map((row) => ({ ...row, number: String((number += 1)) }));
        const ledger = await office.read(numbered);
        const importer = await office.importer();
        const { fresh, newVolunteers } = await importer.compare(ledger.rows);
        expect(newVolunteers).toBeLessThanOrEqual(4);
        const { imported, issues } = await importer.run(fresh);
        expect(issues).toEqual([]);
        expect(imported).toBe(fresh.length);
        taken += imported;
        const requests = await office.requests();
        for (const row of fresh) expect(requests.get(row.number)?.status).toBe(row.status);
        for (const { status } of fresh) states.add(status);
        expect((await importer.compare(fresh)).known).toHaveLength(fresh.length);
      }),
      { numRuns: 25 },
    );
    expect(states.size).toBe(9);
    expect(taken).toBeGreaterThan(50);
  });
});
