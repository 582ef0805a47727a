// Another community's people get nothing: no data, no effect, no trace in the log, and not even the difference between what
// is not theirs and what does not exist. For every root field and every role of the community beside, and for nobody; a
// new field is tried with its example in field-rights.ts.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Api } from './harness/api.ts';
import type { Crowd, Who } from './harness/crowd.ts';
import { gather } from './harness/crowd.ts';
import type { RootField } from './harness/documents.ts';
import { ROOT_FIELDS } from './harness/documents.ts';
import type { FieldRights } from './harness/field-rights.ts';
import { fieldRights } from './harness/field-rights.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json, Person, Reply } from './harness/person.ts';

/** Open to whoever is signed in, or to everybody, and about nobody in particular, or only about who asks. */
const NOT_OF_A_COMMUNITY = [
  ...['me', 'community', 'communities'],
  ...['login', 'refresh', 'logout', 'logoutEverywhere', 'changePassword'],
  // Whoever has the code and the number is the resident: tracking-codes.spec.ts.
  ...['placeOrder', 'trackOrder', 'chaseUpOrder', 'withdrawOrder', 'rateOrder', 'changeOrderConsent'],
];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const SECRETS = /canary|13900004242|13800000000/;

let api: Api;
let here: Neighbourhood;
let crowd: Crowd;
let rights: Readonly<Record<string, FieldRights>>;

beforeAll(async () => {
  api = await Api.start({ environment: { UNUSUAL_READING: '1', ERASURE_DELAY_HOURS: '0' } });
  here = await Neighbourhood.at(api);
  crowd = await gather(here);
  rights = fieldRights(crowd);
  await here.resolved();
}, 60_000);

afterAll(() => api.stop());

const fields = (...kinds: RootField['kind'][]) =>
  ROOT_FIELDS.filter(({ kind, name }) => kinds.includes(kind) && !NOT_OF_A_COMMUNITY.includes(name)).map(
    (field) => [`${field.kind} ${field.name}`, field] as const,
  );

/** Everybody from beside, and nobody, who has no right to the field. */
const strangersTo = (field: RootField): [Who, Person][] => {
  const { may } = rights[field.name]!;
  return [...crowd].filter(([who]) => (who.endsWith(' beside') || who === 'nobody') && !may.includes(who));
};

/** Arguments about things that do not exist: every id is another one, the same one for the same; and how to tell them. */
function absent(given: object) {
  const others = new Map(idsIn(given).map((id) => [id, randomUUID() as string]));
  const renamed = (text: string) => text.replace(UUID, (id) => others.get(id) ?? id);
  return { missing: JSON.parse(renamed(JSON.stringify(given))) as object, renamed };
}

/** What an answer says beside which ids it was asked about and when. */
const plain = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time');

function ask({ kind, name, args }: RootField, by: Person, given: object, atLeast: string): Promise<Reply> {
  if (kind === 'mutation') return by.send(name, (given as { input: object }).input);
  return by.see(name, args.has('atLeast') ? { ...given, atLeast } : given);
}

const idsIn = (given: object): string[] => [...new Set(JSON.stringify(given).match(UUID) ?? [])];

it('leaves no field out, but for those that are nobody’s in particular', () => {
  for (const [name, field] of fields('query', 'mutation', 'subscription')) {
    const strangers = rights[field.name] ? strangersTo(field).map(([who]) => who) : [];
    expect({ name, nobody: strangers.includes('nobody'), many: strangers.length >= 6 }).toEqual({
      name,
      nobody: true,
      many: true,
    });
  }
});

describe.each(fields('query', 'mutation'))('%s', (_, field) => {
  it('gives the same nothing for what is not theirs as for what does not exist, and leaves no trace', async () => {
    const given = await rights[field.name]!.make(here, crowd);
    const { missing, renamed } = absent(given);
    const before = await here.head();
    for (const [who, by] of strangersTo(field)) {
      const [real, none] = [await ask(field, by, given, before), await ask(field, by, missing, before)];
      const answers = [real, none].map(({ status, text }) => ({ who, status, text: plain(renamed(text)) }));
      expect(answers[0]).toEqual(answers[1]);
      expect(real.text).not.toMatch(SECRETS);
      if (field.kind === 'mutation') expect({ who, value: real.value ?? null }).toEqual({ who, value: null });
    }
    expect(await here.doneSince(before)).toEqual([]);
  });
});

describe.each(fields('subscription'))('%s', (_, field) => {
  it('says the same of what is not theirs as of what does not exist, and then nothing', async () => {
    const given = (await rights[field.name]!.make(here, crowd)) as { id?: string };
    const { missing } = absent(given);
    const before = await here.head();
    const heard: { who: Who; messages: () => Json[] }[] = [];
    for (const [who, by] of strangersTo(field)) {
      if (who === 'nobody') continue;
      const socket = await api.connect(by.member.token);
      socket.subscribe('real', field.document, given);
      socket.subscribe('none', field.document, missing);
      await socket.settled();
      heard.push({ who, messages: () => [...socket.waiting] });
    }
    expect(await here.doneSince(before)).toEqual([]);
    // The office hears of it, so everybody who was to hear of it has.
    const witness = await api.connect(here.office.member.token);
    const ledger = '{ position type request { id } }';
    const query = `subscription ($id: ID!) { ledgerChanged(communityId: $id) ${ledger} }`;
    witness.subscribe('witness', query, { id: here.communityId });
    await witness.settled();
    if (given.id) await here.office.order('correctRequest', { requestId: given.id, building: '3门' });
    else await here.offer();
    await witness.data('witness');
    const without = (messages: Json[], id: string) =>
      messages.filter((of) => of.id === id).map(({ payload }) => payload);
    for (const { who, messages } of heard) {
      const all = messages();
      expect({ who, answered: without(all, 'real') }).toEqual({ who, answered: without(all, 'none') });
      expect({ who, told: all.some(({ type }) => type === 'next') }).toEqual({ who, told: false });
      expect(JSON.stringify(all)).not.toMatch(SECRETS);
      for (const id of idsIn(given)) expect(JSON.stringify(all)).not.toContain(id);
    }
    api.terminate();
  });
});
