// A house scaled out works as one: what is done at one server is read at the other, and the figures go on when the
// projector that makes them is gone.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GraphqlClient } from '../e2e/harness/client.ts';
import type { Asks, Json } from '../e2e/harness/person.ts';
import { Person } from '../e2e/harness/person.ts';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';

describeScaledOut('a house scaled out', () => {
  let house: Deployment | undefined;
  let servers: Asks[];
  let office: Person;
  let communityId: string;

  beforeAll(async () => {
    house = await Deployment.start();
    await house.ready();
    servers = house.apis.map(({ url }) => new GraphqlClient(url));
    const areas = [
      ['某区', '--level', 'district'],
      ['某街道', '--level', 'street', '--in', '某区'],
      ['流霞里', '--level', 'community', '--in', '某街道'],
    ];
    for (const area of areas) communityId = idIn(await operator('areas', 'add', ...area));
    const opened = await operator('accounts', 'add', 'office', '--role', 'OFFICE', '--area', '流霞里');
    const password = /shown only now: (\S+)/.exec(opened)?.[1] ?? '';
    office = new Person(servers[0]!, {
      ...{ accountId: '', username: 'office', volunteerId: '' },
      token: await signIn(servers[1]!, 'office', password),
    });
  }, 120_000);

  afterAll(async () => {
    await house?.stop();
  });

  const operator = async (...args: string[]) => {
    const { code, output, errors } = await house!.cli(...args);
    if (code !== 0) throw new Error(errors);
    return output;
  };

  const raise = async (by: Person): Promise<Json> => {
    const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: 'The stairs are dirty' };
    return by.order('raiseRequest', { ...report, reporter: { name: '刘', phone: '13900001111' } });
  };

  it('reads at one server what was done at the other', async () => {
    const { request } = await raise(office);
    const { position } = await office.order('dispatchRequest', { requestId: request.id });
    const elsewhere = office.at(servers[1]!);
    const seen = await elsewhere.read('request', { id: request.id, atLeast: position });
    expect(seen).toMatchObject({ id: request.id, status: 'OFFERED', matter: 'The stairs are dirty' });
  });

  it('goes on with the figures when the leading projector is killed', async () => {
    const leader = await house!.leader();
    const raisedBefore = await raised(office);
    await leader.kill();
    const { position } = await raise(office);
    expect(await house!.leader(10_000)).not.toBe(leader);
    expect(await raised(office.at(servers[1]!), position)).toBe(raisedBefore + 1);
    await leader.restart();
    expect(await leader.ready()).toMatchObject({ role: 'standing by' });
  });

  it('has read models made again by whoever leads', async () => {
    const before = await raised(office);
    expect(await operator('rebuild', 'request-list')).toContain('Rebuilt 1 read model: request-list.');
    expect(await raised(office.at(servers[1]!))).toBe(before);
  });
});

async function raised(by: Person, atLeast?: string): Promise<number> {
  return (await by.read('resolution', { atLeast })).raised.value;
}

async function signIn(server: Asks, username: string, password: string): Promise<string> {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
  const { data } = await server.ask<Json>(query, { input: { username, password } });
  return data.login.accessToken;
}

function idIn(output: string): string {
  return /Id: (\S+)/.exec(output)?.[1] ?? randomUUID();
}
