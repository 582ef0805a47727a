// Requests that are wrong as HTTP: in their first line, their headers, their framing, their media type, or their path.
import { gzipSync } from 'node:zlib';
import type { HostileRequest } from './hostile-case.ts';
import { CANARY, wire } from './hostile-case.ts';

const ASKED = JSON.stringify({ query: '{ __typename }', note: CANARY });
const CHUNKED = { 'content-length': null, 'transfer-encoding': 'chunked' } as const;
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunked = (...texts: string[]) => `${texts.map(chunk).join('')}0\r\n\r\n`;
const BAD = 'BAD_REQUEST';
const raw = (name: string, text: string | Buffer, status: number, code?: string): HostileRequest => ({
  name,
  bytes: () => Buffer.from(text),
  status,
  code,
});

const LINES: readonly HostileRequest[] = [
  raw('no HTTP at all', `${CANARY}\r\n\r\n`, 400, BAD),
  raw('TLS to a port without', Buffer.from('16030100a5010000a10303'.padEnd(80, '0'), 'hex'), 400, BAD),
  raw('HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, BAD),
  raw('a NUL in the first line', `GET /\0${CANARY} HTTP/1.1\r\nHost: a\r\n\r\n`, 400, BAD),
  raw('a first line without a version', `POST /graphql?${CANARY}\r\n\r\n`, 400, BAD),
  raw('a bare line feed between headers', `GET /livez HTTP/1.1\nHost: a\nX: ${CANARY}\n\n`, 400, BAD),
  wire('version 1.2', { version: 'HTTP/1.2', body: ASKED }, 400, BAD),
  wire('version 0.9', { version: 'HTTP/0.9', body: ASKED }, 400, BAD),
  wire('version 9.9', { version: 'HTTP/9.9', body: ASKED }, 400, BAD),
  wire('an unknown method', { method: 'STEAL', body: ASKED }, 400, BAD),
  wire('a method in small letters', { method: 'post', body: ASKED }, 400, BAD),
  wire('a space in the path', { target: `/graphql ${CANARY}`, body: ASKED }, 400, BAD),
  wire('a line break in the path', { target: `/graphql\r\nX-Injected: ${CANARY}`, body: ASKED }, 400, BAD),
];

const METHODS: readonly HostileRequest[] = [
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'].map((method) =>
    wire(`the method ${method}`, { method, body: ASKED }, 405, method === 'HEAD' ? undefined : BAD),
  ),
  wire('a query by GET', { method: 'GET', target: `/graphql?query={__typename}&x=${CANARY}` }, 405, BAD),
  wire(
    'a mutation by GET',
    { method: 'GET', target: `/graphql?query=mutation{logout}&x=${CANARY}`, headers: { 'content-type': null } },
    405,
    BAD,
  ),
  wire(
    'a method override',
    { method: 'GET', headers: { 'x-http-method-override': 'POST', 'x-method-override': 'POST' }, body: ASKED },
    405,
    BAD,
  ),
  wire('CONNECT', { method: 'CONNECT', target: `${CANARY}.example:443` }, 0),
];

const FRAMING: readonly HostileRequest[] = [
  wire('a length and chunks', { headers: { 'transfer-encoding': 'chunked' }, body: chunked(ASKED) }, 400, BAD),
  wire('two lengths', { lines: ['content-length: 5'], body: ASKED }, 400, BAD),
  wire('a negative length', { headers: { 'content-length': '-1' }, body: ASKED }, 400, BAD),
  wire('a length with a sign', { headers: { 'content-length': '+5' }, body: ASKED }, 400, BAD),
  wire('a length in hexadecimal', { headers: { 'content-length': '0x10' }, body: ASKED }, 400, BAD),
  wire('a length beyond any number', { headers: { 'content-length': '9'.repeat(40) }, body: ASKED }, 400, BAD),
  wire('a length over the limit', { headers: { 'content-length': '102401' }, body: ASKED }, 413, BAD),
  wire('a body over the limit', { body: JSON.stringify({ query: CANARY.repeat(10_000) }) }, 413, BAD),
  wire('chunks over the limit', { headers: CHUNKED, body: chunked(ASKED, 'x'.repeat(103_000)) }, 413, BAD),
  wire('a chunk without a size', { headers: CHUNKED, body: `zz\r\n${CANARY}\r\n0\r\n\r\n` }, 400, BAD),
  wire('a chunk longer than it says', { headers: CHUNKED, body: `3\r\n${CANARY}\r\n0\r\n\r\n` }, 400, BAD),
  wire('a chunk size beyond any number', { headers: CHUNKED, body: `${'f'.repeat(20)}\r\n${CANARY}\r\n` }, 400, BAD),
  wire('a chunk extension without end', { headers: CHUNKED, body: `1;${'a'.repeat(20_000)}\r\nx\r\n` }, 413, BAD),
  wire(
    'chunked twice',
    { headers: { ...CHUNKED, 'transfer-encoding': 'chunked, chunked' }, body: chunked(ASKED) },
    400,
    BAD,
  ),
  wire(
    'an unknown transfer encoding',
    { headers: { ...CHUNKED, 'transfer-encoding': 'xchunked' }, body: ASKED },
    400,
    BAD,
  ),
  wire(
    'chunked, but not last',
    { headers: { ...CHUNKED, 'transfer-encoding': 'chunked, gzip' }, body: ASKED },
    400,
    BAD,
  ),
  wire(
    'a trailer that names a header',
    { headers: CHUNKED, body: `${chunk(ASKED)}0\r\nAuthorization: Bearer ${CANARY}\r\n\r\n` },
    200,
  ),
  wire('chunks of one byte', { headers: CHUNKED, body: chunked(...ASKED.split(/(?:)/u)) }, 200),
  wire('an expectation that is none', { headers: { expect: CANARY }, body: ASKED }, 417, BAD),
];

const HEADERS: readonly HostileRequest[] = [
  wire('no host', { headers: { host: null }, body: ASKED }, 400, BAD),
  ...['<script>', 'a b', '[', '', '%zz', '::1', 'a/b', 'user@a', 'a:99999', '1.2.3.999', '[::1'].flatMap((host) =>
    [
      ['/graphql', 'POST'],
      ['/livez', 'GET'],
    ].map(([target = '', method = '']) =>
      wire(`the host "${host}" at ${target}`, { method, target, headers: { host }, body: ASKED }, 400, BAD),
    ),
  ),
  wire('no host in HTTP/1.0', { version: 'HTTP/1.0', headers: { host: null }, body: ASKED }, 400, BAD),
  wire('a path of a host that is none', { target: `http://[${CANARY}/graphql`, body: ASKED }, 400, BAD),
  wire('two hosts', { lines: [`host: ${CANARY}.example`], body: ASKED }, 400, BAD),
  wire('headers over the limit', { headers: { 'x-a': CANARY.repeat(2_000) }, body: ASKED }, 431, BAD),
  wire('one name over the limit', { lines: [`${'n'.repeat(20_000)}: ${CANARY}`], body: ASKED }, 431, BAD),
  wire('a path over the limit', { target: `/${CANARY.repeat(2_000)}`, body: ASKED }, 431, BAD),
  wire(
    'too many headers',
    { lines: Array.from({ length: 120 }, (_, n) => `x-${n}: ${CANARY}`), body: ASKED },
    431,
    BAD,
  ),
  wire('a folded header', { lines: ['x-a: one', `\t${CANARY}`], body: ASKED }, 400, BAD),
  wire('a blank before the colon', { lines: [`x-a : ${CANARY}`], body: ASKED }, 400, BAD),
  wire('a header without a name', { lines: [`: ${CANARY}`], body: ASKED }, 400, BAD),
  wire('a NUL in a header', { lines: [`x-a: a\0${CANARY}`], body: ASKED }, 400, BAD),
  wire('a bare carriage return in a header', { lines: [`x-a: a\r${CANARY}`], body: ASKED }, 400, BAD),
  wire('a request id that is none', { headers: { 'x-request-id': CANARY }, body: ASKED }, 200),
  wire('a request id that is long', { headers: { 'x-request-id': 'a'.repeat(500) + CANARY }, body: ASKED }, 200),
  wire('a trace that is none', { headers: { traceparent: `00-${CANARY}` }, body: ASKED }, 200),
  wire(
    'an address for a proxy nobody trusts',
    { headers: { 'x-forwarded-for': CANARY, 'x-forwarded-host': CANARY }, body: ASKED },
    200,
  ),
  wire(
    'an upgrade to HTTP/2',
    {
      headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP' },
      body: ASKED,
    },
    400,
    BAD,
  ),
];

const MEDIA: readonly HostileRequest[] = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/jsonp',
    'application/vnd.api+json',
    'text/json',
    'application/xml',
    'application/json/../text/plain',
    'application',
    ',application/json',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=gbk',
    'application/json;charset="utf-7"',
  ].map((type) => wire(`the media type ${type}`, { headers: { 'content-type': type }, body: ASKED }, 415, BAD)),
  wire('no media type', { headers: { 'content-type': null }, body: ASKED }, 415, BAD),
  wire('an empty media type', { headers: { 'content-type': '' }, body: ASKED }, 415, BAD),
  wire(
    'a form of a GraphQL upload',
    {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${ASKED}\r\n--x--\r\n`,
    },
    415,
    BAD,
  ),
  wire('a compressed body', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(ASKED) }, 415, BAD),
  wire(
    'a compressed body that swells',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(' '.repeat(10_000_000)) },
    415,
    BAD,
  ),
  wire('compressed twice', { headers: { 'content-encoding': 'gzip, br' }, body: ASKED }, 415, BAD),
  wire('an answer of another type', { headers: { accept: 'text/html' }, body: ASKED }, 406, BAD),
];

const PATHS: readonly HostileRequest[] = [
  wire('a path nobody has', { method: 'GET', target: `/${CANARY}` }, 404, 'NOT_FOUND'),
  wire('a path below GraphQL', { target: `/graphql/${CANARY}`, body: ASKED }, 404, 'NOT_FOUND'),
  wire('two slashes before the path', { target: '//graphql', body: ASKED }, 404, 'NOT_FOUND'),
  wire('the path encoded', { target: '/%67raphql', body: ASKED }, 200),
  wire('the path encoded, by GET', { method: 'GET', target: `/%67raphql?query={__typename}&x=${CANARY}` }, 405, BAD),
  wire(
    'the path encoded, by form',
    { target: '/graph%71l', headers: { 'content-type': 'text/plain' }, body: ASKED },
    415,
    BAD,
  ),
  wire('the path in capitals', { target: '/GRAPHQL', body: ASKED }, 404, 'NOT_FOUND'),
  wire('a path of another host', { target: `http://${CANARY}.example/admin`, body: ASKED }, 404, 'NOT_FOUND'),
  wire('a broken escape', { method: 'GET', target: `/graphiql/%E0%A4%A/${CANARY}` }, 400, BAD),
  wire('a fragment', { method: 'GET', target: `/livez#${CANARY}` }, 200),
  wire('a semicolon', { method: 'GET', target: `/livez;${CANARY}` }, 404, 'NOT_FOUND'),
  ...[
    '/graphiql/../package.json',
    '/graphiql/..%2f..%2fpackage.json',
    '/graphiql/%2e%2e/%2e%2e/etc/passwd',
    '/graphiql/..%5c..%5cpackage.json',
    '/graphiql/%252e%252e%252fetc%252fpasswd',
    '/graphiql//etc/passwd',
    '/graphiql/__proto__',
    '/graphiql/constructor',
    '/graphiql/index.html%00.js',
    '/.env',
    '/data/master.key',
  ].map((target) => wire(`the path ${target}`, { method: 'GET', target }, 404, 'NOT_FOUND')),
];

export const WIRE_CASES = [...LINES, ...METHODS, ...FRAMING, ...HEADERS, ...MEDIA, ...PATHS];
