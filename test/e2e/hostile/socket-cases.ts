// What a hostile client does on a WebSocket, or in place of opening one, and how it ends: the HTTP status where no socket
// is opened, the close code where one was, or the code of the error where only the subscription is refused.
import { randomBytes } from 'node:crypto';
import type { Target } from './hostile-case.ts';
import { CANARY } from './hostile-case.ts';

export interface HostileUpgrade {
  readonly name: string;
  readonly bytes: (target: Pick<Target, 'host'>) => Buffer;
  /** 0 for a connection that is closed without an answer. */
  readonly status: number;
}

export interface HostileSocket {
  readonly name: string;
  /** Written once the socket is open, and let in where that is said, byte by byte as they stand. */
  readonly frames: readonly Buffer[];
  readonly letIn: boolean;
  /** Headers of the opening that differ. */
  readonly opening?: UpgradeParts['headers'];
  /** The close code; 0 for a connection that is cut. */
  readonly closed: number;
}

export interface HostileSubscription {
  readonly name: string;
  readonly payload: object;
  /** `extensions.code` of the error; the socket stays open. */
  readonly code: string;
}

const OPENING = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'graphql-transport-ws',
} as const;

export interface UpgradeParts {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** The request that opens a socket, but for what is said otherwise. */
export function upgrade({ host }: Pick<Target, 'host'>, parts: UpgradeParts = {}): Buffer {
  const { method = 'GET', target = '/graphql', version = 'HTTP/1.1', headers = {} } = parts;
  const key = randomBytes(16).toString('base64');
  const lines = Object.entries<string | null>({ host, ...OPENING, 'sec-websocket-key': key, ...headers })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value ?? ''}`);
  return Buffer.from([`${method} ${target} ${version}`, ...lines, '', ''].join('\r\n'), 'latin1');
}

const refused = (name: string, parts: UpgradeParts, status: number): HostileUpgrade => ({
  name,
  bytes: (target) => upgrade(target, parts),
  status,
});

export const UPGRADE_CASES: readonly HostileUpgrade[] = [
  refused('a foreign origin', { headers: { origin: `https://${CANARY}.example` } }, 403),
  refused('the origin null', { headers: { origin: 'null' } }, 403),
  refused('an empty origin', { headers: { origin: '' } }, 403),
  refused('an origin that is none', { headers: { origin: CANARY } }, 403),
  refused('an origin that begins like ours', { headers: { origin: 'http://127.0.0.1.evil.example' } }, 403),
  refused('our origin with a password', { headers: { origin: `http://a:${CANARY}@evil.example` } }, 403),
  refused('an origin of a file', { headers: { origin: 'file://' } }, 403),
  refused('another path', { target: `/${CANARY}` }, 404),
  refused('a path below', { target: '/graphql/sockets' }, 404),
  refused('the watchers path', { target: '/readyz' }, 404),
  refused('a path of another host', { target: `http://${CANARY}.example/graphql` }, 404),
  refused('POST', { method: 'POST', headers: { 'content-length': '0' } }, 400),
  refused('HTTP/1.0', { version: 'HTTP/1.0' }, 400),
  refused('no key', { headers: { 'sec-websocket-key': null } }, 400),
  refused('a short key', { headers: { 'sec-websocket-key': 'AA==' } }, 400),
  refused('a key that is none', { headers: { 'sec-websocket-key': CANARY } }, 400),
  refused('version 7', { headers: { 'sec-websocket-version': '7' } }, 400),
  refused('version 99', { headers: { 'sec-websocket-version': '99' } }, 400),
  refused('another upgrade', { headers: { upgrade: `websocket-${CANARY}` } }, 400),
  refused('a protocol that is none', { headers: { 'sec-websocket-protocol': `a b ${CANARY}` } }, 400),
  refused(
    'protocols twice',
    { headers: { 'sec-websocket-protocol': 'graphql-transport-ws, graphql-transport-ws' } },
    400,
  ),
  refused('headers over the limit', { headers: { 'x-a': CANARY.repeat(2_000) } }, 431),
];

export interface FrameParts {
  readonly opcode?: number;
  readonly final?: boolean;
  readonly masked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** Written in place of the payload's own. */
  readonly length?: bigint;
}

/** A frame as RFC 6455 writes it, right or wrong. */
export function frame(payload: string | Buffer, parts: FrameParts = {}): Buffer {
  const { opcode = 1, final = true, masked = true, reserved = 0, length } = parts;
  const data = Buffer.from(payload);
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
  const size = length ?? BigInt(data.length);
  const mask = masked ? 0x80 : 0;
  if (size < 126n) head.push(mask | Number(size));
  else if (size < 65_536n) head.push(mask | 126, Number(size >> 8n), Number(size & 0xffn));
  else head.push(mask | 127, ...Array.from({ length: 8 }, (_, at) => Number((size >> BigInt(56 - 8 * at)) & 0xffn)));
  if (!masked) return Buffer.concat([Buffer.from(head), data]);
  const key = randomBytes(4);
  const hidden = data.map((byte, at) => byte ^ (key[at % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), key, hidden]);
}

export const json = (message: unknown) => frame(JSON.stringify(message));
const OFFERED = 'subscription { taskOffered { position } }';
const subscribe = (id: unknown, payload: unknown = { query: OFFERED }) => json({ id, type: 'subscribe', payload });
const ends = (name: string, closed: number, ...frames: readonly Buffer[]): HostileSocket => ({
  name,
  frames,
  letIn: false,
  closed,
});
/** After a good initialisation. */
const then = (name: string, closed: number, ...frames: readonly Buffer[]): HostileSocket => ({
  name,
  frames,
  letIn: true,
  closed,
});
const token = (name: string, closed: number, payload: unknown) =>
  ends(name, closed, json({ type: 'connection_init', payload }));

export const SOCKET_CASES: readonly HostileSocket[] = [
  { ...ends('no protocol', 4406), opening: { 'sec-websocket-protocol': null } },
  { ...ends('the old protocol', 4406), opening: { 'sec-websocket-protocol': 'graphql-ws' } },
  {
    ...ends('a token in the address', 4401, subscribe('1')),
    opening: { cookie: `token=${CANARY}`, authorization: `Bearer ${CANARY}` },
  },
  ends('a frame that is not masked', 1002, frame('{}', { masked: false })),
  ends('a reserved bit', 1002, frame('{}', { reserved: 4 })),
  ends('a reserved opcode', 1002, frame('{}', { opcode: 3 })),
  ends('a reserved control opcode', 1002, frame('{}', { opcode: 11 })),
  ends('a ping of 126 bytes', 1002, frame(CANARY.repeat(12).slice(0, 126), { opcode: 9 })),
  ends('a ping in fragments', 1002, frame('a', { opcode: 9, final: false })),
  ends('a continuation of nothing', 1002, frame(CANARY, { opcode: 0 })),
  ends('a message within a message', 1002, frame('{', { final: false }), frame('{}')),
  ends('a close code that is none', 1002, frame(Buffer.from([0x03, 0xed]), { opcode: 8 })),
  ends('a close of one byte', 1002, frame(Buffer.from([3]), { opcode: 8 })),
  ends('text that is no UTF-8', 1007, frame(Buffer.from([0xc3, 0x28]))),
  ends('text that ends in half a character', 1007, frame(Buffer.from([0x22, 0xe4, 0xbd]))),
  ends('a length beyond any memory', 1009, frame('', { length: 2n ** 60n })),
  ends('a length with its highest bit', 1009, frame('', { length: 2n ** 63n })),
  ends('one byte over 64 KB', 1009, frame('x'.repeat(65_537))),
  ends(
    'one byte over 64 KB in fragments',
    1009,
    frame('x'.repeat(40_000), { final: false }),
    frame('x'.repeat(25_537), { opcode: 0 }),
  ),
  ends(
    'fragments without end',
    1008,
    frame('x', { final: false }),
    ...Array.from({ length: 200 }, () => frame('x', { opcode: 0, final: false })),
  ),
  ends('a binary message', 4400, frame(Buffer.from(JSON.stringify({ type: 'ping' })), { opcode: 2 })),
  ends('an empty message', 4400, frame('')),
  ends('no JSON', 4400, frame(CANARY + '{')),
  ends('a list', 4400, json([{ type: 'ping' }])),
  ends('null', 4400, json(null)),
  ends('a number', 4400, json(Number(CANARY))),
  ends('no type', 4400, json({ phone: CANARY })),
  ends('an unknown type', 4400, json({ type: CANARY })),
  ends('a type of the old protocol', 4400, json({ type: 'start', id: '1', payload: { query: OFFERED } })),
  ends('a type of the server', 4400, json({ type: 'connection_ack' })),
  ends('a type that is a list', 4400, json({ type: ['ping'] })),
  ends('__proto__ for a type', 4400, frame('{"__proto__":{"type":"ping"}}')),
  ends('JSON without end', 4400, frame('['.repeat(60_000))),
  ends('an initialisation that is a text', 4400, json({ type: 'connection_init', payload: CANARY })),
  ends('an initialisation that is a list', 4400, json({ type: 'connection_init', payload: [CANARY] })),
  ends('an initialisation without a token', 4401, json({ type: 'connection_init' })),
  token('a token under __proto__', 4401, JSON.parse(`{"__proto__":{"token":"${CANARY}"}}`)),
  token('a token that is an object', 4401, { token: { $ne: CANARY } }),
  token('a token that is a number', 4401, { token: Number(CANARY) }),
  token('a token that is none', 4403, { token: CANARY }),
  token('an empty token', 4403, { token: '' }),
  token('a token that is long', 4403, { token: 'a'.repeat(60_000) }),
  token('another scheme', 4401, { Authorization: `Basic ${CANARY}` }),
  ends('a subscription before the initialisation', 4401, subscribe('1')),
  ends(
    'a subscription while initialising',
    4401,
    json({ type: 'connection_init', payload: { token: CANARY } }),
    subscribe('1'),
  ),
  then('a second initialisation', 4429, json({ type: 'connection_init', payload: {} })),
  then('the same id twice', 4409, subscribe('1'), subscribe('1')),
  then('the 21st subscription', 4429, ...Array.from({ length: 21 }, (_, n) => subscribe(String(n)))),
  then('a flood of messages', 4429, ...Array.from({ length: 150 }, () => json({ type: 'ping' }))),
  then('a burst of pings', 0, ...Array.from({ length: 150 }, () => frame('', { opcode: 9 }))),
  then('a subscription without an id', 4400, subscribe(undefined)),
  then('an id that is a number', 4400, subscribe(7)),
  then('an id that is empty', 4400, subscribe('')),
  then('an id that is long', 4400, subscribe(CANARY.repeat(20))),
  then('an id with half a character', 4400, frame('{"type":"complete","id":"\\ud800"}')),
  then('no payload', 4400, json({ id: '1', type: 'subscribe' })),
  then('a payload that is a text', 4400, subscribe('1', OFFERED)),
  then('a query that is a list', 4400, subscribe('1', { query: [OFFERED] })),
  then('variables that are a list', 4400, subscribe('1', { query: OFFERED, variables: [CANARY] })),
  then('variables that are a text', 4400, subscribe('1', { query: OFFERED, variables: CANARY })),
  then('a name that is an object', 4400, subscribe('1', { query: OFFERED, operationName: {} })),
  then('completing a number', 4400, json({ id: 1, type: 'complete' })),
];

const asks = (name: string, query: string, code: string, more: object = {}): HostileSubscription => ({
  name,
  payload: { query, ...more },
  code,
});
const AFTER = 'subscription ($after: Position) { taskOffered(after: $after) { position } }';

export const SUBSCRIPTION_CASES: readonly HostileSubscription[] = [
  asks('a query', `{ request(id: "${CANARY}") { id } }`, 'BAD_USER_INPUT'),
  asks(
    'a mutation',
    `mutation { login(input: { username: "a", password: "${CANARY}" }) { accessToken } }`,
    'BAD_USER_INPUT',
  ),
  asks('introspection', '{ __schema { types { name } } }', 'BAD_USER_INPUT'),
  asks('no GraphQL', `{ ${CANARY}`, 'GRAPHQL_PARSE_FAILED'),
  asks('an unknown field', `subscription { phone${CANARY} }`, 'GRAPHQL_VALIDATION_FAILED'),
  asks('a field of almost the right name', 'subscription { taskOfered { position } }', 'GRAPHQL_VALIDATION_FAILED'),
  asks(
    'two fields',
    'subscription { a: taskOffered { position } b: taskOffered { position } }',
    'GRAPHQL_VALIDATION_FAILED',
  ),
  asks('a fragment', 'subscription { ...F } fragment F on Subscription { taskOffered { position } }', 'BAD_USER_INPUT'),
  asks('a directive', 'subscription { taskOffered @include(if: true) { position } }', 'BAD_USER_INPUT'),
  asks(
    'two operations and no name',
    `${OFFERED.replace('n {', 'n A {')} ${OFFERED.replace('n {', 'n B {')}`,
    'BAD_USER_INPUT',
  ),
  asks('a name it does not have', OFFERED, 'BAD_USER_INPUT', { operationName: CANARY }),
  asks('tokens without end', `subscription { ${'taskOffered '.repeat(1_500)} }`, 'LIMIT_EXCEEDED'),
  asks('a position that is none', AFTER, 'BAD_USER_INPUT', { variables: { after: `a ${CANARY}` } }),
  asks('a position beyond the log', AFTER, 'BAD_USER_INPUT', { variables: { after: '9999999999999999' } }),
  asks('a position as an object', AFTER, 'BAD_USER_INPUT', { variables: { after: { $gt: CANARY } } }),
  asks(
    'a literal of another type',
    `subscription { taskOffered(after: ${CANARY}) { position } }`,
    'GRAPHQL_VALIDATION_FAILED',
  ),
  asks(
    'what is not for volunteers',
    `subscription { ledgerChanged(communityId: "${CANARY}") { position } }`,
    'FORBIDDEN',
  ),
  asks('a request nobody has', `subscription { requestChanged(id: "${CANARY}") { position } }`, 'FORBIDDEN'),
];
