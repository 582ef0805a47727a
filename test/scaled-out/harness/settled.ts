// A house scaled out with a community in it and somebody of its office, signed in.
import { randomUUID } from 'node:crypto';
import type { Foundation, Services } from '#apps/foundation';
import { openFoundation, startServices } from '#apps/foundation';
import { readSettings } from '#libs/platform';
import { GraphqlClient } from '../../e2e/harness/client.ts';
import type { Json, Reply } from '../../e2e/harness/person.ts';
import { Person } from '../../e2e/harness/person.ts';
import type { Deployment } from '../../support/deployment/index.ts';
import { MATTER, REPORTER } from './spoken.ts';

const PASSWORD = 'canary-secret, and long enough';

export interface Settled {
  readonly communityId: string;
  readonly office: Person;
  /** A new request with a reporter; `id` is the request's. */
  raise(): Promise<{ id: string; position: string }>;
  trySend(mutation: string, input: object): Promise<Reply>;
  /** Closes what was opened beside the house. */
  readonly foundation: Foundation;
}

/** @param house with an API that serves, or will */
export async function settle(house: Deployment): Promise<Settled> {
  const settings = readSettings({ ...house.environment, LOG_LEVEL: 'silent' });
  const foundation = await openFoundation(settings, { role: 'api' });
  try {
    return await settledIn(house, foundation);
  } catch (error) {
    await foundation.shutdown.run();
    throw error;
  }
}

async function settledIn(house: Deployment, foundation: Foundation): Promise<Settled> {
  const services = await startServices(foundation);
  const communityId = await community(foundation, services);
  await account(foundation, services, communityId);
  const [api] = house.apis;
  await api!.until(({ status }) => status !== 'starting');
  const server = new GraphqlClient(api!.url);
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
  const { data, text } = await server.ask<Json>(query, { input: { username: 'office', password: PASSWORD } });
  if (!data) throw new Error(text);
  const member = { accountId: '', username: 'office', volunteerId: '', token: data.login.accessToken };
  const office = new Person(server, member);
  const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER };
  return {
    ...{ foundation, communityId, office },
    raise: async () => {
      const { request, position } = await office.order('raiseRequest', report);
      return { id: request.id, position };
    },
    trySend: (mutation, input) => office.send(mutation, input),
  };
}

async function community({ contexts }: Foundation, { areaDesk }: Services): Promise<string> {
  let parentId: string | null = null;
  for (const level of ['DISTRICT', 'STREET', 'COMMUNITY'] as const) {
    const { events } = await areaDesk.add({ level, name: level, parentId }, contextOf(contexts));
    parentId = events[0]!.stream.slice('area-'.length);
  }
  return parentId!;
}

async function account({ contexts }: Foundation, { accountDesk }: Services, areaId: string): Promise<void> {
  const of = { areaId, username: 'office', displayName: null, password: PASSWORD };
  await accountDesk.open(of, contextOf(contexts));
  const grant = { type: 'GrantRole', role: 'OFFICE', areaId } as const;
  await accountDesk.change(accountDesk.idOf('office'), grant, contextOf(contexts));
}

function contextOf(contexts: Foundation['contexts']) {
  return contexts.of(undefined, 'test', { commandId: randomUUID() });
}
