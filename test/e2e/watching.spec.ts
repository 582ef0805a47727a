// What who watches the server sees of it: ids, headers, one log line a request, metrics, traces, and whether it is ready.
// And what none of it ever holds: a value that somebody sent.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Unavailable } from '#libs/kernel';
import { createLogger } from '#libs/platform';
import { Api } from './harness/api.ts';
import { TraceCollector } from './harness/trace-collector.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';
import { CANARY, request } from './hostile/hostile-case.ts';
import { runCase } from './hostile/raw-socket.ts';
import { sendRaw } from './hostile/send-raw.ts';
import { upgrade } from './hostile/socket-cases.ts';

const RAISE = 'mutation Raise13912345678($input: RaiseRequestInput!) { raiseRequest(input: $input) { position } }';
const SECURE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

const lines: string[] = [];
let collector: TraceCollector;
let api: Api;
let world: World;
let office: Member;

beforeAll(async () => {
  collector = await TraceCollector.start();
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, TRUSTED_PROXIES: '127.0.0.2' };
  api = await Api.start({ logger, environment });
  world = await makeWorld(api);
  office = await world.member('OFFICE');
});

afterAll(async () => {
  await api.stop();
  await collector.stop();
});

const raise = (headers: Record<string, string> = {}) => {
  const reporter = { name: `N${CANARY}`, phone: CANARY };
  const order = { commandId: randomUUID(), channel: 'PHONE', category: 'SANITATION', matter: CANARY, reporter };
  const input = { ...order, communityId: world.communityId };
  const token = { authorization: `Bearer ${office.token}` };
  return api.send(JSON.stringify({ query: RAISE, variables: { input } }), { ...token, ...headers });
};
const page = async (path: string) => (await fetch(`${api.application.url}${path}`)).text();
const valueOf = (metrics: string, line: string) =>
  Number(
    metrics
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );

describe('an answer', () => {
  it.each([
    ['GraphQL', 'POST', '/graphql'],
    ['a refusal', 'GET', '/graphql'],
    ['nothing', 'GET', '/nothing'],
    ['a broken path', 'GET', '/%E0%A4%A'],
    ['readiness', 'GET', '/readyz'],
    ['metrics', 'GET', '/metrics'],
  ])('of %s carries the security headers, and neither says what serves it', async (_, method, target) => {
    const { host } = new URL(api.application.url);
    const { headers } = await sendRaw(api.application.url, request({ host }, { method, target }));
    expect(Object.fromEntries(headers)).toMatchObject(SECURE);
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers.has(name)).toBe(false);
  });

  it('of the explorer may run its own scripts, and not be framed', async () => {
    const { headers } = await fetch(`${api.application.url}/graphiql/`);
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self'.*frame-ancestors 'none'/);
  });

  it('tells browsers to come by TLS alone only where a trusted proxy says that they did', async () => {
    const secured = await Api.start({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    try {
      const { headers } = await fetch(`${secured.application.url}/livez`, {
        headers: { 'x-forwarded-proto': 'https' },
      });
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}$/);
    } finally {
      await secured.stop();
    }
    const { headers } = await fetch(`${api.application.url}/livez`, { headers: { 'x-forwarded-proto': 'https' } });
    expect(headers.has('strict-transport-security')).toBe(false);
  });

  it.each([
    ['a UUID', randomUUID(), true],
    ['32 hexadecimal digits', 'ab'.repeat(16), true],
    ['a ULID', '01ARZ3NDEKTSV4RRFFQ69G5FAV', true],
    ['a phone number', CANARY, false],
    ['a long one', 'ab'.repeat(40), false],
  ])('carries the id it came with when that is %s', async (_, id, kept) => {
    const { headers } = await fetch(`${api.application.url}/livez`, { headers: { 'x-request-id': id } });
    const given = headers.get('x-request-id');
    if (kept) expect(given).toBe(id);
    else expect(given).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  });
});

describe('one id', () => {
  it('stands in the answer, in the error of a defect, and in both log lines', async () => {
    const id = randomUUID();
    const { services } = api.application;
    const authenticate = services.viewers.authenticate.bind(services.viewers);
    services.viewers.authenticate = () => Promise.reject(new TypeError(CANARY));
    const answer = await raise({ 'x-request-id': id });
    services.viewers.authenticate = authenticate;
    expect(answer).toMatchObject({ status: 503, code: 'INTERNAL' });
    expect(answer.errors?.[0]?.extensions.details).toEqual({ id });
    expect(lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 50, message: 'a request failed', requestId: id, failure: 'TypeError' }),
      expect.objectContaining({ message: 'answered', requestId: id, operation: 'none', code: 'INTERNAL', status: 503 }),
    ]);
  });

  it('is given to a socket when it opens', async () => {
    const id = randomUUID();
    const { host, hostname, port } = new URL(api.application.url);
    const socket = connect(Number(port), hostname);
    socket.write(upgrade({ host }, { headers: { 'x-request-id': id } }));
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain(`x-request-id: ${id}`);
    socket.destroy();
  });
});

describe('metrics', () => {
  it('count operations by root field and code, appends by outcome, and denials', async () => {
    const before = await page('/metrics');
    await raise();
    await api.ask('{ requests { totalCount } }');
    await api.ask(`query A13912345678 { phone${CANARY} }`);
    const after = await page('/metrics');
    const grown = (line: string) => valueOf(after, line) - valueOf(before, line);
    expect(grown('bangbangwo_operations_total{operation="raiseRequest",code="OK"}')).toBe(1);
    expect(grown('bangbangwo_operations_total{operation="requests",code="UNAUTHENTICATED"}')).toBe(1);
    expect(grown('bangbangwo_operations_total{operation="none",code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
    expect(grown('bangbangwo_operation_duration_seconds_count{operation="raiseRequest"}')).toBe(1);
    expect(grown('bangbangwo_denials_total{code="UNAUTHENTICATED"}')).toBe(1);
    expect(grown('bangbangwo_appends_total{outcome="appended"}')).toBeGreaterThan(0);
    expect(after).not.toContain(CANARY);
  });

  it('count sockets, subscriptions, and how they end', async () => {
    const before = await page('/metrics');
    const target = { host: new URL(api.application.url).host, token: office.token, communityId: '' };
    await runCase(api.application.url, target, {
      name: '',
      frames: [Buffer.alloc(0)],
      letIn: false,
      closed: 0,
      opening: { 'sec-websocket-protocol': null },
    });
    const socket = await api.connect(office.token);
    socket.subscribe('one', 'subscription ($id: ID!) { ledgerChanged(communityId: $id) { position } }', {
      id: world.communityId,
    });
    await socket.settled();
    const after = await page('/metrics');
    expect(valueOf(after, 'bangbangwo_sockets')).toBeGreaterThanOrEqual(1);
    expect(valueOf(after, 'bangbangwo_subscriptions')).toBe(1);
    const closed = 'bangbangwo_socket_closes_total{code="4406"}';
    expect(valueOf(after, closed) + valueOf(after, 'bangbangwo_socket_closes_total{code="1006"}')).toBeGreaterThan(
      valueOf(before, closed),
    );
    socket.terminate();
  });

  it('tell how far each read model is behind, and how the process is', async () => {
    const { position } = (await raise()).data['raiseRequest'] as unknown as { position: string };
    await api.application.foundation.gate.waitFor(position as never);
    const metrics = await page('/metrics');
    for (const line of [
      'bangbangwo_projection_lag_events{projection="request-list"} 0',
      'bangbangwo_projection_lag_seconds{projection="request-list"} 0',
      'bangbangwo_projection_paused{projection="request-list"} 0',
    ])
      expect(metrics).toContain(line);
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
    ])
      expect(valueOf(metrics, name)).toBeGreaterThan(0);
  });

  it('are not there when they are off', async () => {
    const quiet = await Api.start({ environment: { METRICS: 'off' } });
    try {
      expect((await fetch(`${quiet.application.url}/metrics`)).status).toBe(404);
    } finally {
      await quiet.stop();
    }
  });
});

describe('bounds', () => {
  it('close connections, and refuse sockets, beyond those of an address', async () => {
    const narrow = await Api.start({ environment: { CONNECTIONS_PER_ADDRESS: '3' } });
    try {
      const { host, hostname, port } = new URL(narrow.application.url);
      const held = await Promise.all([1, 2, 3].map(() => hold(Number(port), hostname)));
      const more = await sendRaw(narrow.application.url, request({ host }, { method: 'GET', target: '/livez' }));
      expect(more.status).toBe(0);
      held[0]?.destroy();
      held[1]?.write(upgrade({ host }));
      await once(held[1]!, 'data');
      expect(
        (
          await untilServed(() =>
            sendRaw(narrow.application.url, request({ host }, { method: 'GET', target: '/livez' })),
          )
        ).status,
      ).toBe(200);
      for (const socket of held) socket.destroy();
    } finally {
      await narrow.stop();
    }
  });

  it('count sockets by the address a trusted proxy names', async () => {
    const environment = { CONNECTIONS_PER_ADDRESS: '1', TRUSTED_PROXIES: '127.0.0.1' };
    const behind = await Api.start({ environment });
    try {
      const { host, hostname, port } = new URL(behind.application.url);
      const from = async (address: string) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        socket.write(upgrade({ host }, { headers: { 'x-forwarded-for': `203.0.113.9, ${address}` } }));
        const [head] = (await once(socket, 'data')) as [Buffer];
        return Number(/ (\d{3})/.exec(head.toString())?.[1]);
      };
      const asked = [
        '198.51.100.1',
        '198.51.100.1',
        '198.51.100.2',
        '2001:db8:1:2::1',
        '2001:db8:1:2::2',
        '2001:db8::1',
      ];
      const statuses = [];
      for (const address of asked) statuses.push(await from(address));
      expect(statuses).toEqual([101, 429, 101, 101, 429, 101]);
    } finally {
      await behind.stop();
    }
  });

  it('end who does not finish a request', async () => {
    const impatient = await Api.start({ environment: { REQUEST_SECONDS: '1' } });
    try {
      const { host } = new URL(impatient.application.url);
      const headers = Buffer.from(`POST /graphql HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      const body = request({ host }, { headers: { 'content-length': '100' }, body: '{' });
      const answers = await Promise.all([headers, body].map((bytes) => sendRaw(impatient.application.url, bytes)));
      expect(answers.map(({ status }) => status)).toEqual([408, 408]);
    } finally {
      await impatient.stop();
    }
  });
});

describe('readiness', () => {
  it('tells of room on the disk and of durable writes beside what can be read', async () => {
    const report = JSON.parse(await page('/readyz')) as object;
    expect(report).toMatchObject({ status: 'ready', disk: 'fine', durability: 'fine', keys: 'readable' });
  });

  it('is degraded once there is no room, or a commit could be lost', async () => {
    const own = await Api.start();
    try {
      for (const check of own.application.foundation.checks) {
        const fine = check.ask.bind(check);
        Object.assign(check, { ask: () => Promise.reject(new Unavailable('Not now.')) });
        const answer = await fetch(`${own.application.url}/readyz`);
        expect([answer.status, await answer.json()]).toMatchObject([
          503,
          { status: 'degraded', [check.name]: 'Not now.' },
        ]);
        Object.assign(check, { ask: fine });
      }
    } finally {
      await own.stop();
    }
  });
});

describe('traces', () => {
  it('follow a request to its events and read models, in the trace of who called, without a value', async () => {
    const [traceId, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    const { data } = await raise({ traceparent: `00-${traceId}-${parent}-01` });
    await api.application.foundation.gate.waitFor((data['raiseRequest'] as unknown as { position: never }).position);
    await api.application.foundation.tracing.close();
    const chain: string[] = [];
    let within: string | undefined = parent;
    while (within !== undefined) {
      const child = collector.spans.find((span) => span.traceId === traceId && span.parentSpanId === within);
      if (child) chain.push(child.name);
      within = child?.spanId;
    }
    expect(chain).toEqual(['POST /graphql', 'operation raiseRequest', 'command on request', 'append']);
    expect(collector.spans.map(({ name }) => name)).toContain('projection request-list');
    for (const secret of [CANARY, office.accountId, office.username, world.communityId])
      expect(collector.text).not.toContain(secret);
  });
});

it('no log line holds a value that was sent', () => {
  expect(lines.filter((line) => line.includes('"operation":"raiseRequest"'))).not.toEqual([]);
  for (const secret of [CANARY, office.token, office.username]) expect(lines.join('\n')).not.toContain(secret);
});

/** A connection that has been taken. */
async function hold(port: number, hostname: string) {
  const socket = connect(port, hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A connection that was let go of is counted until the server has seen it end. */
async function untilServed<Answer extends { readonly status: number }>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer.status !== 0 || tries > 100) return answer;
  }
}
