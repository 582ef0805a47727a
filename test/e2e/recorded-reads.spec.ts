// Reading personal data is recorded before it is answered, field by field; what cannot be recorded is not shown; and the
// auditor sees who read of whom.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DisclosureQueries, ReadingWatch } from '#libs/disclosures';
import type { EventStore } from '#libs/event-store';
import { Unavailable } from '#libs/kernel';
import { createLogger, systemClock } from '#libs/platform';
import { Api } from './harness/api.ts';
import { GraphqlClient } from './harness/client.ts';
import { rootField } from './harness/documents.ts';
import { readingsAfter } from './harness/log.ts';
import { MATTER, Neighbourhood, newId, REPORTER } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start({ environment: { UNUSUAL_READING: '5' } });
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

/** What the call led to being recorded. */
async function recordedBy(call: () => Promise<unknown>) {
  const before = await here.head();
  await call();
  return readingsAfter(api, before);
}

async function reporterOf(requestId: string): Promise<string> {
  const { state } = await api.application.services.requestDesk.load(requestId);
  return (state as { personId: string }).personId;
}

const OF_REPORTER = ['reporter/address', 'reporter/name', 'reporter/phone'];

describe('the record of reads', () => {
  it('names reader, people and fields of a page, in one event', async () => {
    const { office, communityId } = here;
    const ids: string[] = [];
    for (let of = 0; of < 3; of += 1) ids.push((await here.raise()).id);
    const position = await here.head();
    const readings = await recordedBy(() => office.read('requests', { filter: { communityId }, atLeast: position }));
    const personIds = await Promise.all(ids.map(reporterOf));
    const [reading, ...others] = readings;
    expect(others).toEqual([]);
    expect(reading).toEqual({
      at: expect.any(String),
      operation: 'query',
      through: ['requests'],
      viewers: [office.member.accountId],
      shown: [{ fields: ['matter', ...OF_REPORTER], personIds: expect.arrayContaining(personIds) }],
    });
    expect(reading?.shown[0]?.personIds).toHaveLength(personIds.length);
  });

  it('tells every field that is personal', async () => {
    const { office } = here;
    const shownOf = async (id: string) => {
      const atLeast = await here.head();
      const [reading] = await recordedBy(() => office.read('request', { id, atLeast }));
      return reading?.shown.flatMap(({ fields }) => fields);
    };
    const texts = ['matter', ...OF_REPORTER];
    const followedUp = await here.raise();
    const plan = { reason: 'canary', plan: 'canary', reviewOn: '2999-01-01' };
    await office.order('placeInFollowUp', { requestId: followedUp.id, ...plan });
    expect(await shownOf(followedUp.id)).toEqual(['matter', 'plan', 'reason', ...OF_REPORTER]);
    const { id } = await here.done();
    expect(await shownOf(id)).toEqual([...texts, 'result'].sort());
    const declined = await here.raise();
    await office.order('declineRequest', { requestId: declined.id, reason: 'canary' });
    expect(await shownOf(declined.id)).toEqual([...texts, 'reason'].sort());
  });

  it('has the contact, the briefing, names of volunteers and of accounts', async () => {
    const { office, volunteer, administrator, world, communityId } = here;
    const { id, taskId } = await here.offer({ briefing: 'canary-briefing' });
    const { position } = await volunteer.order('acceptTask', { taskId });
    const person = await reporterOf(id);
    const contact = await recordedBy(() => volunteer.read('myTasks', { status: ['ACCEPTED'], atLeast: position }));
    expect(contact.map(({ viewers, shown }) => ({ viewers, shown }))).toEqual([
      {
        viewers: [volunteer.member.accountId],
        shown: [{ fields: ['briefing', 'matter', ...OF_REPORTER], personIds: [person] }],
      },
    ]);
    const volunteers = await recordedBy(() => office.read('volunteer', { id: volunteer.volunteerId }));
    expect(volunteers.map(({ shown }) => shown)).toEqual([
      [{ fields: ['name', 'phone'], personIds: [volunteer.volunteerId] }],
    ]);
    const input = { areaId: communityId, username: 'canary-user', displayName: 'Canary', password: world.password };
    let accountId = '';
    const accounts = await recordedBy(async () => {
      accountId = (await administrator.order('openAccount', input)).account.id;
    });
    expect(accounts.map(({ operation, through, shown }) => ({ operation, through, shown }))).toEqual([
      {
        operation: 'mutation',
        through: ['openAccount'],
        shown: [{ fields: ['displayName', 'username'], personIds: [accountId] }],
      },
    ]);
  });

  it('does not grow by what shows nobody, and not by one’s own data', async () => {
    const { auditor, volunteer, office } = here;
    const readings = await recordedBy(async () => {
      await auditor.read('requests', { first: 100 });
      await office.read('communities');
      await office.read('me');
      await volunteer.read('me');
      await volunteer.read('volunteer', { id: volunteer.volunteerId });
    });
    expect(readings).toEqual([]);
  });

  it('has who a subscription tells, before they are told', async () => {
    const { office, deputy, auditor, communityId } = here;
    const sockets = await Promise.all([office, deputy, auditor].map((person) => subscribe(person)));
    const before = await here.head();
    const { id } = await here.raise();
    const told = await Promise.all(sockets.map((socket) => socket.data<Json>('ledger')));
    const readings = await readingsAfter(api, before);
    expect(told.map(({ ledgerChanged }) => ledgerChanged.request.matter)).toEqual([MATTER, MATTER, null]);
    const viewers = readings.filter(({ operation }) => operation === 'subscription').flatMap((of) => of.viewers);
    expect([...new Set(viewers)].sort()).toEqual([office, deputy].map(({ member }) => member.accountId).sort());
    const [first] = readings.filter(({ operation }) => operation === 'subscription');
    expect(first?.shown).toEqual([{ fields: ['matter', ...OF_REPORTER], personIds: [await reporterOf(id)] }]);
    for (const socket of sockets) socket.terminate();

    async function subscribe(person: Person) {
      const socket = await api.connect(person.member.token);
      socket.subscribe('ledger', rootField('ledgerChanged').document, { communityId });
      await socket.settled();
      return socket;
    }
  });
});

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
      personId: await reporterOf(id),
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
    expect(await find({ personId: await reporterOf(id) })).toBe(1);
    expect(await find({ requestId: crypto.randomUUID() })).toBe(0);
  });

  it('goes through them page by page, each once', async () => {
    const { auditor, communityId } = here;
    const filter = { communityId };
    const seen: string[] = [];
    let [after, total]: [string | undefined, number] = [undefined, 0];
    do {
      const page: Json = await auditor.read('personalDataReads', { filter, first: 4, after });
      total = page.totalCount;
      seen.push(...page.edges.map(({ node }: Json) => `${node.hour} ${node.accountId} ${node.personId}`));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(total);
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it('is told of who reads of unusually many people, recorded once whoever looks, with a line in the log', async () => {
    const { auditor, deputy, office, communityId } = here;
    for (let of = 0; of < 6; of += 1) await here.raise();
    await deputy.read('requests', { first: 5, filter: { communityId }, atLeast: await here.head() });
    await office.read('requests', { first: 100, filter: { communityId } });
    const atLeast = await here.head();
    const found = await auditor.read('unusualReading', { communityId, atLeast });
    const accounts = found.map(({ accountId }: Json) => accountId as string);
    expect(accounts).toEqual(expect.arrayContaining([deputy, office].map(({ member }) => member.accountId)));
    expect(accounts).not.toContain(here.supervisor.member.accountId);
    const { persons, threshold } = found.find(({ accountId }: Json) => accountId === deputy.member.accountId);
    // An earlier test has shown one more to the deputy.
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
