// One person for every role, in the community something is about, in the one beside it, and above both.
import type { Role } from '#libs/identity';
import { ROLES } from '#libs/identity';
import type { Neighbourhood } from './neighbourhood.ts';
import { newId } from './neighbourhood.ts';
import { Person } from './person.ts';
import type { Member } from './world.ts';

/** `OFFICE` of the community itself, `OFFICE beside` it, `AUDITOR above` both; without a role, and not signed in. */
export type Who =
  Role | `${Role} beside` | `${'SUPERVISOR' | 'AUDITOR' | 'ADMINISTRATOR'} above` | 'no role' | 'nobody';

export type Crowd = ReadonlyMap<Who, Person>;

export async function gather(here: Neighbourhood): Promise<Crowd> {
  const { api, world } = here;
  const { communityId, otherCommunityId, districtId } = world;
  const crowd = new Map<Who, Person>();
  const add = async (who: Who, member: Member | Promise<Member>) => crowd.set(who, new Person(api, await member));
  for (const role of ROLES) {
    if (role !== 'VOLUNTEER') await add(role, world.member(role, communityId));
    await add(`${role} beside`, role === 'VOLUNTEER' ? volunteerBeside(here) : world.member(role, otherCommunityId));
  }
  for (const role of ['SUPERVISOR', 'AUDITOR', 'ADMINISTRATOR'] as const) {
    await add(`${role} above`, world.member(role, districtId));
  }
  const former = await world.member('OFFICE', communityId);
  const { accountId } = former;
  await here.administrator.order('revokeRole', { accountId, role: 'OFFICE', areaId: communityId });
  await add('no role', former);
  await add('nobody', { accountId: '', username: '', token: '', volunteerId: '' });
  return crowd.set('VOLUNTEER', here.volunteer);
}

/** On duty, with every skill anyone asks for, in the other community. */
async function volunteerBeside({ api, world, otherOffice }: Neighbourhood): Promise<Member> {
  const { otherCommunityId } = world;
  const details = { communityId: otherCommunityId, name: 'Beside', skills: ['CARE'] };
  const volunteerId: string = (await otherOffice.order('registerVolunteer', details)).volunteer.id;
  await otherOffice.order('verifyVolunteer', { volunteerId });
  await otherOffice.order('setDuty', { volunteerId, onDuty: true });
  const member = await world.member('VOLUNTEER', otherCommunityId);
  const { services, foundation } = api.application;
  const context = foundation.contexts.of(undefined, 'test', { commandId: newId() });
  await services.accountDesk.change(member.accountId, { type: 'LinkVolunteer', volunteerId }, context);
  return { ...member, volunteerId };
}
