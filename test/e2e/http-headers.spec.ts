// Every answer tells browsers what they may do with it, and nobody what serves it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { request } from './hostile/hostile-case.ts';
import { sendRaw } from './hostile/send-raw.ts';

const SECURE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

let api: Api;

beforeAll(async () => {
  api = await Api.start({ environment: { TRUSTED_PROXIES: '127.0.0.2' } });
});

afterAll(() => api.stop());

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
});
