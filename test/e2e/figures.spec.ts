// The studio's ledger, imported and asked for over GraphQL: its published totals come out of events, and every figure
// says what it is made of and lists exactly what it counts.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { importLedger } from '../../apps/cli/commands/import.ts';
import { Api } from './harness/api.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';

const LEDGER = readFileSync(new URL('../../apps/cli/demo/ledger.csv', import.meta.url));
const COUNTS = ['raised', 'resolved', 'inFollowUp', 'open'] as const;

let api: Api;
let here: Neighbourhood;
let office: Person;
let everything: Json;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
  ({ office } = here);
  const { foundation, services } = api.application;
  const quiet = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
  const catalogue = await services.catalogues.of(here.communityId);
  expect(await importLedger({ foundation, services }, catalogue, LEDGER, {})).toBe(0);
  for (const spy of quiet) spy.mockRestore();
  everything = await resolution(office);
}, 60_000);

afterAll(() => api.stop());

const resolution = async (by: Person, args: object = {}): Promise<Json> =>
  by.read('resolution', { ...args, atLeast: await here.head() });

const LIST = `query ($filter: RequestFilter, $first: Int!, $after: String) { requests(filter: $filter, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }`;

/** Ids of all requests the filter lists, over all pages, once the list's own total agrees with them. */
async function listed(by: Person, filter: object, first = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const answer: Json = await api.ask(LIST, { filter, first, after }, by.member.token);
    if (answer.errors) throw new Error(`${JSON.stringify(filter)}: ${String(answer.text)}`);
    const { edges, pageInfo, totalCount } = answer.data.requests;
    ids.push(...edges.map(({ node }: Json) => node.id));
    after = pageInfo.endCursor;
    if (pageInfo.hasNextPage) continue;
    expect(ids).toHaveLength(totalCount);
    return ids;
  }
}

/** Looks that each of the four counts lists what it counts, and that these are different requests. */
async function listsWhatItCounts(by: Person, tally: Json): Promise<void> {
  const lists = new Map<string, string[]>();
  for (const name of COUNTS) {
    const ids = await listed(by, tally[name].filter);
    expect({ key: tally.key, name, listed: ids.length }).toEqual({ key: tally.key, name, listed: tally[name].value });
    expect(new Set(ids).size).toBe(ids.length);
    lists.set(name, ids);
  }
  const parts = ['resolved', 'inFollowUp', 'open'].flatMap((name) => lists.get(name) ?? []);
  expect(new Set(parts).size).toBe(parts.length);
  const raised = new Set(lists.get('raised'));
  expect(parts.every((id) => raised.has(id))).toBe(true);
}

describe("the studio's ledger", () => {
  it('has its published totals: 143 recorded, 134 resolved, 9 in follow-up', () => {
    expect(COUNTS.map((name) => everything[name].value)).toEqual([143, 134, 9, 0]);
    expect(everything.rate).toEqual({ numerator: 134, denominator: 143, value: 134 / 143, exclusions: [] });
    expect(everything.rate.value.toFixed(3)).toBe('0.937');
    const exclusions = [{ reason: 'FOLLOW_UP', count: 9 }];
    expect(everything.rateWithoutFollowUp).toEqual({ numerator: 134, denominator: 134, value: 1, exclusions });
  });

  it('says by which definition, up to when on both clocks, and where in the log', async () => {
    expect(everything.definition).toBe('ledger/1');
    const { occurredUntil, recordedUntil } = everything.cutOff;
    for (const time of [occurredUntil, recordedUntil])
      expect(Math.abs(Date.now() - Date.parse(time))).toBeLessThan(60_000);
    expect(everything.position >= (await here.head())).toBe(true);
    const unknown = await office.see('resolution', { definition: 'ledger/2' });
    expect([unknown.code, unknown.details.known]).toEqual(['BAD_USER_INPUT', ['ledger/1']]);
  });

  it('counts by category, channel and day what the paper says', () => {
    const rows: Record<string, string>[] = parse(LEDGER, { bom: true, columns: true });
    const onPaper = (column: string, length = 99) =>
      [...Map.groupBy(rows, (row) => row[column]?.slice(0, length))].map(([, of]) => [
        of.length,
        of.filter((row) => row['状态'] === '办结').length,
      ]);
    const counted = (slices: Json[]) => slices.map(({ raised, resolved }) => [raised.value, resolved.value]);
    const sorted = (pairs: number[][]) => pairs.map(String).sort();
    expect(sorted(counted(everything.byCategory))).toEqual(sorted(onPaper('类别')));
    expect(sorted(counted(everything.byChannel))).toEqual(sorted(onPaper('来源')));
    expect(counted(everything.byDay)).toEqual(onPaper('反映时间', 10));
  });
});

describe('a filter', () => {
  it('lists exactly what its count counts: in all, by category, channel and day', async () => {
    const { byCategory, byChannel, byDay } = everything;
    expect([byCategory.length, byChannel.length]).toEqual([9, 4]);
    for (const tally of [everything, ...byCategory, ...byChannel, ...byDay]) await listsWhatItCounts(office, tally);
  }, 60_000);

  it('lists the same, each once, however small the pages', async () => {
    const { filter } = everything.resolved;
    const atOnce = await listed(office, filter);
    for (const first of [1, 7, 99]) expect(await listed(office, filter, first)).toEqual(atOnce);
  }, 60_000);

  it('holds for narrower figures too: a window, a category, a channel, a status, all together', async () => {
    const window = { from: '2024-08-01', to: '2024-09-30' };
    const narrower = [
      { window },
      { filter: { category: 'PLUMBING' } },
      { window, filter: { channel: 'PHONE', reportedFrom: '2024-09-01' } },
      { filter: { status: ['RESOLVED', 'RAISED'] } },
      { filter: { communityId: here.communityId, category: 'CARE_SUPPORT', channel: 'VISIT', status: ['FOLLOW_UP'] } },
    ];
    for (const question of narrower) {
      const figures = await resolution(office, question);
      for (const tally of [figures, ...figures.byCategory, ...figures.byChannel])
        await listsWhatItCounts(office, tally);
    }
    const inWindow = await resolution(office, { window });
    expect(inWindow.raised.value).toBeGreaterThan(0);
    expect(inWindow.raised.value).toBeLessThan(143);
  }, 60_000);
});

describe('no data', () => {
  it('is null and not 0', async () => {
    const empty = await resolution(office, { window: { from: '2020-01-01', to: '2020-12-31' } });
    expect(COUNTS.map((name) => empty[name].value)).toEqual([0, 0, 0, 0]);
    const rates = [empty.rate, empty.rateWithoutFollowUp, ...Object.values<Json>(empty.onTime)];
    for (const { numerator, denominator, value } of rates)
      expect([numerator, denominator, value]).toEqual([0, 0, null]);
    for (const of of Object.values<Json>(empty.durations))
      expect(of).toEqual({ count: 0, medianSeconds: null, p90Seconds: null });
    expect([empty.byCategory, empty.byChannel, empty.byDay]).toEqual([[], [], []]);
  });

  it('is refused where the question is none', async () => {
    const backwards = await office.see('resolution', { window: { from: '2024-02-01', to: '2024-01-01' } });
    expect([backwards.code, backwards.details.field]).toEqual(['BAD_USER_INPUT', 'reportedFrom']);
    const none = await office.see('resolution', { window: { from: '2024-02-30' } });
    expect(none.code).toBe('BAD_USER_INPUT');
  });
});

describe('who is above', () => {
  it('pools what lies below: numerators and denominators are added up, rates are not averaged', async () => {
    const { otherOffice, supervisor, world } = here;
    const report = { communityId: world.otherCommunityId, channel: 'VISIT', category: 'PARKING', matter: 'M' };
    const [first, second] = [
      (await otherOffice.order('raiseRequest', report)).request.id,
      (await otherOffice.order('raiseRequest', report)).request.id,
    ];
    await otherOffice.order('raiseRequest', report);
    const plan = { reason: 'R', plan: 'P', reviewOn: '2999-01-01' };
    for (const requestId of [first, second]) await otherOffice.order('placeInFollowUp', { requestId, ...plan });
    await otherOffice.order('confirmResolution', { requestId: first, result: 'Solved' });

    const pooled = await resolution(supervisor);
    expect(COUNTS.map((name) => pooled[name].value)).toEqual([146, 135, 10, 1]);
    expect(pooled.rate).toMatchObject({ numerator: 135, denominator: 146, value: 135 / 146 });
    expect(pooled.rateWithoutFollowUp).toMatchObject({ numerator: 135, denominator: 136 });
    for (const tally of [pooled, ...pooled.byCategory, ...pooled.byChannel]) await listsWhatItCounts(supervisor, tally);
    const one = await resolution(supervisor, { filter: { communityId: world.otherCommunityId } });
    expect(COUNTS.map((name) => one[name].value)).toEqual([3, 1, 1, 1]);

    expect((await resolution(office)).raised.value).toBe(143);
    expect((await resolution(otherOffice)).raised.value).toBe(3);
    const foreign = await resolution(otherOffice, { filter: { communityId: here.communityId } });
    expect([foreign.raised.value, foreign.rate.value]).toEqual([0, null]);
    expect(await listed(otherOffice, everything.raised.filter)).toHaveLength(3);
  });
});
