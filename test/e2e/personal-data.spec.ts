// Personal data as those see it who may, from a server that has not read a key yet: what it answers is the same as from
// the one that sealed it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { Neighbourhood, REPORTER } from './harness/neighbourhood.ts';
import type { Person } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;
let running: Api;

beforeAll(async () => {
  api = await Api.start();
  running = api;
  here = await Neighbourhood.at(api);
});

afterAll(async () => {
  if (running !== api) await running.close();
  await api.stop();
});

describe('personal data', () => {
  it('is the same after a restart, in lists and alone, from documents seen before too', async () => {
    const { office, volunteer, communityId } = here;
    for (let of = 0; of < 20; of += 1) await here.raise({ reporter: { ...REPORTER, name: `canary ${String(of)}` } });
    const { taskId } = await here.offer();
    const { position } = await volunteer.order('acceptTask', { taskId });
    const seenBy = async (server: Api) => {
      const see = (person: Person, query: string, args: object = {}) =>
        person.at(server).read(query, { atLeast: position, ...args });
      // Documents are compiled when they come again, and keys are read with the first row that needs them.
      await see(office, 'requests', { filter: { status: ['DECLINED'] } });
      await see(volunteer, 'myTasks', { status: [] });
      return Promise.all([
        see(office, 'requests', { first: 100 }),
        see(office, 'volunteers', { filter: { communityId }, first: 100 }),
        see(volunteer, 'myTasks', { first: 100 }),
        office.at(server).read('me'),
      ]);
    };
    const before = await seenBy(api);
    await api.close();
    running = await Api.start({ directory: api.directory });
    expect(await seenBy(running)).toEqual(before);
    for (const secret of ['canary 0', 'canary 19', REPORTER.phone]) expect(JSON.stringify(before[0])).toContain(secret);
    expect(JSON.stringify(before[2])).toContain(REPORTER.phone);
    expect(before[1].edges[0].node.name).toEqual(expect.any(String));
    expect(before[3].username).toEqual(expect.any(String));
  });
});
