// A small neighbourhood to test in: one community with an office and volunteers, another one beside it.
import { randomUUID } from 'node:crypto';
import type { Services } from '#apps/foundation';
import type { Role } from '#libs/identity';
import type { Instant } from '#libs/kernel';
import { systemClock } from '#libs/platform';
import type { Api } from './api.ts';
import type { GraphqlClient } from './client.ts';

const PASSWORD = 'a long enough password';

export interface Member {
  readonly accountId: string;
  readonly username: string;
  readonly token: string;
  readonly volunteerId: string;
}

export interface World {
  readonly districtId: string;
  readonly communityId: string;
  readonly otherCommunityId: string;
  readonly password: string;
  /** Signs in an account that holds the role in the area; default the community. */
  member(role: Role, areaId?: string): Promise<Member>;
  /** A verified volunteer of the community, on duty, with an account, signed in. */
  volunteer(): Promise<Member>;
  /** A request of the community with a reporter, offered to everyone; answers the ids. */
  offer(office: Member, reporter?: object): Promise<{ requestId: string; taskId: string; position: string }>;
}

export async function makeWorld(api: Api): Promise<World> {
  const { services, foundation } = api.application;
  const { areaDesk, areas, accountDesk, volunteerDesk } = services;
  const context = () => foundation.contexts.of(undefined, 'test', { commandId: randomUUID() });
  const area = async (level: 'DISTRICT' | 'STREET' | 'COMMUNITY', name: string, parentId: string | null) =>
    areaIdOf(await areaDesk.add({ level, name, parentId }, context()));
  const districtId = await area('DISTRICT', 'District', null);
  const streetId = await area('STREET', 'Street', districtId);
  const communityId = await area('COMMUNITY', '流霞里', streetId);
  const otherCommunityId = await area('COMMUNITY', 'Beside it', streetId);
  await areas.catchUp();

  const member = async (role: Role, areaId = communityId, volunteerId?: string): Promise<Member> => {
    const username = `user-${randomUUID().slice(0, 8)}`;
    await accountDesk.open({ areaId, username, displayName: null, password: PASSWORD }, context());
    const accountId = accountDesk.idOf(username);
    await accountDesk.change(accountId, { type: 'GrantRole', role, areaId }, context());
    if (volunteerId) await accountDesk.change(accountId, { type: 'LinkVolunteer', volunteerId }, context());
    return { accountId, username, volunteerId: volunteerId ?? '', token: await signIn(api, username) };
  };

  const volunteer = async () => {
    const details = {
      communityId,
      name: '志愿者',
      phone: '13800000000',
      skills: ALL_SKILLS,
      registeredBy: 'OFFICE' as const,
    };
    const { state } = await volunteerDesk.register(details, context());
    const { volunteerId } = state as { volunteerId: string };
    await volunteerDesk.order(volunteerId, { type: 'VerifyVolunteer' }, () => true, context());
    const last = await volunteerDesk.order(volunteerId, { type: 'SetDuty', onDuty: true }, () => true, context());
    await foundation.gate.waitFor(last.position);
    return member('VOLUNTEER', communityId, volunteerId);
  };

  return {
    districtId,
    communityId,
    otherCommunityId,
    password: PASSWORD,
    member,
    volunteer,
    offer: (office, reporter) => offerThrough(api, office, communityId, reporter),
  };
}

const ALL_SKILLS = ['REPAIR', 'CARE', 'ELECTRICAL', 'PLUMBING', 'POLICY', 'MEDIATION', 'CLEANING', 'PARKING'];

function areaIdOf({ events }: Awaited<ReturnType<Services['areaDesk']['add']>>): string {
  return events[0]!.stream.slice('area-'.length);
}

/** Signs in one of this world's accounts, at any server that has its data; answers an access token. */
export async function signIn(server: GraphqlClient, username: string): Promise<string> {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
  const { data, errors, text } = await server.ask<{ login: { accessToken: string } }>(query, {
    input: { username, password: PASSWORD },
  });
  if (errors) throw new Error(text);
  return data.login.accessToken;
}

/** Raises a request and offers it, over this server. */
export async function offerThrough(
  api: Api,
  office: Member,
  communityId: string,
  reporter: object = { name: '刘', phone: '13900001111' },
) {
  const raise = `mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { request { id } } }`;
  const input = {
    commandId: randomUUID(),
    communityId,
    channel: 'PHONE',
    category: 'SANITATION',
    matter: 'A matter',
    reporter,
  };
  const raised = await api.ask<{ raiseRequest: { request: { id: string } } }>(raise, { input }, office.token);
  if (raised.errors) throw new Error(raised.text);
  const requestId = raised.data.raiseRequest.request.id;
  const dispatch = `mutation ($input: DispatchRequestInput!) { dispatchRequest(input: $input) { position } }`;
  const order = { commandId: randomUUID(), requestId, skills: [] };
  const sent = await api.ask<{ dispatchRequest: { position: string } }>(dispatch, { input: order }, office.token);
  if (sent.errors) throw new Error(sent.text);
  const page = await api.application.foundation.store.readStream(`request-${requestId}`);
  const dispatched = page.events.find(({ type }) => type === 'RequestDispatched');
  return { requestId, taskId: dispatched?.data['taskId'] as string, position: sent.data.dispatchRequest.position };
}

/** Now and a time before or after it, in the form inputs take. */
export function instantFromNow(milliseconds: number): Instant {
  return new Date(Date.parse(systemClock.now()) + milliseconds).toISOString() as Instant;
}
