// The tutorial, done as it is written: every operation in it, in its order, by the people it names.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { Api } from './harness/api.ts';
import type { Json } from './harness/person.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';

let api: Api;
let world: World;
let operations: ReadonlyMap<string, string>;

beforeAll(async () => {
  const text = await readFile(new URL('../../docs/tutorials/first-request.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```graphql\n(.*?)^```/gms)].map((match) => match[1]!);
  operations = new Map(blocks.map((block) => [/^\w+ (\w+)/.exec(block)![1]!, block]));
  api = await Api.start();
  world = await makeWorld(api);
});

afterAll(() => api.stop());

/** Sends the operation of this name, which must succeed. */
async function send(name: string, variables: object = {}, member?: Member): Promise<Json> {
  const answer = await api.ask<Json>(operations.get(name)!, variables, member?.token);
  if (answer.errors) throw new Error(`${name}: ${answer.text}`);
  return answer.data;
}

describe('the tutorial', () => {
  it('takes a request from order to result', async () => {
    const [office, volunteer] = [await world.member('OFFICE'), await world.volunteer()];
    const { login } = await send('SignIn', { username: office.username, password: world.password });
    expect(login.account.id).toBe(office.accountId);

    const { communities } = await send('Communities', {}, office);
    const { communityId } = world;
    expect(communities.edges).toContainEqual({ node: { id: communityId, name: '流霞里' } });

    const { raiseRequest } = await send('Raise', { communityId }, office);
    expect(raiseRequest.request.status).toBe('RAISED');
    expect(await send('Raise', { communityId }, office)).toEqual({ raiseRequest });

    const { dispatchRequest } = await send('Dispatch', { requestId: raiseRequest.request.id }, office);
    const { status, taskId } = dispatchRequest.request;
    expect(status).toBe('OFFERED');

    const { acceptTask } = await send('Accept', { taskId }, volunteer);
    expect(acceptTask.task).toMatchObject({ status: 'ACCEPTED', contact: { phone: '010-5550-0100' } });
    expect((await send('Start', { taskId }, volunteer)).startTask.task.status).toBe('IN_PROGRESS');
    expect((await send('Done', { taskId }, volunteer)).reportDone.task.status).toBe('DONE');

    const { confirmResolution } = await send('Confirm', { requestId: raiseRequest.request.id }, office);
    expect(confirmResolution.request.status).toBe('RESOLVED');
    const { resolution } = await send('Figures', { atLeast: confirmResolution.position }, office);
    expect(resolution).toMatchObject({ raised: { value: 1 }, resolved: { value: 1 }, rate: { value: 1 } });
  });

  it('leaves only the subscription to the tests of subscriptions', () => {
    const done = ['SignIn', 'Communities', 'Raise', 'Dispatch', 'Accept', 'Start', 'Done', 'Confirm', 'Figures'];
    expect([...operations.keys()].filter((name) => !done.includes(name))).toEqual(['Offers']);
  });
});
