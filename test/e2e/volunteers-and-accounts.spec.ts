// A volunteer's account: whose it is, said by an administrator, and what it is worth while they are suspended.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ProjectionEngine } from '#libs/projections';
import { Api, isScaledOut } from './harness/api.ts';
import { Neighbourhood, REPORTER } from './harness/neighbourhood.ts';
import { Person } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;
beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
});
afterAll(() => api.stop());

it('lets who registered by themselves take tasks once the office verified them and an administrator linked them', async () => {
  const { administrator, communityId, office, world } = here;
  const person = new Person(api, await world.member('VOLUNTEER'));
  const { volunteer } = await person.order('registerVolunteer', { communityId, name: '自荐', skills: ['REPAIR'] });
  const link = { accountId: person.member.accountId, volunteerId: volunteer.id };
  await office.order('verifyVolunteer', { volunteerId: volunteer.id });
  const { taskId } = await here.offer();
  expect((await person.send('acceptTask', { taskId })).code).toBe('FORBIDDEN');
  expect((await administrator.send('linkVolunteer', { ...link, volunteerId: link.accountId })).code).toBe('NOT_FOUND');
  await administrator.order('linkVolunteer', link);
  await administrator.order('linkVolunteer', link);
  const { volunteer: another } = await office.order('registerVolunteer', { communityId, name: '另一位', skills: [] });
  const other = { ...link, volunteerId: another.id };
  expect((await administrator.send('linkVolunteer', other)).code).toBe('VOLUNTEER_ALREADY_LINKED');
  expect((await person.read('me')).volunteerId).toBe(volunteer.id);
  await person.order('setDuty', { volunteerId: volunteer.id, onDuty: true });
  await person.order('acceptTask', { taskId });
});

it('registers one volunteer for an account that registers itself, and answers the same command again', async () => {
  const { communityId, office, world } = here;
  const person = new Person(api, await world.member('RESIDENT'));
  const registration = { communityId, name: '自荐', commandId: randomUUID() };
  const { volunteer } = await person.order('registerVolunteer', registration);
  expect((await person.order('registerVolunteer', registration)).volunteer.id).toBe(volunteer.id);
  const again = await person.send('registerVolunteer', { communityId, name: '自荐' });
  expect(again.code).toBe('VOLUNTEER_ALREADY_REGISTERED');
  const neighbour = new Person(api, await world.member('RESIDENT'));
  await neighbour.order('registerVolunteer', { communityId, name: '自荐' });
  for (const name of ['甲', '乙']) await office.order('registerVolunteer', { communityId, name });
});

it('lets a volunteer have one account at a time that is active', async () => {
  const { administrator, world } = here;
  const { gate, store } = api.application.foundation;
  const listed = async () => gate.waitFor(await store.head());
  const { accountId, volunteerId } = await world.volunteer();
  const second = (await world.member('VOLUNTEER')).accountId;
  await listed();
  const link = { accountId: second, volunteerId };
  expect((await administrator.send('linkVolunteer', link)).code).toBe('VOLUNTEER_HAS_ACCOUNT');
  await administrator.order('linkVolunteer', { accountId, volunteerId });
  await administrator.order('disableAccount', { accountId });
  await administrator.order('linkVolunteer', link);
  await listed();
  expect((await administrator.send('enableAccount', { accountId })).code).toBe('VOLUNTEER_HAS_ACCOUNT');
  await administrator.order('disableAccount', { accountId: second });
  await administrator.order('enableAccount', { accountId });
});

it('shows no resident’s contact while its volunteer is suspended, whatever the read models say', async () => {
  const { office, volunteer } = here;
  const { volunteerId } = volunteer;
  await here.accepted();
  const phones = async (atLeast?: string) => {
    const { edges } = await volunteer.read('myTasks', { atLeast });
    return edges.map(({ node }: { node: { contact: { phone: string } | null } }) => node.contact?.phone);
  };
  expect(await phones(await here.head())).toEqual([REPORTER.phone]);
  if (!isScaledOut) await (api.application.foundation.projections as ProjectionEngine).stop();
  await office.order('suspendVolunteer', { volunteerId, reason: 'R' });
  expect(await phones()).toEqual([undefined]);
  await office.order('reinstateVolunteer', { volunteerId });
  expect(await phones()).toEqual([REPORTER.phone]);
});
