// GraphQL over HTTP as the outside meets it: what is no request, what is too much, and the pages around it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';
import { Api } from './harness/api.ts';
import { CANARY, openOfficeDesk } from './harness/office-desk.ts';
import type { Member, World } from './harness/world.ts';

const ME = '{ me { id grants { role areaId } } }';

let api: Api;
let world: World;
let office: Member;

beforeAll(async () => {
  ({ api, world, office } = await openOfficeDesk());
});

afterAll(() => api.stop());

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
    await expect(Api.start({ directory: api.directory })).rejects.toThrow(/in use by another Bangbangwo process/);
  });
});
