// A resident without an account orders by web form and follows the order by its code: what they can do with it, that
// nobody learns whether a code exists, and that partners reach only who agreed to it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, isScaledOut } from './harness/api.ts';
import type { Answer } from './harness/client.ts';
import { rootField } from './harness/documents.ts';
import { Neighbourhood, newId } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import { Person } from './harness/person.ts';

const CODE = /^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/;
const MATTER = 'The corridor is dark.';

let api: Api;
let here: Neighbourhood;
/** Nobody in particular. */
let resident: Person;
let phones = 0;

beforeAll(async () => {
  // Believed, so that limits are tried from addresses nobody else in this file has.
  api = await Api.start({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
  here = await Neighbourhood.at(api);
  resident = new Person(api, { accountId: '', username: '', token: '', volunteerId: '' });
});
afterAll(() => api.stop());

interface Key {
  readonly code: string;
  readonly phoneEnding: string;
}

const askFrom = <Data = Json>(address: string, query: string, variables: object = {}): Promise<Answer<Data>> =>
  api.send<Data>(JSON.stringify({ query, variables }), { 'x-forwarded-for': address });

/** A number nobody has had before. */
function newPhone(): string {
  phones += 1;
  return `1370000${String(phones).padStart(4, '0')}`;
}

async function placed(over: object = {}): Promise<{ key: Key; phone: string; requestId: string; order: Json }> {
  const phone = newPhone();
  const input = { communityId: here.communityId, category: 'SANITATION', matter: MATTER, reporter: { phone } };
  const order = await resident.order('placeOrder', { ...input, ...over });
  const key = { code: order.trackingCode, phoneEnding: phone.slice(-4) };
  return { key, phone, order, requestId: api.application.services.requestDesk.codes.requestIdOf(key.code) };
}

/** Told by the office, which has no limits. */
async function told(reporter: object = { phone: newPhone() }, over: object = {}): Promise<Json> {
  const report = { communityId: here.communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter };
  return here.office.order('raiseRequest', { ...report, ...over });
}

const eventsOf = async (requestId: string) =>
  (await api.application.foundation.store.readStream(`request-${requestId}`)).events;

async function erase(requestId: string): Promise<void> {
  const { foundation, services } = api.application;
  const { state } = await services.requestDesk.load(requestId);
  await foundation.vault.erase(state.status === 'NONE' ? '' : state.personId, foundation.clock.now());
}

describe('an order without an account', () => {
  it('is followed from the form to the rating, and seen by the office all along', async () => {
    const { key, phone, requestId, order } = await placed({ building: '3门', consentToPartners: false });
    expect(order).toMatchObject({ status: 'RAISED', category: 'SANITATION', dueAt: expect.any(String) });
    expect(key.code).toMatch(CODE);
    const track = () => resident.read('trackOrder', key);
    expect(await track()).toMatchObject({ status: 'RAISED', canWithdraw: true, canChaseUp: true, canRate: false });
    const seen = await here.office.read('request', { id: requestId, atLeast: order.position });
    expect(seen).toMatchObject({ channel: 'ONLINE', building: '3门', matter: MATTER, reporter: { phone } });

    const { taskId } = (await here.office.order('dispatchRequest', { requestId })).request;
    await here.volunteer.order('acceptTask', { taskId });
    await here.volunteer.order('reportDone', { taskId, result: 'New lamp.' });
    expect(await track()).toMatchObject({ status: 'DONE', result: null, offeredAt: expect.any(String) });
    await here.office.order('confirmResolution', { requestId });
    expect(await track()).toMatchObject({ status: 'RESOLVED', result: 'New lamp.', canRate: true, canWithdraw: false });

    const unhappy = { ...key, satisfaction: 'DISSATISFIED', solved: false, comment: 'It flickers.' };
    await resident.order('rateOrder', unhappy);
    const { position } = await resident.order('rateOrder', { ...key, satisfaction: 'SATISFIED', solved: true });
    const rating = { satisfaction: 'SATISFIED', solved: true, comment: null, ratedAt: expect.any(String) };
    expect(await track()).toMatchObject({ rating });
    const list = await here.office.read('requests', { filter: { phone }, atLeast: position });
    expect(list.edges[0].node).toMatchObject({ id: requestId, rating, satisfaction: null });
  });

  it('is one order though it is sent again, and its events name nobody', async () => {
    const input = { commandId: newId(), communityId: here.communityId, category: 'SANITATION', matter: MATTER };
    const send = (over: object = {}) =>
      resident.send('placeOrder', { ...input, reporter: { phone: '13711110000' }, ...over });
    const [first, again] = [await send(), await send()];
    expect(again.value).toEqual(first.value);
    expect((await send({ matter: 'Another' })).code).toBe('COMMAND_ID_REUSED');
    const requestId = api.application.services.requestDesk.codes.requestIdOf(first.value.trackingCode);
    const events = await eventsOf(requestId);
    expect(events.map(({ type }) => type)).toEqual(['RequestRaised']);
    expect(events[0]?.metadata).toMatchObject({ actorId: 'resident', actorRole: 'RESIDENT' });
  });

  it('is not taken for another one of the same command id, whatever differs', async () => {
    const neighbour = resident.at({ ask: (query, variables) => askFrom('203.0.113.3', query, variables) });
    const reporter = { phone: '13711110000' };
    const input = { communityId: here.communityId, category: 'SANITATION', matter: MATTER, reporter };
    const commandId = newId();
    const { trackingCode: code } = await neighbour.order('placeOrder', { ...input, commandId });
    const key = { code, phoneEnding: '0000' };
    for (const different of [
      ...[{ matter: 'Another' }, { building: '3门' }, { consentToPartners: true }, { category: 'NONE' }],
      ...[
        { communityId: here.world.otherCommunityId },
        { communityId: newId() },
        { reporter: { phone: '13711110001' } },
      ],
      ...[{ reporter: { ...reporter, name: '王' } }, { reporter: { ...reporter, address: '1' } }],
    ]) {
      const { code: refusal } = await neighbour.send('placeOrder', { ...input, commandId, ...different });
      expect([different, refusal]).toEqual([different, 'COMMAND_ID_REUSED']);
    }
    const chaseUp = { ...key, commandId: newId() };
    await neighbour.order('chaseUpOrder', chaseUp);
    const others = [
      await here.office.send('raiseRequest', { ...input, commandId, channel: 'PHONE' }),
      await neighbour.send('chaseUpOrder', { ...key, commandId }),
    ];
    expect(others.map((reply) => reply.code)).toEqual(Array(2).fill('COMMAND_ID_REUSED'));
    const elsewhere = await neighbour.send('placeOrder', { ...input, commandId: chaseUp.commandId });
    // An event store server knows ids within a stream only: on another one it is another command.
    expect(elsewhere.code).toBe(isScaledOut ? undefined : 'COMMAND_ID_REUSED');
  });

  it('is chased up and withdrawn, each once for each command', async () => {
    const { key, requestId } = await placed();
    const chaseUp = { commandId: newId(), ...key, note: 'Still dark.' };
    const first = await resident.order('chaseUpOrder', chaseUp);
    expect(await resident.order('chaseUpOrder', chaseUp)).toEqual(first);
    expect(first.order).toMatchObject({ chaseUps: 1, chasedUpAt: expect.any(String) });
    const { position } = await here.office.order('chaseUpRequest', { requestId, note: 'Called.' });
    const seen = await here.office.read('request', { id: requestId, atLeast: position });
    expect(seen).toMatchObject({ chaseUps: 2, chaseUpNote: 'Called.' });
    const withdrawn = await resident.order('withdrawOrder', { ...key, reason: 'Mended it.' });
    expect(withdrawn.order).toMatchObject({ status: 'WITHDRAWN', canChaseUp: false, declinedBecause: null });
    expect((await resident.send('chaseUpOrder', key)).code).toBe('REQUEST_NOT_OPEN');
  });

  it('needs a number to be followed by, and a category there is', async () => {
    const report = { communityId: here.communityId, category: 'SANITATION', matter: MATTER };
    const short = await resident.send('placeOrder', { ...report, reporter: { phone: '123' } });
    expect([short.code, short.details]).toEqual(['BAD_USER_INPUT', { field: 'input.reporter.phone' }]);
    const reporter = { phone: newPhone() };
    expect((await resident.send('placeOrder', { ...report, reporter, category: 'NONE' })).code).toBe('BAD_USER_INPUT');
    const elsewhere = { ...report, reporter, communityId: newId() };
    expect((await resident.send('placeOrder', elsewhere)).code).toBe('NOT_FOUND');
  });

  it('can be one the office took by telephone, and none of the paper ledger', async () => {
    const phone = newPhone();
    const { trackingCode, request } = await told({ phone });
    const key = { code: trackingCode, phoneEnding: phone.slice(-4) };
    expect(await resident.read('trackOrder', key)).toMatchObject({ status: 'RAISED' });
    const corrected = await here.office.order('correctRequest', {
      requestId: request.id,
      reporter: { phone: '13722223333' },
    });
    expect(corrected.trackingCode).toBe(trackingCode);
    expect((await resident.see('trackOrder', key)).code).toBe('NOT_FOUND');
    expect(await resident.read('trackOrder', { ...key, phoneEnding: '３３３３' })).toMatchObject({ status: 'RAISED' });
    expect(await told({ name: 'No number' })).toMatchObject({ trackingCode: null });
    expect(await told({ phone }, { ledgerNumber: 'A-7' })).toMatchObject({ trackingCode: null });
  });

  (isScaledOut ? it.skip : it)('leaves its code in no file', async () => {
    const { key } = await placed();
    const bare = key.code.replaceAll('-', '');
    await resident.see('trackOrder', { ...key, phoneEnding: '0000' });
    await here.office.read('requests', { atLeast: await here.head() });
    const files = readdirSync(api.directory, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const { name, parentPath } of files) {
      const bytes = readFileSync(join(parentPath, name));
      expect([name, bytes.includes(key.code), bytes.includes(bare)]).toEqual([name, false, false]);
    }
  });
});

describe('the how-to', () => {
  const text = readFileSync(new URL('../../docs/how-to/take-orders-from-a-web-form.md', import.meta.url), 'utf8');
  const block = (language: string, holding: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))]
      .map((match) => match[1]!)
      .find((code) => code.includes(holding))!;

  it('places, follows and chases up as it is written', async () => {
    const body = /-d '(.*?)'/s.exec(block('sh', 'placeOrder'))![1]!;
    const sent = await api.send<Json>(body.replace('<id of the community>', here.communityId));
    const again = await api.ask<Json>(
      block('graphql', 'placeOrder'),
      JSON.parse(body.replace('<id of the community>', here.communityId)).variables,
    );
    const { trackingCode } = sent.data.placeOrder;
    expect(again.data.placeOrder).toMatchObject({ trackingCode, status: 'RAISED' });
    const key = { code: trackingCode, phoneEnding: '1234' };
    const tracked = await api.ask<Json>(block('graphql', 'trackOrder'), key);
    expect(tracked.data.trackOrder).toMatchObject({ status: 'RAISED', canChaseUp: true });
    const chased = await api.ask<Json>(block('graphql', 'chaseUpOrder'), { input: { commandId: newId(), ...key } });
    expect(chased.data.chaseUpOrder.order).toEqual({ chaseUps: 1 });
  });

  it('tells a typing error from a code', () => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the document's own code that is tried
    const isTrackingCode = new Function(`${block('js', 'isTrackingCode')}; return isTrackingCode`)() as (
      typed: string,
    ) => boolean;
    const { codes } = api.application.services.requestDesk;
    for (let n = 0; n < 50; n += 1) {
      const code = codes.of(newId());
      expect([isTrackingCode(code), isTrackingCode(code.toLowerCase().replaceAll('-', ' '))]).toEqual([true, true]);
      const wrong = (code.startsWith('7') ? '8' : '7') + code.slice(1);
      expect([isTrackingCode(wrong), isTrackingCode(code.slice(1))]).toEqual([false, false]);
    }
  });
});

describe('whether a code exists', () => {
  /** Every way of not being the resident of an order, with keys that were not tried before. */
  const strangers: Record<string, () => Promise<Key>> = {
    'a code nobody was given': async () => ({ code: unknownCode(), phoneEnding: '1234' }),
    'another number': async () => ({ code: (await told()).trackingCode, phoneEnding: '9999' }),
    'no number at all': async () => ({ code: (await told()).trackingCode, phoneEnding: 'abc' }),
    'one character wrong': async () => {
      const phone = newPhone();
      const trackingCode: string = (await told({ phone })).trackingCode;
      const last = trackingCode.endsWith('0') ? '1' : '0';
      return { code: trackingCode.slice(0, -1) + last, phoneEnding: phone.slice(-4) };
    },
    'no code': async () => ({ code: '..', phoneEnding: '1234' }),
    'a request without a code': async () => {
      const phone = newPhone();
      const { request } = await told({ phone }, { ledgerNumber: newPhone().slice(-6) });
      return { code: request.id.slice(0, 20), phoneEnding: phone.slice(-4) };
    },
  };
  if (!isScaledOut) {
    strangers['somebody erased'] = async () => {
      const phone = newPhone();
      const { trackingCode, request } = await told({ phone });
      await erase(request.id);
      return { code: trackingCode, phoneEnding: phone.slice(-4) };
    };
  }
  const unknownCode = () => api.application.services.requestDesk.codes.of(newId());
  const mutations: Record<string, object> = {
    ...{ chaseUpOrder: {}, withdrawOrder: {}, rateOrder: { satisfaction: 'SATISFIED' } },
    changeOrderConsent: { consent: true },
  };

  it('is not told by any answer: all are the same to the byte', async () => {
    const answers = new Map<string, Set<string>>();
    const heard = (field: string, text: string) => answers.set(field, (answers.get(field) ?? new Set()).add(text));
    const before = new Set<string>();
    for (const key of Object.values(strangers)) {
      heard('trackOrder', (await resident.see('trackOrder', await key())).text);
      for (const [mutation, over] of Object.entries(mutations)) {
        const input = { ...(await key()), ...over };
        const head = await here.head();
        heard(mutation, (await resident.send(mutation, input)).text);
        if ((await here.head()) !== head) before.add(mutation);
      }
    }
    expect([...before]).toEqual([]);
    expect([...answers].map(([field, texts]) => [field, texts.size])).toEqual(
      ['trackOrder', ...Object.keys(mutations)].map((field) => [field, 1]),
    );
    for (const [text] of [...answers.values()].map((texts) => [...texts])) expect(text).toContain('"NOT_FOUND"');
  });

  it('is not told by the time either', async () => {
    const times: Record<string, number[]> = {};
    for (let round = 0; round < 8; round += 1) {
      for (const name of ['a code nobody was given', 'another number', 'one character wrong']) {
        const key = await strangers[name]!();
        const begun = performance.now();
        await resident.see('trackOrder', key);
        (times[name] ??= []).push(performance.now() - begun);
      }
    }
    const medians = Object.values(times).map((of) => of.sort((a, b) => a - b)[4] ?? 0);
    // What is looked up takes a fraction of this, so that nothing of it shows.
    for (const median of medians) expect(median).toBeGreaterThanOrEqual(60);
    expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(60);
  });

  it('is not told by the limit of attempts, which many at once do not get around', async () => {
    const phone = newPhone();
    const known = (await told({ phone })).trackingCode;
    const outcomes = [];
    for (const code of [known, unknownCode()]) {
      const wrong = await Promise.all(
        Array.from({ length: 14 }, (_, n) => resident.see('trackOrder', { code, phoneEnding: `x${String(n)}` })),
      );
      const right = await resident.see('trackOrder', { code, phoneEnding: phone.slice(-4) });
      const codes = [...wrong, right].map((reply) => reply.code);
      const count = (of: string) => codes.filter((each) => each === of).length;
      const { message, extensions } = right.errors![0]!;
      outcomes.push([count('NOT_FOUND'), count('RATE_LIMITED'), message, Object.keys(extensions['details'] ?? {})]);
    }
    expect(outcomes[0]).toEqual([10, 5, expect.any(String), ['retryAfterSeconds']]);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('does not count against who knows it', async () => {
    const phone = newPhone();
    const key = { code: (await told({ phone })).trackingCode, phoneEnding: phone.slice(-4) };
    for (let look = 0; look < 15; look += 1) await resident.read('trackOrder', key);
  });
});

describe('a telephone number', () => {
  it('finds its requests for the office of their community, however it is typed', async () => {
    const { office, supervisor, otherOffice, auditor } = here;
    const [one, other] = [await told({ phone: '+86 136-0000-7777' }), await told({ phone: '13600007777' })];
    await told({ phone: '13600007778' });
    const args = (phone: string) => ({
      filter: { phone },
      orderBy: 'OLDEST_FIRST',
      first: 10,
      atLeast: other.position,
    });
    const expected = [one, other].map(({ request }) => request.id).sort();
    for (const phone of ['13600007777', '0086 136 0000 7777', '１３６００００７７７７']) {
      const list = await office.read('requests', args(phone));
      expect(list.edges.map(({ node }: Json) => node.id).sort()).toEqual(expected);
      expect(list.totalCount).toBe(2);
    }
    expect(await otherOffice.read('requests', args('13600007777'))).toMatchObject({ edges: [], totalCount: 0 });
    for (const person of [supervisor, auditor]) {
      expect((await person.see('requests', args('13600007777'))).code).toBe('FORBIDDEN');
    }
    for (const phone of ['1', 'x']) expect((await office.see('requests', args(phone))).code).toBe('BAD_USER_INPUT');
    expect((await office.see('resolution', { filter: { phone: '13600007777' } })).code).toBe('BAD_USER_INPUT');
  });

  (isScaledOut ? it.skip : it)('finds nobody who was erased', async () => {
    const phone = newPhone();
    const { request, position } = await told({ phone });
    const found = async () => (await here.office.read('requests', { filter: { phone }, atLeast: position })).totalCount;
    expect(await found()).toBe(1);
    await erase(request.id);
    expect(await found()).toBe(0);
  });
});

describe('a partner organisation', () => {
  it('reaches the resident only while the resident agrees; a volunteer of the community always', async () => {
    const { office, volunteer, communityId, world } = here;
    const { services, foundation } = api.application;
    const registered = await office.order('registerVolunteer', { communityId, name: 'Partner' });
    const volunteerId: string = registered.volunteer.id;
    await office.order('verifyVolunteer', { volunteerId });
    await office.order('setDuty', { volunteerId, onDuty: true });
    const member = await world.member('TEAM_LEAD');
    const context = foundation.contexts.of(undefined, 'test', { commandId: newId() });
    await services.accountDesk.change(member.accountId, { type: 'LinkVolunteer', volunteerId }, context);
    const partner = new Person(api, { ...member, volunteerId });

    const { key, phone, requestId } = await placed();
    const { taskId } = (await office.order('dispatchRequest', { requestId })).request;
    const { position } = await office.order('acceptTask', { taskId, volunteerId });
    const contact = async () => (await partner.read('myTasks', { atLeast: position })).edges[0].node.contact;
    expect(await contact()).toBeNull();
    await office.order('recordPartnerConsent', { requestId, given: true });
    expect(await contact()).toMatchObject({ phone });
    await resident.order('changeOrderConsent', { ...key, consent: false });
    expect(await contact()).toBeNull();
    const given = await resident.order('changeOrderConsent', { ...key, consent: true });
    expect(given.order).toMatchObject({ consentToPartners: true });
    expect(await contact()).toMatchObject({ phone });

    const own = await here.accepted();
    const mine = await volunteer.read('myTasks', { atLeast: await here.head() });
    const node = mine.edges.map((edge: Json) => edge.node).find(({ id }: Json) => id === own.taskId);
    expect(node.contact).toMatchObject({ phone: expect.any(String) });
  });

  it('may be agreed to with the order', async () => {
    const { key } = await placed({ consentToPartners: true });
    expect(await resident.read('trackOrder', key)).toMatchObject({ consentToPartners: true });
  });
});

describe('orders from one address, or network of IPv6, are limited', () => {
  type From = (address: string) => Promise<Answer<Json>>;
  const place: From = (address) => {
    const order = { communityId: newId(), category: 'X', matter: 'M', reporter: { phone: '1' } };
    return askFrom(address, rootField('placeOrder').document, { input: { commandId: newId(), ...order } });
  };
  const track: From = (address) =>
    askFrom(address, rootField('trackOrder').document, { code: newId(), phoneEnding: '1' });

  it.each<[string, From, number, string, string]>([
    ['placed', place, 30, '203.0.113.1', '203.0.113.2'],
    ['placed', place, 30, '2001:db8:1:2::', '2001:db8:1:3::'],
    ['followed', track, 300, '2001:db8:1:4::', '2001:db8:1:5::'],
  ])('when %s', async (_done, send, most, network, neighbour) => {
    const own = (n: number) => (network.endsWith(':') ? `${network}${n.toString(16)}` : network);
    for (let sent = 0; sent < most; sent += 30) {
      const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => send(own(sent + n))));
      expect(answers.filter(({ code }) => code === 'RATE_LIMITED')).toEqual([]);
    }
    expect((await send(own(most))).code).toBe('RATE_LIMITED');
    expect((await send(neighbour)).code).not.toBe('RATE_LIMITED');
  });
});
