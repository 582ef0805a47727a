import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Unavailable } from '#libs/kernel';
import { ResolutionQueries } from '#libs/requests';
import type { RequestViews } from '#libs/requests';
import { viewsOf } from '../commands/workplace.ts';
import type { Cells } from '../testing/ledger-files.ts';
import { RAISED } from '../testing/ledger-files.ts';
import { LedgerOffice } from '../testing/ledger-office.ts';
import { LedgerNames } from './ledger-names.ts';
import { COLUMNS } from './ledger-columns.ts';
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
    const at = office.foundation.clock.now();
    const now = { ...names().contextOf(row, 'done', at), commandId: 'by hand' };
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
