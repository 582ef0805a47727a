// What who watches the server sees of it: ids, one log line a request, metrics and traces. And what none of it ever holds: a
// value that somebody sent.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createLogger } from '#libs/platform';
import { Api } from './harness/api.ts';
import { TraceCollector } from './harness/trace-collector.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';
import { CANARY } from './hostile/hostile-case.ts';
import { runCase } from './hostile/raw-socket.ts';
import { upgrade } from './hostile/socket-cases.ts';

const RAISE = 'mutation Raise13912345678($input: RaiseRequestInput!) { raiseRequest(input: $input) { position } }';

const lines: string[] = [];
let collector: TraceCollector;
let api: Api;
let world: World;
let office: Member;

beforeAll(async () => {
  collector = await TraceCollector.start();
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
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
