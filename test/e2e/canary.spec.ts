// A canary string in every text that may be personal, through every mutation the schema has, carried out and refused, and
// back through every query and the socket: searched for in every byte the house writes or sends to who watches it, in every
// form it could take. In clear nowhere; and of those who were erased, nothing opens any more, not with
// the live keys and not with yesterday's backup.
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphQLInputType } from 'graphql';
import { getNamedType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { personsIn } from '#apps/foundation';
import { parseSealed } from '#libs/event-store';
import type { JsonValue } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { createLogger } from '#libs/platform';
import { PersonalDataVault, searchFiles } from '#libs/privacy';
import { openKeyDatabase } from '#libs/privacy/sqlite';
import { Api, isScaledOut } from './harness/api.ts';
import { gather } from './harness/crowd.ts';
import { ROOT_FIELDS, rootField, SCHEMA } from './harness/documents.ts';
import { fieldRights } from './harness/field-rights.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import { runCli } from './harness/server-process.ts';
import { TraceCollector } from './harness/trace-collector.ts';

/** Made of what survives every form a name, telephone or address is brought into. */
const CANARY = '86427531908642';
/** Codes and public names, and secrets of accounts; everything else that is text is personal. */
const NOT_PERSONAL = new Set([
  'ledgerNumber',
  'category',
  'building',
  'skills',
  'password',
  'newPassword',
  'currentPassword',
  'refreshToken',
  'code',
  'phoneEnding',
]);
/** Not about persons, or in need of what an identity provider or a resident says. */
const APART = new Set([
  'setDuty',
  'addArea',
  'renameArea',
  'publishCatalogue',
  'setPolicy',
  'login',
  'refresh',
  'logout',
  'logoutEverywhere',
]);

const embedded = isScaledOut ? describe.skip : describe;

embedded('canaries in every personal field', () => {
  const outside = mkdtempSync(join(tmpdir(), 'canary-'));
  const said: string[] = [];
  let api: Api;
  let collector: TraceCollector;
  let closed = false;
  const sent = new Set<string>();

  beforeAll(async () => {
    const logger = createLogger({ level: 'debug', write: (line) => void said.push(line) });
    const provider = { OIDC_ISSUER: 'https://id.example.org', OIDC_AUDIENCE: 'bangbangwo' };
    collector = await TraceCollector.start();
    const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    api = await Api.start({ logger, environment: { ...provider, ...traces, ERASURE_DELAY_HOURS: '0' } });
    const here = await Neighbourhood.at(api);
    await here.administrator.order('setPolicy', { communityId: here.communityId, openTaskLimit: 1_000 });
    const crowd = await gather(here);
    const rights = fieldRights(crowd);
    const socket = await api.connect(here.office.member.token);
    socket.subscribe('all', rootField('ledgerChanged').document, { communityId: here.communityId });
    await socket.settled();
    const refused: unknown[] = [];
    for (const { kind, name, args } of ROOT_FIELDS) {
      if (kind !== 'mutation' || APART.has(name) || !rights[name]) continue;
      const { make, may } = rights[name];
      const { input } = (await make(here, crowd)) as { input: Record<string, unknown> };
      const type = getNamedType(SCHEMA.getType(args.get('input')?.replaceAll('!', '') ?? '') as GraphQLInputType);
      const whole = filled(type, input, name) as object;
      if (!may.includes('nobody')) expect((await crowd.get('nobody')!.send(name, whole)).code).toBe('UNAUTHENTICATED');
      for (const wrong of [{ [`x${CANARY}`]: CANARY }, { commandId: CANARY }])
        expect((await crowd.get(may[0]!)!.send(name, { ...whole, ...wrong })).code).toBe('BAD_USER_INPUT');
      const { code, text } = await crowd.get(may[0]!)!.send(name, whole);
      if (code !== undefined) refused.push([name, text]);
    }
    expect(refused).toEqual([]);
    let shown = 0;
    for (const { kind, name } of ROOT_FIELDS) {
      if (kind !== 'query' || !rights[name]) continue;
      const { make, may } = rights[name];
      const { text } = await crowd.get(may[0]!)!.see(name, await make(here, crowd));
      if (text.includes(CANARY)) shown += 1;
    }
    expect(shown).toBeGreaterThan(5);
    expect(JSON.stringify(socket.waiting)).toContain(CANARY);
  }, 120_000);
  afterAll(async () => {
    if (!closed) await api.close();
    await collector.stop();
    rmSync(outside, { recursive: true, force: true });
    rmSync(api.directory, { recursive: true, force: true });
  });

  /** The same input with a canary in every text it has room for. */
  function filled(type: GraphQLInputType, given: unknown, mutation: string): unknown {
    if (!isInputObjectType(type)) return given;
    const input: Record<string, unknown> = { ...(given as object) };
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
      if (isList || NOT_PERSONAL.has(field.name)) continue;
      if (isInputObjectType(named) && input[field.name] !== undefined) {
        input[field.name] = filled(named, input[field.name], mutation);
      } else if (named.name === 'String') {
        sent.add(`${mutation}.${field.name}`);
        // A username is taken once.
        input[field.name] = field.name === 'username' ? `${CANARY}-${randomUUID().slice(0, 8)}` : CANARY;
      }
    }
    return input;
  }

  const forms = (text: string): Buffer[] => {
    const utf8 = Buffer.from(text);
    const base64 = [0, 1, 2].map((offset) => {
      // Wherever it begins within three bytes, these characters are in it.
      const encoded = Buffer.concat([Buffer.alloc(offset), utf8]).toString('base64');
      return Buffer.from(encoded.slice(4, -4));
    });
    return [
      utf8,
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf16le').swap16(),
      Buffer.from(utf8.toString('hex')),
      ...base64,
    ];
  };

  it('are sealed: none of them is in clear in data, logs, metrics, exports or backups', async () => {
    expect([...sent].length).toBeGreaterThan(20);
    const metrics = await fetch(`${api.application.url}/metrics`).then((answer) => answer.text());
    const backup = ['--to', join(outside, 'log'), '--keys-to', join(outside, 'keys')];
    expect(await runCli(['backup', ...backup], outside, { DATA_DIR: api.directory })).toMatchObject({ code: 0 });
    mkdirSync(join(outside, 'said'));
    writeFileSync(join(outside, 'said', 'log'), said.join(''));
    writeFileSync(join(outside, 'said', 'metrics'), metrics);
    expect(said.length).toBeGreaterThan(10);
    const { events } = await api.application.foundation.store.readAll({ after: START_OF_LOG });
    const clear = events.flatMap(({ type, data }) => clearIn(data).map((path) => `${type}${path}`));
    expect([...new Set(clear)]).toEqual([]);
    for (const place of [api.directory, outside]) {
      const { bytes, found } = await searchFiles(place, forms(CANARY));
      expect({ found, many: bytes > 10_000 }).toEqual({ found: [], many: true });
    }
    // The search itself finds what is there.
    writeFileSync(join(outside, 'clear'), Buffer.from(CANARY).toString('base64'));
    expect((await searchFiles(outside, forms(CANARY))).found).not.toEqual([]);
    rmSync(join(outside, 'clear'));
  });

  it('cannot be opened once their persons are erased, also not from yesterday’s backup', async () => {
    const { foundation, services } = api.application;
    const { vault, store } = foundation;
    const sealed: { text: string; community: string }[] = [];
    for (let after = START_OF_LOG; ;) {
      const { events, next, head } = await store.readAll({ after });
      for (const { data, metadata } of events)
        for (const text of sealedIn(data)) sealed.push({ text, community: metadata.communityId });
      if (next >= head) break;
      after = next;
    }
    const opened = async (by: PersonalDataVault) => {
      const texts = await Promise.all(sealed.map(async ({ text, community }) => by.open(text, community)));
      return texts.filter((text) => text?.includes(CANARY)).length;
    };
    expect(await opened(vault)).toBeGreaterThan(20);
    const persons = personsIn(sealed.map(({ text }) => ({ data: { text } })));
    for (const person of persons) {
      await services.erasing.record.add(person, foundation.clock.now());
      await vault.erase(person, foundation.clock.now());
    }
    expect(await opened(vault)).toBe(0);
    await api.close();
    closed = true;
    // The last traces are sent at the end.
    expect(collector.spans.length).toBeGreaterThan(100);
    mkdirSync(join(outside, 'after'));
    writeFileSync(join(outside, 'after', 'traces'), collector.text);
    writeFileSync(join(outside, 'after', 'log'), said.join(''));
    const file = join(outside, 'after', 'events.jsonl');
    expect(await runCli(['export-events', file], outside, { DATA_DIR: api.directory })).toMatchObject({ code: 0 });
    expect((await searchFiles(join(outside, 'after'), forms(CANARY))).found).toEqual([]);
    const restored = join(outside, 'restored');
    mkdirSync(restored);
    cpSync(join(api.directory, 'master.key'), join(restored, 'master.key'));
    const from = ['--from', join(outside, 'log'), '--keys', join(outside, 'keys')];
    const list = ['--erasures', join(api.directory, 'erasures.list')];
    expect(await runCli(['restore', ...from, ...list], outside, { DATA_DIR: restored })).toMatchObject({ code: 0 });
    const masterKey = Buffer.from(readFileSync(join(restored, 'master.key'), 'utf8'), 'base64');
    const again = await PersonalDataVault.open({ keys: await openKeyDatabase(join(restored, 'keys.db')), masterKey });
    expect(await opened(again)).toBe(0);
    await again.close();
  });
});

function sealedIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return parseSealed(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(sealedIn);
}

/** Paths of texts that hold the canary as it is. */
function clearIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return value.includes(CANARY) ? [''] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, of]) => clearIn(of).map((path) => `/${name}${path}`));
}
