// Commands and lists over HTTP: once for each command id, refused without repeating what was sent, read back at their
// position.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { getNamedType, isLeafType } from 'graphql';
import type { Api } from './harness/api.ts';
import type { OfficeDesk } from './harness/office-desk.ts';
import { CANARY, openOfficeDesk, RAISE } from './harness/office-desk.ts';
import type { Member, World } from './harness/world.ts';

let api: Api;
let world: World;
let office: Member;
let raising: OfficeDesk['raising'];

beforeAll(async () => {
  ({ api, world, office, raising } = await openOfficeDesk());
});

afterAll(() => api.stop());

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
