// Requests that fit the schema in form, with values nobody should send, and callers who are not who they say.
import { randomUUID } from 'node:crypto';
import type { HostileRequest, Target } from './hostile-case.ts';
import { asOffice, CANARY, request } from './hostile-case.ts';

const BAD = 'BAD_USER_INPUT';
const RAISE = 'mutation ($input: RaiseRequestInput!) { raiseRequest(input: $input) { request { revision } } }';
const LIST =
  'query ($after: String, $first: Int, $at: Position, $filter: RequestFilter) { requests(after: $after, first: $first, atLeast: $at, filter: $filter) { totalCount } }';

/** An order of the office in which one thing is wrong; what comes back is 200 with an error, for it was GraphQL. */
function raising(name: string, over: object, status: number, code: string): HostileRequest {
  const input = ({ communityId }: Target) => ({
    input: {
      commandId: randomUUID(),
      communityId,
      channel: 'PHONE',
      category: 'SANITATION',
      matter: CANARY,
      ...over,
    },
  });
  return asOffice(name, RAISE, input, status, code);
}

const prototype = (name: string) => JSON.parse(`{"${name}":{"polluted":"${CANARY}"}}`) as object;

const ORDERS: readonly HostileRequest[] = [
  raising('an id that is none', { communityId: CANARY }, 200, BAD),
  raising('an id with SQL', { communityId: `'; DROP TABLE events; -- ${CANARY}` }, 200, BAD),
  raising('an id with a path', { communityId: `../../${CANARY}` }, 200, BAD),
  raising('an id with a NUL', { communityId: `${randomUUID()}\0${CANARY}` }, 200, BAD),
  raising('an id that is long', { communityId: CANARY.repeat(2_000) }, 200, BAD),
  raising('a number for an id', { communityId: Number(CANARY) }, 200, BAD),
  raising('an id nobody has', { communityId: randomUUID() }, 200, 'NOT_FOUND'),
  raising('a command id that is none', { commandId: CANARY }, 200, BAD),
  raising('no command id', { commandId: undefined }, 400, BAD),
  raising('null for a command id', { commandId: null }, 400, BAD),
  raising('a list for a text', { matter: [CANARY] }, 400, BAD),
  raising('an object for a text', { matter: { text: CANARY } }, 400, BAD),
  raising('a number for a text', { matter: Number(CANARY) }, 400, BAD),
  raising('a text over its limit', { matter: CANARY.repeat(500) }, 200, BAD),
  raising('a text of blanks', { matter: ' \t ' }, 200, BAD),
  raising('a NUL in a text', { matter: `${CANARY}\0` }, 200, BAD),
  raising('a bell in a text', { matter: `${CANARY}\u0007` }, 200, BAD),
  raising('half a surrogate pair in a text', { matter: `${CANARY}\uD800` }, 200, BAD),
  raising('a direction override in a name', { reporter: { name: `\u202E${CANARY}` } }, 200, BAD),
  raising('a zero-width joiner alone for a name', { reporter: { name: '\u200D' } }, 200, BAD),
  raising('a phone that is long', { reporter: { phone: CANARY.repeat(10) } }, 200, BAD),
  raising('a channel that is none', { channel: CANARY }, 400, BAD),
  raising('a channel in small letters', { channel: 'phone' }, 400, BAD),
  raising('a category that is none', { category: `C${CANARY}` }, 200, BAD),
  raising('a time that is none', { reportedAt: CANARY }, 400, BAD),
  raising('a time without an offset', { reportedAt: '2026-03-01T09:30:00' }, 400, BAD),
  raising('the thirtieth of February', { reportedAt: '2026-02-30T00:00:00Z' }, 400, BAD),
  raising('the hour 25', { reportedAt: '2026-03-01T25:00:00Z' }, 400, BAD),
  raising('a year of five digits', { reportedAt: '+12026-03-01T00:00:00Z' }, 400, BAD),
  raising('a time as a number', { reportedAt: 1_772_000_000 }, 400, BAD),
  raising('a time in the future', { reportedAt: '2999-01-01T00:00:00Z' }, 200, 'OCCURRED_IN_FUTURE'),
  raising('a field the input does not have', { [`phone${CANARY}`]: 1 }, 400, BAD),
  raising('__proto__ in the input', prototype('__proto__'), 400, BAD),
  raising('a constructor in the input', prototype('constructor'), 400, BAD),
  raising('__proto__ in a part of the input', { reporter: prototype('__proto__') }, 400, BAD),
  raising('toString in the input', prototype('toString'), 400, BAD),
  asOffice('a list for the input', RAISE, { input: [{ matter: CANARY }] }, 400, BAD),
  asOffice('a text for the input', RAISE, { input: CANARY }, 400, BAD),
  asOffice('no input', RAISE, { phone: CANARY }, 400, BAD),
  asOffice('an input that is deep', RAISE, { input: nested(200) }, 400, BAD),
];

function nested(depth: number): object {
  let value: object = { matter: CANARY };
  for (let level = 0; level < depth; level += 1) value = { reporter: value };
  return value;
}

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const ONE = 'query ($id: ID!) { request(id: $id) { id } }';

const PAGES: readonly HostileRequest[] = [
  ...[
    ['a cursor that is none', CANARY],
    ['an empty cursor', ''],
    ['a cursor of another list', cursor(['other', CANARY, CANARY])],
    ['a cursor that is an object', cursor({ __proto__: null, phone: CANARY })],
    ['a cursor of numbers', cursor(['requests', 1, 2])],
    ['a cursor that is long', 'A'.repeat(5_000) + CANARY],
    ['a cursor with a NUL', cursor(['requests', `\0${CANARY}`, ''])],
  ].map(([name = '', after]) => asOffice(name, LIST, { after }, 200, BAD)),
  ...[
    ['no page', 0],
    ['a page before the first', -1],
    ['a page that is large', 101],
    ['the largest page there is', 2_147_483_647],
  ].map(([name, first]) => asOffice(String(name), LIST, { first }, 200, BAD)),
  ...[
    ['a page beyond 32 bits', 2_147_483_648],
    ['a page that is a fraction', 1.5],
    ['a page as a text', CANARY],
    ['a page as true', true],
    ['a page as infinity', '1e999'],
  ].map(([name, first]) => asOffice(String(name), LIST, { first }, 400, BAD)),
  asOffice('a page as a list', LIST, { first: [1, 2] }, 400, BAD),
  ...[
    ['a position with a blank', `a ${CANARY}`],
    ['a position with SQL', "0' OR '1'='1"],
    ['a position that is long', '9'.repeat(65)],
    ['a position as a number', 12],
  ].map(([name, at]) => asOffice(String(name), LIST, { at }, 400, BAD)),
  asOffice('a position as an object', LIST, { at: { $gt: '' } }, 400, BAD),
  // A cursor is a place in a list, and any place may be asked for.
  asOffice('a cursor with SQL', LIST, { after: cursor(['requests', "' OR 1=1 --", CANARY]) }, 200),
  asOffice('a position beyond the log', LIST, { at: '9999999999999999' }, 200, BAD),
  asOffice('a position of another store', LIST, { at: `zz${CANARY}` }, 400, BAD),
  asOffice('a request with a NUL for an id', ONE, { id: `\0${CANARY}` }, 200),
  asOffice('a request with half a character for an id', ONE, { id: `\uD800${CANARY}` }, 200),
  asOffice('a request with SQL for an id', ONE, { id: `' OR '1'='1' -- ${CANARY}` }, 200),
  asOffice('a request with a long id', ONE, { id: CANARY.repeat(5_000) }, 200),
  asOffice('a filter with an operator', LIST, { filter: { status: { $ne: CANARY } } }, 400, BAD),
  asOffice('a filter with an id that is none', LIST, { filter: { communityId: CANARY } }, 200, BAD),
];

/** Asks as somebody who has to be signed in. */
function caller(name: string, lines: readonly string[], status = 401, code = 'UNAUTHENTICATED'): HostileRequest {
  const text = JSON.stringify({ query: '{ requests { totalCount } }' });
  return { name, bytes: (target) => request(target, { lines, body: text }), status, code };
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { sub: CANARY, iss: 'bangbangwo', aud: 'bangbangwo', exp: 4_000_000_000 };
const forged = (header: object, signature = '') => `${encoded(header)}.${encoded(claims)}.${signature}`;

const CALLERS: readonly HostileRequest[] = [
  caller('nobody', [], 200),
  caller('an empty authorization', ['authorization:']),
  caller('a scheme without a token', ['authorization: Bearer']),
  caller('a token without a scheme', [`authorization: ${CANARY}`]),
  caller('another scheme', [`authorization: Basic ${Buffer.from(`admin:${CANARY}`).toString('base64')}`]),
  caller('two tokens', [`authorization: Bearer a Bearer ${CANARY}`]),
  caller('a token in quotes', [`authorization: Bearer "${CANARY}"`]),
  caller('a token with a comma', [`authorization: Bearer ${CANARY},${CANARY}`]),
  caller('a token that is long', [`authorization: Bearer ${'a'.repeat(9_000)}${CANARY}`]),
  caller('a token of dots', ['authorization: Bearer ..']),
  caller('a token of algorithm none', [`authorization: Bearer ${forged({ alg: 'none' })}`]),
  caller('a token of algorithm None', [`authorization: Bearer ${forged({ alg: 'None', typ: 'JWT' })}`]),
  caller('a token signed with nothing', [`authorization: Bearer ${forged({ alg: 'HS256' })}`]),
  caller('a token with a wrong signature', [
    `authorization: Bearer ${forged({ alg: 'HS256', typ: 'at+jwt' }, 'a'.repeat(43))}`,
  ]),
  caller('a token with a key of its own', [
    `authorization: Bearer ${forged({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }, 'AA')}`,
  ]),
  caller('a token with a key from elsewhere', [
    `authorization: Bearer ${forged({ alg: 'RS256', jku: `http://127.0.0.1:1/${CANARY}` }, 'AA')}`,
  ]),
  caller('a token with a path for a key', [
    `authorization: Bearer ${forged({ alg: 'HS256', kid: '../../../../dev/null' }, 'AA')}`,
  ]),
  caller('a cookie', [`cookie: token=${CANARY}; access_token=${CANARY}`], 200),
  caller('a token in another header', [`x-access-token: ${CANARY}`, `x-user-id: ${CANARY}`], 200),
];

export const VALUE_CASES = [...ORDERS, ...PAGES, ...CALLERS];
