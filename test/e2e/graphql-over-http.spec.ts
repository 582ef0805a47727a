// GraphQL over HTTP by the specification: the audit of graphql-http against the real server. Every MUST and every SHOULD
// holds; what is refused is named here, with the reason.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { Api } from './harness/api.ts';

/** GET is not served: a link or an image on any page could send one, with a browser's cookies and from its network. */
const REFUSED: Readonly<Record<string, string>> = {
  '5A70': 'MAY accept application/x-www-form-urlencoded formatted GET requests',
  D6D5: 'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70': 'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
};

let api: Api;

beforeAll(async () => {
  api = await Api.start();
});

afterAll(() => api.stop());

describe('the audit', () => {
  it.each(serverAudits({ url: () => api.url }).map((audit) => [audit.id, audit.name, audit.fn] as const))(
    '%s: %s',
    async (id, name, fn) => {
      const result = await fn();
      if (REFUSED[id] === undefined) expect(result).toMatchObject({ status: 'ok' });
      else expect({ name, status: result.status }).toEqual({ name: REFUSED[id], status: 'notice' });
    },
  );
});

describe('a document that does not fit', () => {
  it.each([
    ['no Accept', {}, 400],
    ['anything', { accept: '*/*' }, 400],
    ['the media type of GraphQL', { accept: 'application/graphql-response+json' }, 400],
    ['both', { accept: 'application/graphql-response+json, application/json;q=0.9' }, 400],
    ['application/json alone', { accept: 'application/json' }, 200],
  ])('is answered by what is asked for: %s', async (_, headers: Record<string, string>, status) => {
    for (const query of ['{', '{ nothing }']) {
      const answer = await api.send(JSON.stringify({ query }), headers);
      expect({ status: answer.status, code: answer.code }).toEqual({
        status,
        code: expect.stringMatching(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/),
      });
    }
  });

  it('does not make a refused token look well', async () => {
    const headers = { accept: 'application/json', authorization: 'Bearer none' };
    expect((await api.send(JSON.stringify({ query: '{ __typename }' }), headers)).status).toBe(401);
  });
});
