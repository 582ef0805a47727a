import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Instant } from '#libs/kernel';
import { HOUR, instantOf, MINUTE, plus, SECOND, toEpoch, Unauthenticated } from '#libs/kernel';
import { AccessTokens } from './access-tokens.ts';

const SECRET = new Uint8Array(32).fill(3);
const START = instantOf(1_700_000_000_000);
const END = plus(START, 24 * HOUR);

describe('AccessTokens', () => {
  let now: Instant;
  let tokens: AccessTokens;
  const make = (secret = SECRET) => new AccessTokens({ secret, clock: { now: () => now } });
  const claims = () => {
    const iat = toEpoch(now) / SECOND;
    return {
      iss: 'bangbangwo',
      aud: 'bangbangwo-api',
      sub: 'account-1',
      iat,
      exp: iat + 600,
      jti: 'token-1',
      sid: 'session-1',
    };
  };
  const sign = (payload: JWTPayload, header = {}, secret = SECRET) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(secret);

  beforeEach(() => {
    now = START;
    tokens = make();
  });

  it('name account and session for ten minutes, remembered or not', async () => {
    const { accessToken, expiresAt } = await tokens.issue('account-1', 'session-1', END);
    expect(expiresAt).toBe(plus(START, 10 * MINUTE));
    expect(await tokens.verify(accessToken)).toEqual({ accountId: 'account-1', sessionId: 'session-1', expiresAt });
    now = plus(expiresAt, -1);
    expect(await tokens.verify(accessToken)).toEqual({ accountId: 'account-1', sessionId: 'session-1', expiresAt });
    expect(await make().verify(accessToken)).toEqual({ accountId: 'account-1', sessionId: 'session-1', expiresAt });
    now = expiresAt;
    await expect(tokens.verify(accessToken)).rejects.toThrow(Unauthenticated);
    await expect(tokens.verify(accessToken)).rejects.toThrow(Unauthenticated);
    await expect(make().verify(accessToken)).rejects.toThrow(Unauthenticated);
  });

  it('are good in a process whose clock is a little behind', async () => {
    const { accessToken } = await tokens.issue('account-1', 'session-1', END);
    now = plus(START, -MINUTE);
    expect(await make().verify(accessToken)).toMatchObject({ accountId: 'account-1' });
    now = plus(START, -MINUTE - SECOND);
    await expect(make().verify(accessToken)).rejects.toThrow(Unauthenticated);
  });

  it('accept what this spec signs, so that the refusals below mean something', async () => {
    expect(await tokens.verify(await sign(claims()))).toMatchObject({ accountId: 'account-1' });
  });

  it.each(['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'sid'] as const)('are refused without %s', async (claim) => {
    const { [claim]: _, ...rest } = claims();
    await expect(tokens.verify(await sign(rest))).rejects.toThrow(Unauthenticated);
  });

  it.each([
    ['another issuer', { iss: 'other' }, {}],
    ['another audience', { aud: 'other' }, {}],
    ['another type', {}, { typ: 'JWT' }],
    ['no type', {}, { typ: undefined }],
    ['a longer life than they may have', { iat: 1_700_000_000 - 601, exp: 1_800_000_000 }, {}],
    ['a beginning in the future', { iat: 1_700_000_100, exp: 1_700_000_700 }, {}],
  ])('are refused with %s', async (_what, changed, header) => {
    await expect(tokens.verify(await sign({ ...claims(), ...changed }, header))).rejects.toThrow(Unauthenticated);
  });

  it('are refused when signed with another key, another algorithm or none', async () => {
    const { accessToken } = await make(new Uint8Array(32).fill(4)).issue('account-1', 'session-1', END);
    const long = new Uint8Array(64).fill(3);
    const stronger = await sign(claims(), { alg: 'HS512' }, long);
    const unsigned = new UnsecuredJWT(claims()).encode();
    for (const token of [accessToken, stronger, unsigned, '', 'a.b.c', 'x'.repeat(100_000)]) {
      await expect(tokens.verify(token)).rejects.toThrow(Unauthenticated);
    }
    await expect(make(long).verify(stronger)).rejects.toThrow(Unauthenticated);
  });

  it('end with their session, if that is sooner', async () => {
    const { expiresAt } = await tokens.issue('account-1', 'session-1', plus(START, MINUTE));
    expect(expiresAt).toBe(plus(START, MINUTE));
  });

  it('are told apart and say nothing of the person', async () => {
    const [one, other] = [
      await tokens.issue('account-1', 'session-1', END),
      await tokens.issue('account-1', 'session-1', END),
    ];
    expect(one.accessToken).not.toBe(other.accessToken);
    const payload = Buffer.from(one.accessToken.split('.')[1] ?? '', 'base64url').toString();
    expect(Object.keys(JSON.parse(payload) as object).sort()).toEqual([
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'sid',
      'sub',
    ]);
  });
});
