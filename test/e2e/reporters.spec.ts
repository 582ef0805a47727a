// Who may find a reporter by number, and whom partners may reach: only who agreed to it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isScaledOut } from './harness/api.ts';
import { newId } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import { Person } from './harness/person.ts';
import { WebOrders } from './harness/web-orders.ts';

let orders: WebOrders;

beforeAll(async () => {
  orders = await WebOrders.open();
});
afterAll(() => orders.close());

describe('a telephone number', () => {
  it('finds its requests for the office of their community, however it is typed', async () => {
    const { office, supervisor, otherOffice, auditor } = orders.here;
    const [one, other] = [
      await orders.told({ phone: '+86 136-0000-7777' }),
      await orders.told({ phone: '13600007777' }),
    ];
    await orders.told({ phone: '13600007778' });
    const args = (phone: string) => ({
      filter: { phone },
      orderBy: 'OLDEST_FIRST',
      first: 10,
      atLeast: other.position,
    });
    const expected = [one, other].map(({ request }) => request.id).sort();
    for (const phone of ['13600007777', '0086 136 0000 7777', '１３６００００７７７７']) {
      const list = await office.read('requests', args(phone));
      expect(list.edges.map(({ node }: Json) => node.id).sort()).toEqual(expected);
      expect(list.totalCount).toBe(2);
    }
    expect(await otherOffice.read('requests', args('13600007777'))).toMatchObject({ edges: [], totalCount: 0 });
    for (const person of [supervisor, auditor]) {
      expect((await person.see('requests', args('13600007777'))).code).toBe('FORBIDDEN');
    }
    for (const phone of ['1', 'x']) expect((await office.see('requests', args(phone))).code).toBe('BAD_USER_INPUT');
    expect((await office.see('resolution', { filter: { phone: '13600007777' } })).code).toBe('BAD_USER_INPUT');
  });

  (isScaledOut ? it.skip : it)('finds nobody who was erased', async () => {
    const phone = orders.newPhone();
    const { request, position } = await orders.told({ phone });
    const found = async () =>
      (await orders.here.office.read('requests', { filter: { phone }, atLeast: position })).totalCount;
    expect(await found()).toBe(1);
    await orders.erase(request.id);
    expect(await found()).toBe(0);
  });
});

describe('a partner organisation', () => {
  it('reaches the resident only while the resident agrees; a volunteer of the community always', async () => {
    const { office, volunteer, communityId, world } = orders.here;
    const { services, foundation } = orders.api.application;
    const registered = await office.order('registerVolunteer', { communityId, name: 'Partner' });
    const volunteerId: string = registered.volunteer.id;
    await office.order('verifyVolunteer', { volunteerId });
    await office.order('setDuty', { volunteerId, onDuty: true });
    const member = await world.member('TEAM_LEAD');
    const context = foundation.contexts.of(undefined, 'test', { commandId: newId() });
    await services.accountDesk.change(member.accountId, { type: 'LinkVolunteer', volunteerId }, context);
    const partner = new Person(orders.api, { ...member, volunteerId });

    const { key, phone, requestId } = await orders.placed();
    const { taskId } = (await office.order('dispatchRequest', { requestId })).request;
    const { position } = await office.order('acceptTask', { taskId, volunteerId });
    const contact = async () => (await partner.read('myTasks', { atLeast: position })).edges[0].node.contact;
    expect(await contact()).toBeNull();
    await office.order('recordPartnerConsent', { requestId, given: true });
    expect(await contact()).toMatchObject({ phone });
    await orders.resident.order('changeOrderConsent', { ...key, consent: false });
    expect(await contact()).toBeNull();
    const given = await orders.resident.order('changeOrderConsent', { ...key, consent: true });
    expect(given.order).toMatchObject({ consentToPartners: true });
    expect(await contact()).toMatchObject({ phone });

    const own = await orders.here.accepted();
    const mine = await volunteer.read('myTasks', { atLeast: await orders.here.head() });
    const node = mine.edges.map((edge: Json) => edge.node).find(({ id }: Json) => id === own.taskId);
    expect(node.contact).toMatchObject({ phone: expect.any(String) });
  });

  it('may be agreed to with the order', async () => {
    const { key } = await orders.placed({ consentToPartners: true });
    expect(await orders.resident.read('trackOrder', key)).toMatchObject({ consentToPartners: true });
  });
});
