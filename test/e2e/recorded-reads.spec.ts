// Reading personal data is recorded before it is answered, field by field: who was shown what of whom, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { rootField } from './harness/documents.ts';
import { OF_REPORTER, readingsAfter } from './harness/log.ts';
import { MATTER, Neighbourhood } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

/** What the call led to being recorded. */
async function recordedBy(call: () => Promise<unknown>) {
  const before = await here.head();
  await call();
  return readingsAfter(api, before);
}

describe('the record of reads', () => {
  it('names reader, people and fields of a page, in one event', async () => {
    const { office, communityId } = here;
    const ids: string[] = [];
    for (let of = 0; of < 3; of += 1) ids.push((await here.raise()).id);
    const position = await here.head();
    const readings = await recordedBy(() => office.read('requests', { filter: { communityId }, atLeast: position }));
    const personIds = await Promise.all(ids.map((id) => here.reporterOf(id)));
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
    const person = await here.reporterOf(id);
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
    expect(first?.shown).toEqual([{ fields: ['matter', ...OF_REPORTER], personIds: [await here.reporterOf(id)] }]);
    for (const socket of sockets) socket.terminate();

    async function subscribe(person: Person) {
      const socket = await api.connect(person.member.token);
      socket.subscribe('ledger', rootField('ledgerChanged').document, { communityId });
      await socket.settled();
      return socket;
    }
  });
});
