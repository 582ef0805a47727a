// Tokens that nobody gave out, or that were given out for something else: each is refused as a whole, over HTTP and on the
// socket, and nobody is asked for a key that a token brings along. What the same hands sign properly is accepted, so that
// nothing else had refused the rest.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { instantOf } from '#libs/kernel';
import { Api } from './harness/api.ts';
import type { Algorithm } from './harness/identity-provider.ts';
import { AUDIENCE, IdentityProvider } from './harness/identity-provider.ts';
import type { Json } from './harness/person.ts';
import type { Member, World } from './harness/world.ts';
import { makeWorld } from './harness/world.ts';

const SUBJECT = 'hua';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken refreshToken } }';
const REFRESH = 'mutation ($input: RefreshInput!) { refresh(input: $input) { accessToken } }';
const ME = '{ me { id } }';
const text = new TextEncoder();

let provider: IdentityProvider;
let api: Api;
let world: World;
let office: Member;
let other: Member;
/** Serves keys of its own to whoever asks. */
let attacker: { server: Server; url: string; asked: number; key: CryptoKey; jwk: JWK };

beforeAll(async () => {
  provider = await IdentityProvider.start(SUBJECT);
  api = await Api.start({ environment: provider.settings });
  world = await makeWorld(api);
  [office, other] = [await world.member('OFFICE'), await world.member('VOLUNTEER')];
  const { services, foundation } = api.application;
  const context = foundation.contexts.of(undefined, 'test', { commandId: randomUUID() });
  const details = { areaId: world.communityId, subject: SUBJECT, displayName: null };
  await services.accountDesk.openExternal(details, context);
  attacker = await startAttacker();
});

afterAll(async () => {
  await api.stop();
  await provider.stop();
  attacker.server.close();
});

async function startAttacker(): Promise<typeof attacker> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'attacker', alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => {
    attacker.asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/keys`;
  return { server, url, asked: 0, key: privateKey, jwk };
}

const now = () => Math.floor(Date.now() / 1_000);
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
type Header = Record<string, unknown>;
type Claims = Record<string, unknown>;

const answerTo = async (token: string) => {
  const { status, code, data } = await api.ask<Json>(ME, {}, token);
  return { status, code, id: data?.me?.id as string | undefined };
};

async function expectRefused(token: string): Promise<void> {
  expect(await answerTo(token)).toEqual({ status: 401, code: 'UNAUTHENTICATED', id: undefined });
  const socket = await api.socket();
  socket.send({ type: 'connection_init', payload: { token } });
  expect((await socket.closed).code).toBe(4403);
}

describe('tokens of our own form', () => {
  const secret = () => api.application.foundation.vault.deriveSecret('access tokens');
  const claims = () => ({ ...payloadOf(office.token), iat: now(), exp: now() + 600, jti: randomUUID() });
  const sign = (over: Claims = {}, header: Header = {}, key: Uint8Array | CryptoKey = secret()) =>
    new SignJWT({ ...claims(), ...over }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(key);
  const without = (claim: string) => sign({ [claim]: undefined });
  const rsa = () => provider.key('RS256');

  it('are accepted when they are signed as we sign them', async () => {
    expect(await answerTo(await sign())).toMatchObject({ status: 200, id: office.accountId });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['no algorithm', () => new UnsecuredJWT(claims()).encode()],
    ['no algorithm, spelt otherwise', () => `${encode({ alg: 'nOnE', typ: 'at+jwt' })}.${encode(claims())}.`],
    ['a stronger algorithm of the same secret', () => sign({}, { alg: 'HS512' }, Buffer.concat([secret(), secret()]))],
    ['another secret', () => sign({}, {}, new Uint8Array(32))],
    ['the key of the identity provider', () => sign({}, { alg: 'RS256', kid: rsa().kid }, rsa().privateKey)],
    [
      'the public key of the identity provider as secret',
      async () => sign({}, {}, text.encode(await exportSPKI(rsa().publicKey))),
    ],
    ['another audience', () => sign({ aud: AUDIENCE })],
    ['several audiences, ours not among them', () => sign({ aud: ['one', 'two'] })],
    ['another issuer', () => sign({ iss: 'https://id.example.org' })],
    ['the identity provider as issuer', () => sign({ iss: provider.issuer })],
    ['another type', () => sign({}, { typ: 'JWT' })],
    ['no type', () => sign({}, { typ: undefined })],
    ['no end', () => without('exp')],
    ['no beginning', () => without('iat')],
    ['no subject', () => without('sub')],
    ['no session', () => without('sid')],
    ['its end behind it', () => sign({ iat: now() - 300, exp: now() - 1 })],
    ['a longer life than they have', () => sign({ iat: now() - 601, exp: now() + 86_400 })],
    ['a beginning in the future', () => sign({ iat: now() + 3_600, exp: now() + 4_000 })],
    ['a time before which it does not hold', () => sign({ nbf: now() + 3_600 })],
    ['somebody else’s session', () => sign({ sid: payloadOf(other.token)['sid'] })],
    ['another account in the same session', () => sign({ sub: other.accountId })],
    ['a session there never was', () => sign({ sid: randomUUID() })],
    ['a session that is no id', () => sign({ sid: '../account' })],
    ['a subject that is no id', () => sign({ sub: 'system' })],
    [
      'a critical header nobody knows',
      () => `${encode({ alg: 'HS256', typ: 'at+jwt', crit: ['x'], x: 1 })}.${encode(claims())}.AA`,
    ],
    ['a key in the header', () => sign({}, { alg: 'RS256', jwk: attacker.jwk }, attacker.key)],
    [
      'an address of keys in the header',
      () => sign({}, { alg: 'RS256', kid: 'attacker', jku: attacker.url }, attacker.key),
    ],
    ['an address of certificates in the header', () => sign({}, { alg: 'RS256', x5u: attacker.url }, attacker.key)],
    [
      'a changed payload',
      async () => (await sign()).replace(/\.[^.]+\./, `.${encode({ ...claims(), sub: other.accountId })}.`),
    ],
    ['no signature', async () => (await sign()).replace(/[^.]*$/, '')],
    [
      'a payload that is no object',
      () => new CompactSign(text.encode('[]')).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(secret()),
    ],
  ])('are refused with %s', async (_what, make) => {
    await expectRefused(await make());
  });

  it('are refused once their session was ended, and so are forged ones of it', async () => {
    const { data } = await api.ask<Json>(LOGIN, { input: { username: office.username, password: world.password } });
    const { accessToken, refreshToken } = data.login;
    const forged = await sign({ sid: payloadOf(accessToken)['sid'] });
    expect((await answerTo(forged)).status).toBe(200);
    await api.ask('mutation { logout { position } }', {}, accessToken);
    await expectRefused(accessToken);
    await expectRefused(forged);
    expect((await api.ask(REFRESH, { input: { refreshToken } })).code).toBe('UNAUTHENTICATED');
  });

  it('are not what the other kind is for', async () => {
    const { data } = await api.ask<Json>(LOGIN, { input: { username: office.username, password: world.password } });
    const { accessToken, refreshToken } = data.login;
    await expectRefused(refreshToken);
    expect((await api.ask(REFRESH, { input: { refreshToken: accessToken } })).code).toBe('UNAUTHENTICATED');
  });
});

describe('tokens of the identity provider’s form', () => {
  const claims = () => {
    const of = { iss: provider.issuer, aud: AUDIENCE, sub: SUBJECT, client_id: SUBJECT };
    return { ...of, iat: now(), exp: now() + 600, jti: randomUUID() };
  };
  const sign = (over: Claims = {}, header: Header = {}, key?: CryptoKey | Uint8Array, alg: Algorithm = 'RS256') => {
    const { kid, privateKey } = provider.key(alg);
    const full = { alg, kid, typ: 'at+jwt', ...header };
    return new SignJWT({ ...claims(), ...over }).setProtectedHeader(full).sign(key ?? privateKey);
  };
  const stronger = async () =>
    (await importJWK(await exportJWK(provider.key('RS256').privateKey), 'RS512')) as CryptoKey;
  const asSecret = (bytes: Uint8Array) => sign({}, { alg: 'HS256' }, bytes);

  it('are accepted when the provider’s key signs them', async () => {
    for (const alg of ['RS256', 'ES256', 'PS256', 'EdDSA'] as const) {
      expect((await answerTo(await sign({}, {}, undefined, alg))).status).toBe(200);
    }
  });

  it('end a day after they were issued, whatever they say themselves', async () => {
    const iat = now() - 3_600;
    const { viewers } = api.application.services;
    const viewer = await viewers.authenticate(await sign({ iat, exp: now() + 30 * 86_400 }));
    expect(viewer?.expiresAt).toBe(instantOf((iat + 86_400) * 1_000));
    expect((await viewers.authenticate(await sign({ iat })))?.expiresAt).toBe(instantOf((iat + 4_200) * 1_000));
  });

  it.each<[string, () => Promise<string> | string]>([
    ['no algorithm', () => new UnsecuredJWT(claims()).encode()],
    ['the public key as secret', async () => asSecret(text.encode(await exportSPKI(provider.key('RS256').publicKey)))],
    [
      'the public key’s JSON as secret',
      async () => asSecret(text.encode(JSON.stringify(await exportJWK(provider.key('RS256').publicKey)))),
    ],
    ['an algorithm its key could do and we do not take', async () => sign({}, { alg: 'RS512' }, await stronger())],
    ['our own secret', () => asSecret(api.application.foundation.vault.deriveSecret('access tokens'))],
    ['an algorithm its key is not for', () => sign({}, { alg: 'RS256', kid: provider.key('ES256').kid })],
    ['another audience', () => sign({ aud: 'another' })],
    ['our own audience', () => sign({ aud: 'bangbangwo-api' })],
    ['another issuer', () => sign({ iss: 'https://id.example.org' })],
    ['ourselves as issuer', () => sign({ iss: 'bangbangwo', aud: 'bangbangwo-api', sid: randomUUID() })],
    ['the issuer with a slash', () => sign({ iss: `${provider.issuer}/` })],
    ['the type of an id token', () => sign({}, { typ: 'JWT' })],
    ['no type', () => sign({}, { typ: undefined })],
    ['no end', () => sign({ exp: undefined })],
    ['no beginning', () => sign({ iat: undefined })],
    ['no subject', () => sign({ sub: undefined })],
    ['no audience', () => sign({ aud: undefined })],
    ['its end behind it', () => sign({ iat: now() - 300, exp: now() - 1 })],
    ['a beginning long ago', () => sign({ iat: now() - 2 * 86_400, exp: now() + 86_400 })],
    ['a beginning a day and a moment ago', () => sign({ iat: now() - 86_401, exp: now() + 86_400 })],
    ['a beginning in the future', () => sign({ iat: now() + 3_600, exp: now() + 4_000 })],
    ['an unknown key id', () => sign({}, { kid: 'unknown' })],
    ['another hand under a known key id', () => sign({}, {}, attacker.key)],
    ['a key in the header', () => sign({}, { kid: undefined, jwk: attacker.jwk }, attacker.key)],
    ['a key in the header under a known key id', () => sign({}, { jwk: attacker.jwk }, attacker.key)],
    ['an address of keys in the header', () => sign({}, { kid: 'attacker', jku: attacker.url }, attacker.key)],
    ['an address of certificates in the header', () => sign({}, { kid: 'attacker', x5u: attacker.url }, attacker.key)],
    ['a changed payload', async () => (await sign()).replace(/\.[^.]+\./, `.${encode({ ...claims(), sub: 'root' })}.`)],
    ['the subject of an account with a password', () => sign({ sub: office.username })],
    ['the id of an account as subject', () => sign({ sub: office.accountId })],
    ['a great deal in it', () => sign({ more: 'x'.repeat(8_000) })],
  ])('are refused with %s', async (_what, make) => {
    await expectRefused(await make());
  });
});

it('nobody was asked for a key that a token brought along', () => {
  expect(attacker.asked).toBe(0);
});
