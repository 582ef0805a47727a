// Hostile requests, each with the exact status and code it is answered with: none is a defect of the server, none takes
// long, none finds anything of itself in an answer or a log line, and the server goes on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/platform';
import { Api } from './harness/api.ts';
import { makeWorld } from './harness/world.ts';
import { DOCUMENT_CASES } from './hostile/document-cases.ts';
import type { HostileRequest, Target } from './hostile/hostile-case.ts';
import { CANARY } from './hostile/hostile-case.ts';
import type { RawAnswer } from './hostile/send-raw.ts';
import { sendRaw } from './hostile/send-raw.ts';
import { VALUE_CASES } from './hostile/value-cases.ts';
import { WIRE_CASES } from './hostile/wire-cases.ts';
import { figures, LIMIT_MS, timed } from './hostile/work.ts';

const CASES: readonly HostileRequest[] = [...WIRE_CASES, ...DOCUMENT_CASES, ...VALUE_CASES];
const TELLTALE = /node_modules|\bat .+[.][jt]s:\d|SQLITE|SELECT |INSERT |\/tmp\/|\/home\/|Did you mean/i;

const lines: string[] = [];
const times: { readonly name: string; readonly milliseconds: number }[] = [];
let api: Api;
let target: Target;

beforeAll(async () => {
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  api = await Api.start({ logger });
  const world = await makeWorld(api);
  const { token } = await world.member('OFFICE');
  target = { host: new URL(api.application.url).host, token, communityId: world.communityId };
  lines.length = 0;
});

afterAll(async () => {
  process.stdout.write(`hostile HTTP: ${figures(times)}`);
  await api.stop();
});

const send = ({ bytes }: HostileRequest) => sendRaw(api.application.url, bytes(target));

function codeOf({ body, headers }: RawAnswer): string | undefined {
  if (!headers.get('content-type')?.includes('json') || body === '') return undefined;
  const [, json = body] = headers.has('transfer-encoding') ? (/^[\da-f]+\r\n([^]*)\r\n0\r\n/i.exec(body) ?? []) : [];
  const { errors } = JSON.parse(json) as { errors?: { extensions?: { code?: string } }[] };
  return errors?.[0]?.extensions?.code;
}

describe('the corpus', () => {
  it('is at least 150 different inputs', () => {
    const names = CASES.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(CASES.length).toBeGreaterThanOrEqual(150);
  });

  afterEach(() => {
    lines.length = 0;
  });

  it.each(CASES.map((of) => [of.name, of] as const))('%s', async (_, of) => {
    const answer = await timed(() => send(of));
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: of.status, code: of.code });
    expect(answer.text + lines.join('\n')).not.toContain(CANARY);
    expect(answer.text).not.toMatch(TELLTALE);
    expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
    times.push({ name: of.name, milliseconds: answer.milliseconds });
    expect(answer.worked).toBeLessThan(LIMIT_MS);
  });

  it('leaves a server that serves', async () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const { data, errors } = await api.ask('{ requests { totalCount } }', {}, target.token);
    expect({ data, errors }).toEqual({ data: { requests: { totalCount: 0 } }, errors: undefined });
    expect((await fetch(`${api.application.url}/readyz`)).status).toBe(200);
  });
});
