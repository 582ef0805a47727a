// The auditor sees who read of whom, without seeing what, and is told of who reads of unusually many people.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DisclosureQueries, ReadingWatch } from '#libs/disclosures';
import { createLogger, systemClock } from '#libs/platform';
import { Api } from './harness/api.ts';
import { OF_REPORTER } from './harness/log.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start({ environment: { UNUSUAL_READING: '5' } });
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

describe('the auditor', () => {
  it('finds readings by request, reader and time, and no personal data among them', async () => {
    const { office, auditor, communityId } = here;
    const { id } = await here.raise();
    for (let time = 0; time < 3; time += 1) await office.read('request', { id, atLeast: await here.head() });
    const filter = { communityId, requestId: id };
    const { value, text } = await auditor.see('personalDataReads', { filter, atLeast: await here.head() });
    expect(value).toMatchObject({ totalCount: 1 });
    expect(value.edges[0].node).toMatchObject({
      accountId: office.member.accountId,
      personId: await here.reporterOf(id),
      times: 4,
      through: ['mutation raiseRequest', 'query request'],
      fields: ['matter', ...OF_REPORTER],
    });
    expect(text).not.toMatch(/canary|13900004242|13800000000/);
    const find = async (over: object) =>
      (await auditor.read('personalDataReads', { filter: { communityId, ...over } })).totalCount as number;
    expect(await find({ requestId: id, accountId: here.deputy.member.accountId })).toBe(0);
    expect(await find({ requestId: id, from: '2999-01-01T00:00:00Z' })).toBe(0);
    expect(await find({ requestId: id, to: '2000-01-01T00:00:00Z' })).toBe(0);
    expect(await find({ personId: await here.reporterOf(id) })).toBe(1);
    expect(await find({ requestId: crypto.randomUUID() })).toBe(0);
  });

  it('goes through them page by page, each once', async () => {
    const { auditor, supervisor, communityId } = here;
    const filter = { communityId };
    for (let of = 0; of < 6; of += 1) await here.raise();
    await supervisor.read('requests', { first: 3, filter, atLeast: await here.head() });
    const atLeast = await here.head();
    const seen: string[] = [];
    let [after, total]: [string | undefined, number] = [undefined, 0];
    do {
      const page: Json = await auditor.read('personalDataReads', { filter, first: 4, after, atLeast });
      total = page.totalCount;
      seen.push(...page.edges.map(({ node }: Json) => `${node.hour} ${node.accountId} ${node.personId}`));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(total).toBeGreaterThan(8);
    expect(new Set(seen).size).toBe(total);
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it('is told of who reads of unusually many people, recorded once whoever looks, with a line in the log', async () => {
    const { auditor, deputy, office, communityId } = here;
    for (let of = 0; of < 6; of += 1) await here.raise();
    await deputy.read('requests', { first: 6, filter: { communityId }, atLeast: await here.head() });
    await office.read('requests', { first: 100, filter: { communityId } });
    const atLeast = await here.head();
    const found = await auditor.read('unusualReading', { communityId, atLeast });
    const accounts = found.map(({ accountId }: Json) => accountId as string);
    expect(accounts).toEqual(expect.arrayContaining([deputy, office].map(({ member }) => member.accountId)));
    expect(accounts).not.toContain(here.supervisor.member.accountId);
    const { persons, threshold } = found.find(({ accountId }: Json) => accountId === deputy.member.accountId);
    expect([persons, threshold]).toEqual([6, 5]);

    const lines: string[] = [];
    const noticed: string[] = [];
    const { store, vault, readModels } = api.application.foundation;
    const queries = new DisclosureQueries(readModels.query as never);
    const watch = () =>
      new ReadingWatch({
        ...{ store, sealer: vault, clock: systemClock, threshold: 5 },
        logger: createLogger({ level: 'warn', write: (line) => lines.push(line) }),
        heavy: (hour, least) => queries.heavySince(hour, least),
        noticed: ({ accountId }) => noticed.push(accountId),
      });
    const watches = [watch(), watch()];
    const counts = await Promise.all(watches.map((each) => each.run()));
    expect(counts.reduce((a, b) => a + b)).toBe(found.length);
    expect(await Promise.all([...watches, watch()].map((each) => each.run()))).toEqual([0, 0, 0]);
    expect(noticed.sort()).toEqual(accounts.sort());
    expect(lines).toHaveLength(found.length);
    expect(lines[0]).toMatch(/reads of unusually many people/);
  });
});
