// Every root field, asked by every role of the community, of the one beside it and from above: who has no right gets no
// data and has no effect, and who has one succeeds with the very same arguments, so that nothing else had refused them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fieldsWithoutRule } from '#libs/graphql-kit';
import { Api } from './harness/api.ts';
import type { Crowd, Who } from './harness/crowd.ts';
import { gather } from './harness/crowd.ts';
import type { RootField } from './harness/documents.ts';
import { ROOT_FIELDS } from './harness/documents.ts';
import type { FieldRights } from './harness/field-rights.ts';
import { fieldRights } from './harness/field-rights.ts';
import { readingsAfter } from './harness/log.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json, Person, Reply } from './harness/person.ts';
import type { SocketClient } from './harness/socket-client.ts';

/** Of reporters and of volunteers. */
const SECRETS = /canary|13900004242|13800000000/;
const REFUSALS = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND'];

let api: Api;
let here: Neighbourhood;
let crowd: Crowd;
let rights: Readonly<Record<string, FieldRights>>;

beforeAll(async () => {
  // Where external accounts would sign in; nobody asks it for anything here.
  const provider = { OIDC_ISSUER: 'https://id.example.org', OIDC_AUDIENCE: 'bangbangwo' };
  api = await Api.start({ environment: { ...provider, UNUSUAL_READING: '1', ERASURE_DELAY_HOURS: '0' } });
  here = await Neighbourhood.at(api);
  await here.administrator.order('setPolicy', { communityId: here.communityId, openTaskLimit: 1_000 });
  crowd = await gather(here);
  rights = fieldRights(crowd);
  await here.resolved();
  const { id } = await here.raise();
  const plan = { reason: 'canary', plan: 'canary', reviewOn: '2999-01-01' };
  await here.office.order('placeInFollowUp', { requestId: id, ...plan });
}, 60_000);

afterAll(() => api.stop());

/** For everyone, or at the end of a session that the next call would need; sessions and signing-out have them. */
const OF_SESSIONS = ['login', 'refresh', 'logout', 'logoutEverywhere'];
const of = (kind: RootField['kind']) =>
  ROOT_FIELDS.filter((field) => field.kind === kind && !OF_SESSIONS.includes(field.name));
const rightsOf = ({ name }: RootField): FieldRights => {
  const found = rights[name];
  if (!found) throw new Error(`Say in field-rights.ts who may use ${name}`);
  return found;
};
const without = ({ may }: FieldRights): [Who, Person][] => [...crowd].filter(([who]) => !may.includes(who));
const call = async ({ kind, name, args }: RootField, person: Person, given: object): Promise<Reply> => {
  if (kind === 'mutation') return person.send(name, (given as { input: object }).input);
  return person.see(name, args.has('atLeast') ? { ...given, atLeast: await here.head() } : given);
};

/** Null, an empty list, or figures of nothing. */
function isNothing(value: Json): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value.edges) return value.edges.length === 0 && value.totalCount === 0;
  return value.raised?.value === 0 && value.rate.denominator === 0;
}

it('states who may use every root field, and a rule for every field', () => {
  const walked = ROOT_FIELDS.map(({ name }) => name).filter((name) => !OF_SESSIONS.includes(name));
  expect(walked.sort()).toEqual(Object.keys(rights).sort());
  expect(fieldsWithoutRule(api.application.schema)).toEqual([]);
  expect(crowd.size).toBe(21);
});

describe.each(of('mutation').map((field) => [field.name, field] as const))('mutation %s', (_, field) => {
  it('has no effect for who has no right', async () => {
    const given = await rightsOf(field).make(here, crowd);
    const before = await here.head();
    for (const [who, person] of without(rightsOf(field))) {
      const { code, value, text } = await call(field, person, given);
      expect({ who, code, refused: REFUSALS.includes(code ?? '') }).toEqual({ who, code, refused: true });
      expect(value ?? null).toBeNull();
      if (who === 'nobody') expect(code).toBe('UNAUTHENTICATED');
      expect(text).not.toMatch(SECRETS);
    }
    expect(await here.doneSince(before)).toEqual([]);
  });

  it('succeeds for who has', async () => {
    for (const who of rightsOf(field).may) {
      const given = await rightsOf(field).make(here, crowd);
      const { code, value } = await call(field, crowd.get(who)!, given);
      expect({ who, code }).toEqual({ who, code: undefined });
      expect(value.position).toEqual(expect.any(String));
    }
  });
});

describe.each(of('query').map((field) => [field.name, field] as const))('query %s', (_, field) => {
  it('shows nothing to who has no right, and personal data only to who reads it', async () => {
    const { make, may, reads = [], readsOthers = reads } = rightsOf(field);
    const given = await make(here, crowd);
    for (const [who, person] of without(rightsOf(field))) {
      const { code, value, text } = await call(field, person, given);
      expect({ who, nothing: isNothing(value), text }).toEqual({ who, nothing: true, text });
      if (who === 'nobody' && field.name !== 'me') expect(code).toBe('UNAUTHENTICATED');
      expect(text).not.toMatch(SECRETS);
    }
    for (const who of may) {
      const before = await here.head();
      const { code, value, text } = await call(field, crowd.get(who)!, given);
      expect({ who, code, nothing: isNothing(value) }).toEqual({ who, code: undefined, nothing: false });
      expect({ who, reads: SECRETS.test(text) }).toEqual({ who, reads: reads.includes(who) });
      // What was shown of others is recorded by the time it is answered, and nothing else.
      const recorded = readsOthers.includes(who) ? [[field.name, crowd.get(who)!.member.accountId]] : [];
      const readings = await readingsAfter(api, before);
      expect({ who, recorded: readings.map(({ through, viewers }) => [...through, ...viewers]) }).toEqual({
        who,
        recorded,
      });
    }
  });
});

describe.each(of('subscription').map((field) => [field.name, field] as const))('subscription %s', (_, field) => {
  it('tells nothing to who has no right, and personal data only to who reads it', async () => {
    const { make, may, reads = [] } = rightsOf(field);
    const given = (await make(here, crowd)) as { id?: string };
    const variables = field.args.has('after') ? { ...given, after: await here.head() } : given;
    const sockets = new Map<Who, SocketClient>();
    for (const [who, person] of crowd) {
      if (who === 'nobody') continue;
      const socket = await api.connect(person.member.token);
      sockets.set(who, socket);
      socket.subscribe('all', field.document, variables);
      await socket.settled();
    }
    if (given.id) await here.office.order('correctRequest', { requestId: given.id, building: '2门' });
    else await here.offer();
    for (const who of may) {
      const told = JSON.stringify(await sockets.get(who)!.data('all'));
      expect({ who, reads: SECRETS.test(told) }).toEqual({ who, reads: reads.includes(who) });
    }
    for (const [who] of without(rightsOf(field))) {
      const socket = sockets.get(who);
      if (!socket) continue;
      await socket.settled();
      expect({ who, told: socket.waiting.some(({ type }) => type === 'next') }).toEqual({ who, told: false });
      expect(JSON.stringify(socket.waiting)).not.toMatch(SECRETS);
      if (who === 'VOLUNTEER beside') continue;
      expect(JSON.stringify(await socket.next('error', 'all'))).toMatch(/FORBIDDEN|NOT_FOUND/);
    }
    for (const socket of sockets.values()) socket.terminate();
  });
});
