import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { Unavailable } from '#libs/kernel';
import { ResolutionQueries } from '#libs/requests';
import type { RequestViews } from '#libs/requests';
import { viewsOf } from '../commands/workplace.ts';
import type { Cells } from '../testing/ledger-files.ts';
import { RAISED } from '../testing/ledger-files.ts';
import { LedgerOffice } from '../testing/ledger-office.ts';
import { LedgerNames } from './ledger-names.ts';
import { COLUMNS, STATUS_WORDS } from './ledger-columns.ts';
import type { LedgerRow } from './ledger-row.ts';
import { readLedger } from './read-ledger.ts';

jest.setTimeout(60_000);

const DEMO = readFileSync(new URL('../demo/ledger.csv', import.meta.url));
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

describe('the studio’s ledger', () => {
  it('becomes 143 requests, 134 resolved, 9 in follow-up, told as of then and recorded now', async () => {
    const { rows } = readLedger(DEMO, { catalogue: await office.catalogue(), now: office.foundation.clock.now() });
    const importer = await office.importer();
    expect(await importer.compare(rows)).toMatchObject({ issues: [], known: [], newVolunteers: 23 });
    const seen: number[] = [];
    const before = (await office.events()).length;
    const { imported, events, issues } = await importer.run(rows, { onRow: () => seen.push(1) });
    expect([imported, seen.length, issues]).toEqual([143, 143, []]);

    const requests = await office.requests();
    const queries = new ResolutionQueries(viewsOf<RequestViews>(office.foundation));
    const tally = await queries.tally({ communityIds: [office.communityId] });
    expect(tally).toEqual({ raised: 143, resolved: 134, inFollowUp: 9, open: 0 });
    expect(requests.size).toBe(143);

    const log = (await office.events()).slice(before);
    const ofRequests = log.filter(({ stream }) => stream.startsWith('request-'));
    expect(ofRequests).toHaveLength(events);
    for (const { metadata } of ofRequests) expect(metadata.occurredAt < metadata.recordedAt).toBe(true);
    expect(log.some(({ data }) => JSON.stringify(data).includes('居民'))).toBe(false);
  });
});

describe('an import', () => {
  it('that is repeated has nothing left to do, and would append nothing if it did', async () => {
    const rows = [{}, RAISED, { ...OPEN, volunteer: '乙' }];
    const first = await importAll(rows);
    expect(first.result).toMatchObject({ imported: 3, issues: [] });
    const log = await office.events();
    const { comparison, result } = await importAll(rows);
    expect(comparison).toMatchObject({ fresh: [], newVolunteers: 0, issues: [] });
    expect(comparison.known).toHaveLength(3);
    expect(result).toEqual({ imported: 0, events: 0, issues: [] });
    expect(await office.import(comparison.known)).toMatchObject({ events: 0, issues: [] });
    expect(await office.events()).toEqual(log);
  });

  it('reports rows that say something else than before, and takes the new ones', async () => {
    await importAll([{}, {}]);
    const { issues, fresh, known } = await office.compare([{ matter: '别的' }, {}, {}]);
    const reason = 'This number was imported before with other content. A number may be used once, in all years.';
    expect(issues).toEqual([{ row: 2, column: COLUMNS.number, reason }]);
    expect([fresh.map(({ row }) => row), known.map(({ row }) => row)]).toEqual([[4], [3]]);
  });

  it('does not mind that the request has gone on since', async () => {
    const { comparison } = await importAll([{ ...OPEN, number: '7' }]);
    const [row] = comparison.fresh;
    if (!row) throw new Error('No row.');
    const requestId = names().requestIdOf(row);
    const task = { taskId: `${requestId}.1`, volunteerId: names().volunteerIdOf(row.volunteer ?? '') };
    const now = { ...names().contextOf(row, 'done', office.foundation.clock.now()), commandId: 'by hand' };
    await office.services.requestDesk.order(requestId, { type: 'ReportDone', ...task, result: 'x' }, () => true, now);
    const again = await importAll([{ ...OPEN, number: '7' }]);
    expect(again.comparison.known).toHaveLength(1);
    expect((await office.requests()).get('7')?.status).toBe('DONE');
  });

  it('that was interrupted goes on where it stopped, with the same outcome', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => ({ volunteer: `志愿者${String(index % 9)}` }));
    const { fresh } = await office.compare(rows);
    const stop = new AbortController();
    let seen = 0;
    const cut = await office.import(fresh, { signal: stop.signal, onRow: () => (seen += 1) === 10 && stop.abort() });
    expect(cut.imported).toBeGreaterThanOrEqual(10);
    expect(cut.imported).toBeLessThan(60);
    expect(cut.imported).toBe(seen);
    const { comparison, result } = await importAll(rows);
    expect([comparison.known.length, result.imported]).toEqual([seen, 60 - seen]);
    expect(cut.events + result.events).toBe(60 * 6);
    expect([...(await office.requests()).values()].every(({ status }) => status === 'RESOLVED')).toBe(true);
  });

  it('finishes a row of which only the beginning was imported', async () => {
    const { fresh } = await office.compare([{}, {}]);
    const [row] = fresh as [LedgerRow, LedgerRow];
    const { number, channel, category, building, reporter, matter } = row;
    const { communityId } = office;
    const details = { communityId, ledgerNumber: number, channel, category, building, reporter, matter };
    await office.services.requestDesk.raise(details, names().contextOf(row, 'raise', row.reportedAt));
    const { comparison, result } = await importAll([{}, {}]);
    expect(comparison).toMatchObject({ known: [], issues: [] });
    expect(result).toMatchObject({ imported: 2, events: 11 });
    expect((await office.requests()).get('1')?.status).toBe('RESOLVED');
  });

  it('rejects when the store is gone, and only once nothing is under way any more', async () => {
    const { fresh } = await office.compare(Array.from({ length: 40 }, () => RAISED));
    let after = 0;
    const importing = office.import(fresh, { onRow: () => (after += 1) === 5 && void office.foundation.store.close() });
    await expect(importing).rejects.toThrow(Unavailable);
    const settled = after;
    await new Promise(setImmediate);
    expect(after).toBe(settled);
  });
});

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
