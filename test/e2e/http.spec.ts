// GraphQL over HTTP as the outside meets it: sign-in, rights, errors that tell nothing, limits, schema.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import {
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { fieldsWithoutRule } from '#libs/graphql-kit';
import { Api, isScaledOut } from './harness/api.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';

const CANARY = '13900007777';
const ME = '{ me { id grants { role areaId } } }';
const RAISE =
  'mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { request { id revision } position } }';

let api: Api;
let world: World;
let office: Member;

beforeAll(async () => {
  api = await Api.start();
  world = await makeWorld(api);
  office = await world.member('OFFICE');
});

afterAll(() => api.stop());

const raising = (over: object = {}) => ({
  input: {
    commandId: randomUUID(),
    communityId: world.communityId,
    channel: 'PHONE',
    category: 'SANITATION',
    matter: CANARY,
    ...over,
  },
});

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

describe('documents', () => {
  it.each([
    ['two operations and no name', { query: 'query A { __typename } query B { __typename }' }, 400, 'BAD_REQUEST'],
    ['a name it does not have', { query: 'query A { __typename }', operationName: 'Z' }, 400, 'BAD_REQUEST'],
    [
      'lists in lists',
      { query: `{requests(filter:${'['.repeat(30_000)}${']'.repeat(30_000)}){totalCount}}` },
      400,
      'LIMIT_EXCEEDED',
    ],
    ['great depth', { query: `{me${'{a'.repeat(100)}${'}'.repeat(100)}}` }, 400, 'LIMIT_EXCEEDED'],
    [
      'many root fields',
      { query: `{${Array.from({ length: 30 }, (_, at) => `a${at}:__typename me${at}:me{id}`).join(' ')}}` },
      400,
      'LIMIT_EXCEEDED',
    ],
    [
      'fragments in a circle',
      { query: '{...A} fragment A on Query{...B} fragment B on Query{...A}' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('with %s are refused with what is wrong', async (_, body, status, code) => {
    const answer = await api.send(JSON.stringify(body));
    expect({ status: answer.status, codes: answer.errors?.map(({ extensions }) => extensions.code) }).toEqual({
      status,
      codes: expect.arrayContaining([code]),
    });
    expect(answer.text).not.toContain('not of its type');
  });

  it('with a cursor of another list are refused, and a position no event has is known at once', async () => {
    const list = '{ requests(first: 1) { pageInfo { endCursor } } }';
    await world.offer(office);
    const { data } = await api.ask<{ requests: { pageInfo: { endCursor: string } } }>(list, {}, office.token);
    const after = data.requests.pageInfo.endCursor;
    const other = `query ($after: String) { requests(orderBy: OLDEST_FIRST, after: $after) { totalCount } }`;
    expect((await api.ask(other, { after }, office.token)).code).toBe('BAD_USER_INPUT');
    const at = (atLeast: string) =>
      api.ask('query ($atLeast: Position) { requests(atLeast: $atLeast) { totalCount } }', { atLeast }, office.token);
    for (const none of ['zzz', '-1', '0', ' ', '9999999999999999', '١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦'])
      expect([none, (await at(none)).code]).toEqual([none, 'BAD_USER_INPUT']);
    // The beginning of the log, and a position as a store of another kind writes it.
    for (const past of ['', '00000000000000000001.00000000000000000000']) expect((await at(past)).code).toBeUndefined();
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

describe('commands', () => {
  it('return the first result for the same command id, and refuse the id for another command', async () => {
    const input = raising();
    const first = await api.ask(RAISE, input, office.token);
    const again = await api.ask(RAISE, input, office.token);
    expect(first.errors).toBeUndefined();
    expect(again.text).toBe(first.text);
    const other = await api.ask(RAISE, { input: { ...input.input, matter: 'another matter' } }, office.token);
    expect(other.code).toBe('COMMAND_ID_REUSED');
  });

  it('are read back at their position without waiting by the clock', async () => {
    const raised = await api.ask<{ raiseRequest: { position: string } }>(RAISE, raising(), office.token);
    const list = 'query ($at: Position) { requests(first: 1, atLeast: $at) { totalCount edges { node { id } } } }';
    const { data } = await api.ask<{ requests: { edges: object[] } }>(
      list,
      { at: raised.data.raiseRequest.position },
      office.token,
    );
    expect(data.requests.edges).toHaveLength(1);
  });

  it.each([
    ['an id that is none', { communityId: CANARY }, 'BAD_USER_INPUT', 'input.communityId'],
    ['a command id that is none', { commandId: CANARY }, 'BAD_USER_INPUT', 'input.commandId'],
    ['a text over the limit', { matter: CANARY.repeat(200) }, 'BAD_USER_INPUT', 'input.matter'],
    ['control characters', { matter: `${CANARY}\u0000` }, 'BAD_USER_INPUT', 'input.matter'],
    ['a channel that is none', { channel: `X${CANARY}` }, 'BAD_USER_INPUT', 'input.channel'],
    ['a time that is none', { reportedAt: CANARY }, 'BAD_USER_INPUT', 'input.reportedAt'],
    ['a time in the future', { reportedAt: '2999-01-01T00:00:00Z' }, 'OCCURRED_IN_FUTURE', undefined],
    ['a field that is none', { [`x${CANARY}`]: 1 }, 'BAD_USER_INPUT', 'input'],
  ])('refuse %s, name the field, and repeat nothing', async (_, over, code, field) => {
    for (const attempt of [1, 2, 3]) {
      const answer = await api.ask(RAISE, raising(over), office.token);
      expect({ attempt, code: answer.code, field: answer.errors?.[0]?.extensions.details?.['field'] }).toEqual({
        attempt,
        code,
        field,
      });
      expect(answer.text).not.toContain(CANARY);
      expect(answer.text).not.toContain('stack');
    }
  });
});

describe('the ledger', () => {
  it('answers every field in a list as it does for one request, whichever fields are asked for', async () => {
    const { requestId, position } = await world.offer(office, { name: '刘', phone: CANARY, address: '11门' });
    const fields = Object.values((api.application.schema.getType('Request') as GraphQLObjectType).getFields())
      .filter(({ type }) => isLeafType(getNamedType(type)))
      .map(({ name }) => name);
    const all = `${fields.join(' ')} reporter { name phone address }`;
    const one = await api.ask<{ request: Record<string, unknown> }>(
      `query ($id: ID!, $atLeast: Position) { request(id: $id, atLeast: $atLeast) { ${all} } }`,
      { id: requestId, atLeast: position },
      office.token,
    );
    expect(one.data.request['reporter']).toEqual({ name: '刘', phone: CANARY, address: '11门' });
    for (const field of [all, ...fields, 'reporter { name phone address }']) {
      const list = await api.ask<{ requests: { edges: { node: object }[] } }>(
        `query ($atLeast: Position) { requests(first: 1, atLeast: $atLeast) { edges { node { ${field} } } } }`,
        { atLeast: position },
        office.token,
      );
      expect(one.data.request).toMatchObject(list.data.requests.edges[0]!.node);
    }
  });
});

describe('optional arguments', () => {
  it.each([
    '{ requests(filter: null, after: null, atLeast: null) { totalCount } }',
    '{ requests(filter: { communityId: null, status: null, category: null, channel: null, reportedFrom: null }) { totalCount } }',
    '{ dispositions(filter: null) { totalCount } }',
    '{ reviewsDue(by: "2026-03-01", communityId: null) { totalCount } }',
    '{ resolution(filter: null, window: null) { position } }',
    '{ resolution(window: { from: null, to: null }) { position } }',
    '{ volunteers(filter: null) { totalCount } }',
    '{ communities(after: null) { totalCount } }',
  ])('may be null: %s', async (query) => {
    expect((await api.ask(query, {}, office.token)).errors).toBeUndefined();
  });
});

describe('requests that are none', () => {
  it.each([
    ['no JSON', '{', 400],
    ['no GraphQL', JSON.stringify({ query: `{ ${CANARY}` }), 400],
    ['an unknown field', JSON.stringify({ query: '{ nothing }' }), 400],
    ['a literal of another type', JSON.stringify({ query: `{ request(id: "x", atLeast: ${CANARY}) { id } }` }), 400],
    ['no query', JSON.stringify({ phone: CANARY }), 400],
    ['a batch', JSON.stringify([{ query: ME }, { query: ME }]), 400],
    ['a missing variable', JSON.stringify({ query: 'query ($id: ID!) { request(id: $id) { id } }' }), 400],
    ['too many tokens', JSON.stringify({ query: `{ ${'me { id } '.repeat(600)} }` }), 400],
    ['too much depth', JSON.stringify({ query: `{ ${'a { '.repeat(30)} b ${'}'.repeat(30)} }` }), 400],
    [
      'too many aliases',
      JSON.stringify({ query: `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: me { id }`).join(' ')} }` }),
      400,
    ],
    ['too large a body', JSON.stringify({ query: ME, variables: { text: 'x'.repeat(110_000) } }), 413],
    ['a subscription', JSON.stringify({ query: 'subscription { taskOffered { position } }' }), 400],
  ])('%s: refused with status and code, without echo', async (_, body, status) => {
    const answer = await api.send(body);
    expect(answer.status).toBe(status);
    expect(answer.code).toMatch(/^(BAD_REQUEST|GRAPHQL_\w+_FAILED|LIMIT_EXCEEDED|BAD_USER_INPUT)$/);
    expect(answer.text).not.toContain(CANARY);
    expect(answer.text).not.toMatch(/did you mean|node_modules|at .*\.ts/i);
  });

  it.each([
    ['GET', { method: 'GET' }, 405],
    [
      'a form',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={me{id}}' },
      415,
    ],
    [
      'plain text',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: ME }) },
      415,
    ],
  ])('%s is not taken', async (_, init, status) => {
    const response = await fetch(api.url, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('finds nothing where there is nothing, without repeating the path', async () => {
    const response = await fetch(`${api.application.url}/${CANARY}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain(CANARY);
  });
});

describe('around it', () => {
  it('says that it lives and is ready', async () => {
    const live = await fetch(`${api.application.url}/livez`);
    const ready = await fetch(`${api.application.url}/readyz`);
    expect([live.status, ready.status]).toEqual([200, 200]);
    expect(await ready.json()).toMatchObject({ status: 'ready', eventStore: 'readable' });
  });

  it('serves the schema that is committed', () => {
    const served = `${printSchema(lexicographicSortSchema(api.application.schema))}\n`;
    expect(served).toBe(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  });

  it('serves the GraphQL explorer from its own files, and nothing beside them', async () => {
    const page = await fetch(`${api.application.url}/graphiql`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(0);
    expect(html).not.toMatch(/(src|href)="https?:/);
    for (const path of files) expect((await fetch(`${api.application.url}${path}`)).status).toBe(200);
    for (const path of ['/graphiql/../package.json', '/graphiql/%2e%2e/%2e%2e/package.json', '/graphiql/nothing.js']) {
      expect((await fetch(`${api.application.url}${path}`)).status).toBe(404);
    }
  });

  it('answers introspection only when that is on', async () => {
    expect((await api.ask(getIntrospectionQuery())).errors).toBeUndefined();
    const closed = await Api.start({ environment: { INTROSPECTION: 'off', GRAPHIQL: 'off' } });
    try {
      expect((await closed.ask(getIntrospectionQuery())).code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect((await fetch(`${closed.application.url}/graphiql/`)).status).toBe(404);
    } finally {
      await closed.stop();
    }
  });

  it('does not start on a port or data directory that is in use', async () => {
    const { port } = new URL(api.application.url);
    await expect(Api.start({ environment: { PORT: port } })).rejects.toThrow(`Port ${port} is in use.`);
    if (isScaledOut) return;
    await expect(Api.start({ directory: api.directory })).rejects.toThrow(/in use by another Bangbangwo process/);
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
