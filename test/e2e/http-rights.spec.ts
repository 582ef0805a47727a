// Who gets in over HTTP, and that every field says who may ask for it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { getNamedType, isObjectType, isRequiredArgument } from 'graphql';
import { fieldsWithoutRule } from '#libs/graphql-kit';
import type { Api } from './harness/api.ts';
import type { OfficeDesk } from './harness/office-desk.ts';
import { openOfficeDesk, RAISE } from './harness/office-desk.ts';
import type { Member, World } from './harness/world.ts';

const ME = '{ me { id grants { role areaId } } }';

let api: Api;
let world: World;
let office: Member;
let raising: OfficeDesk['raising'];

beforeAll(async () => {
  ({ api, world, office, raising } = await openOfficeDesk());
});

afterAll(() => api.stop());

describe('signing in', () => {
  it('gives a token that stands for the account', async () => {
    const { data } = await api.ask<{ me: { id: string; grants: object[] } }>(ME, {}, office.token);
    expect(data.me).toEqual({ id: office.accountId, grants: [{ role: 'OFFICE', areaId: world.communityId }] });
  });

  it('answers a wrong password and an unknown name alike', async () => {
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
    const wrong = await api.ask(login, { input: { username: office.username, password: 'not the password' } });
    const unknown = await api.ask(login, { input: { username: 'nobody-at-all', password: 'not the password' } });
    expect(wrong.code).toBe('UNAUTHENTICATED');
    expect(wrong.text).toBe(unknown.text);
  });

  it.each(['nonsense', 'a.b.c', ''])('refuses a token that is not good as a whole: "%s"', async (token) => {
    const { status, code } = await api.send(JSON.stringify({ query: ME }), { authorization: `Bearer ${token}` });
    expect({ status, code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
  });
});

describe('rights', () => {
  it('are stated for every field of the schema', () => {
    expect(fieldsWithoutRule(api.application.schema)).toEqual([]);
  });

  it('are needed: only these root fields answer anybody who is not signed in', () => {
    expect(
      rootFields(api.application.schema)
        .filter(({ rule }) => rule === 'anyone')
        .map(({ name }) => name),
    ).toEqual([
      ...['Query.me', 'Query.community', 'Query.communities', 'Query.trackOrder'],
      ...['Mutation.login', 'Mutation.refresh'],
      ...['placeOrder', 'chaseUpOrder', 'withdrawOrder', 'rateOrder', 'changeOrderConsent'].map(
        (of) => `Mutation.${of}`,
      ),
    ]);
  });

  it('are asked: every other root field refuses who is not signed in', async () => {
    for (const { name, rule, text } of rootFields(api.application.schema)) {
      if (rule === 'anyone' || name.startsWith('Subscription') || text.includes('$input')) continue;
      const communityId = randomUUID();
      const given = { id: randomUUID(), communityId, by: '2026-03-01', filter: { communityId } };
      const { code } = await api.ask(text, given);
      expect({ name, code }).toEqual({ name, code: 'UNAUTHENTICATED' });
    }
  });

  it('end at the community: the same request is not there for another office', async () => {
    const { requestId, position } = await world.offer(office);
    const other = await world.member('OFFICE', world.otherCommunityId);
    const query = 'query ($id: ID!, $atLeast: Position) { request(id: $id, atLeast: $atLeast) { id matter } }';
    const variables = { id: requestId, atLeast: position };
    const own = await api.ask<{ request: object }>(query, variables, office.token);
    const foreign = await api.ask<{ request: null } | undefined>(query, variables, other.token);
    expect(own.data.request).not.toBeNull();
    expect(foreign.data?.request).toBeFalsy();
    const raised = await api.ask(RAISE, raising(), other.token);
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(raised.code);
  });

  it('are looked up for every request: a role taken away is gone at once', async () => {
    const leaving = await world.member('OFFICE');
    const list = '{ requests { totalCount } }';
    expect((await api.ask(list, {}, leaving.token)).code).toBeUndefined();
    const { services, foundation } = api.application;
    const context = foundation.contexts.of(undefined, 'test', { commandId: randomUUID() });
    await services.accountDesk.change(
      leaving.accountId,
      { type: 'RevokeRole', role: 'OFFICE', areaId: world.communityId },
      context,
    );
    expect((await api.ask(list, {}, leaving.token)).code).toBe('FORBIDDEN');
  });
});

/** Every root field with its rule, and a request for it. */
function rootFields(schema: GraphQLSchema): { name: string; rule: string; text: string }[] {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return types.flatMap((type) =>
    Object.values(type?.getFields() ?? {}).map((field) => {
      const needed = field.args.filter(isRequiredArgument);
      const variables = needed.map(({ name, type: of }) => `$${name}: ${String(of)}`).join(', ');
      const args = needed.map(({ name }) => `${name}: $${name}`).join(', ');
      const selection = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
      const call = `${field.name}${args ? `(${args})` : ''} ${selection}`;
      return {
        name: `${String(type)}.${field.name}`,
        rule: (field.extensions['access'] as { name: string }).name,
        text: `${String(type).toLowerCase()} ${variables ? `(${variables})` : ''} { ${call} }`,
      };
    }),
  );
}
