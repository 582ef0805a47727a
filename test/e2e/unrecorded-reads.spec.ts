// Personal data whose reading cannot be recorded is shown to nobody, whichever way they ask; what was done all the same is told,
// and a subscription goes on from there.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { Unavailable } from '#libs/kernel';
import { Api } from './harness/api.ts';
import { GraphqlClient } from './harness/client.ts';
import { rootField } from './harness/documents.ts';
import { MATTER, Neighbourhood, newId, REPORTER } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

describe('what cannot be recorded', () => {
  /** Asks the server in this process, whose store this refuses to take records of readings into. */
  async function withoutRecord(work: (here: GraphqlClient) => Promise<void>): Promise<void> {
    const store: EventStore = api.application.foundation.store;
    const append = store.append.bind(store);
    store.append = (stream, ...rest) =>
      stream.startsWith('disclosure-') ? Promise.reject(new Unavailable('No room.')) : append(stream, ...rest);
    const client = new GraphqlClient(api.application.url);
    try {
      await work(client);
    } finally {
      store.append = append;
      client.terminate();
    }
  }
  const SECRETS = new RegExp(`canary|${REPORTER.phone}`);

  it('is not answered, from a document seen often or never, by a query or a mutation', async () => {
    const { id, taskId } = await here.offer();
    const { position } = await here.volunteer.order('acceptTask', { taskId });
    await withoutRecord(async (client) => {
      const [office, volunteer] = [here.office.at(client), here.volunteer.at(client)];
      const reading = [undefined, undefined, undefined];
      for (let time = 0; time < 4; time += 1) {
        const replies = [
          await office.see('request', { id, atLeast: position }),
          await office.see('requests', { first: 3 }),
          await volunteer.see('myTasks', { first: 3 }),
          await office.send('correctRequest', { requestId: id, building: `${String(time)}门` }),
        ];
        for (const { code, value, text } of replies) {
          expect({ code, value: value ?? null }).toEqual({ code: 'UNAVAILABLE', value: null });
          expect(text).not.toMatch(SECRETS);
        }
        expect(replies.map(({ details }) => details)).toEqual([...reading, { done: ['correctRequest'] }]);
      }
      expect(await office.read('me')).toMatchObject({ id: here.office.member.accountId });
      expect((await here.auditor.at(client).read('request', { id })).matter).toBeNull();
    });
    const row = await here.office.read('request', { id, atLeast: await here.head() });
    expect(row).toMatchObject({ building: '3门', matter: MATTER });
  });

  it('does not hide what was done before another field of the mutation failed', async () => {
    const { id } = await here.raise();
    const document = `mutation ($known: CorrectRequestInput!, $unknown: CorrectRequestInput!) {
      first: correctRequest(input: $known) { request { matter } }
      second: correctRequest(input: $unknown) { position }
    }`;
    const known = { commandId: newId(), requestId: id, building: '5门' };
    await withoutRecord(async (client) => {
      const variables = { known, unknown: { ...known, commandId: newId(), requestId: newId() } };
      const { data, errors } = await client.ask(document, variables, here.office.member.token);
      expect({ data, told: errors?.map(({ extensions }) => extensions) }).toEqual({
        data: null,
        told: [{ code: 'UNAVAILABLE', details: { done: ['correctRequest'] } }],
      });
    });
    expect((await here.office.read('request', { id, atLeast: await here.head() })).building).toBe('5门');
  });

  it('ends a subscription, which goes on where it was once there is a record again', async () => {
    const { office, communityId } = here;
    const ledger = rootField('ledgerChanged').document;
    const after = await here.head();
    let id = '';
    await withoutRecord(async (client) => {
      const socket = await client.connect(office.member.token);
      socket.subscribe('ledger', ledger, { communityId });
      await socket.settled();
      id = (await here.auditor.at(client).read('request', { id: await raiseQuietly(client) })).id;
      const { payload } = await socket.next<Json>('error', 'ledger');
      expect(payload[0].extensions.code).toBe('UNAVAILABLE');
      expect(JSON.stringify(socket.waiting)).not.toMatch(SECRETS);
    });
    const socket = await api.connect(office.member.token);
    socket.subscribe('ledger', ledger, { communityId, after });
    expect((await socket.data<Json>('ledger')).ledgerChanged).toMatchObject({ type: 'RequestRaised', request: { id } });
    socket.terminate();
  });

  /** Asks for nothing personal in the answer. */
  async function raiseQuietly(client: GraphqlClient): Promise<string> {
    const { communityId, office } = here;
    const query = 'mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { request { id } position } }';
    const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER };
    const input = { commandId: crypto.randomUUID(), ...report };
    const { data } = await client.ask<Json>(query, { input }, office.member.token);
    const { request, position } = data.raiseRequest;
    await api.application.foundation.gate.waitFor(position);
    return request.id as string;
  }
});
