// A resident without an account orders by web form and follows the order by its code, as the how-to says it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isScaledOut } from './harness/api.ts';
import { newId } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import { MATTER, WebOrders } from './harness/web-orders.ts';

const CODE = /^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$/;

let orders: WebOrders;

beforeAll(async () => {
  orders = await WebOrders.open();
});
afterAll(() => orders.close());

describe('an order without an account', () => {
  it('is followed from the form to the rating, and seen by the office all along', async () => {
    const { key, phone, requestId, order } = await orders.placed({ building: '3门', consentToPartners: false });
    expect(order).toMatchObject({ status: 'RAISED', category: 'SANITATION', dueAt: expect.any(String) });
    expect(key.code).toMatch(CODE);
    const track = () => orders.resident.read('trackOrder', key);
    expect(await track()).toMatchObject({ status: 'RAISED', canWithdraw: true, canChaseUp: true, canRate: false });
    const seen = await orders.here.office.read('request', { id: requestId, atLeast: order.position });
    expect(seen).toMatchObject({ channel: 'ONLINE', building: '3门', matter: MATTER, reporter: { phone } });

    const { taskId } = (await orders.here.office.order('dispatchRequest', { requestId })).request;
    await orders.here.volunteer.order('acceptTask', { taskId });
    await orders.here.volunteer.order('reportDone', { taskId, result: 'New lamp.' });
    expect(await track()).toMatchObject({ status: 'DONE', result: null, offeredAt: expect.any(String) });
    await orders.here.office.order('confirmResolution', { requestId });
    expect(await track()).toMatchObject({ status: 'RESOLVED', result: 'New lamp.', canRate: true, canWithdraw: false });

    const unhappy = { ...key, satisfaction: 'DISSATISFIED', solved: false, comment: 'It flickers.' };
    await orders.resident.order('rateOrder', unhappy);
    const { position } = await orders.resident.order('rateOrder', { ...key, satisfaction: 'SATISFIED', solved: true });
    const rating = { satisfaction: 'SATISFIED', solved: true, comment: null, ratedAt: expect.any(String) };
    expect(await track()).toMatchObject({ rating });
    const list = await orders.here.office.read('requests', { filter: { phone }, atLeast: position });
    expect(list.edges[0].node).toMatchObject({ id: requestId, rating, satisfaction: null });
  });

  it('is one order though it is sent again, and its events name nobody', async () => {
    const input = { commandId: newId(), communityId: orders.here.communityId, category: 'SANITATION', matter: MATTER };
    const send = (over: object = {}) =>
      orders.resident.send('placeOrder', { ...input, reporter: { phone: '13711110000' }, ...over });
    const [first, again] = [await send(), await send()];
    expect(again.value).toEqual(first.value);
    expect((await send({ matter: 'Another' })).code).toBe('COMMAND_ID_REUSED');
    const requestId = orders.requestIdOf(first.value.trackingCode);
    const events = (await orders.api.application.foundation.store.readStream(`request-${requestId}`)).events;
    expect(events.map(({ type }) => type)).toEqual(['RequestRaised']);
    expect(events[0]?.metadata).toMatchObject({ actorId: 'resident', actorRole: 'RESIDENT' });
  });

  it('is not taken for another one of the same command id, whatever differs', async () => {
    const neighbour = orders.resident.at({
      ask: (query, variables) => orders.askFrom('203.0.113.3', query, variables),
    });
    const reporter = { phone: '13711110000' };
    const input = { communityId: orders.here.communityId, category: 'SANITATION', matter: MATTER, reporter };
    const commandId = newId();
    const { trackingCode: code } = await neighbour.order('placeOrder', { ...input, commandId });
    const key = { code, phoneEnding: '0000' };
    for (const different of [
      ...[{ matter: 'Another' }, { building: '3门' }, { consentToPartners: true }, { category: 'NONE' }],
      ...[
        { communityId: orders.here.world.otherCommunityId },
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
      await orders.here.office.send('raiseRequest', { ...input, commandId, channel: 'PHONE' }),
      await neighbour.send('chaseUpOrder', { ...key, commandId }),
    ];
    expect(others.map((reply) => reply.code)).toEqual(Array(2).fill('COMMAND_ID_REUSED'));
    const elsewhere = await neighbour.send('placeOrder', { ...input, commandId: chaseUp.commandId });
    // An event store server knows ids within a stream only: on another one it is another command.
    expect(elsewhere.code).toBe(isScaledOut ? undefined : 'COMMAND_ID_REUSED');
  });

  it('is chased up and withdrawn, each once for each command', async () => {
    const { key, requestId } = await orders.placed();
    const chaseUp = { commandId: newId(), ...key, note: 'Still dark.' };
    const first = await orders.resident.order('chaseUpOrder', chaseUp);
    expect(await orders.resident.order('chaseUpOrder', chaseUp)).toEqual(first);
    expect(first.order).toMatchObject({ chaseUps: 1, chasedUpAt: expect.any(String) });
    const { position } = await orders.here.office.order('chaseUpRequest', { requestId, note: 'Called.' });
    const seen = await orders.here.office.read('request', { id: requestId, atLeast: position });
    expect(seen).toMatchObject({ chaseUps: 2, chaseUpNote: 'Called.' });
    const withdrawn = await orders.resident.order('withdrawOrder', { ...key, reason: 'Mended it.' });
    expect(withdrawn.order).toMatchObject({ status: 'WITHDRAWN', canChaseUp: false, declinedBecause: null });
    expect((await orders.resident.send('chaseUpOrder', key)).code).toBe('REQUEST_NOT_OPEN');
  });

  it('needs a number to be followed by, and a category there is', async () => {
    const report = { communityId: orders.here.communityId, category: 'SANITATION', matter: MATTER };
    const short = await orders.resident.send('placeOrder', { ...report, reporter: { phone: '123' } });
    expect([short.code, short.details]).toEqual(['BAD_USER_INPUT', { field: 'input.reporter.phone' }]);
    const reporter = { phone: orders.newPhone() };
    expect((await orders.resident.send('placeOrder', { ...report, reporter, category: 'NONE' })).code).toBe(
      'BAD_USER_INPUT',
    );
    const elsewhere = { ...report, reporter, communityId: newId() };
    expect((await orders.resident.send('placeOrder', elsewhere)).code).toBe('NOT_FOUND');
  });

  it('can be one the office took by telephone, and none of the paper ledger', async () => {
    const phone = orders.newPhone();
    const { trackingCode, request } = await orders.told({ phone });
    const key = { code: trackingCode, phoneEnding: phone.slice(-4) };
    expect(await orders.resident.read('trackOrder', key)).toMatchObject({ status: 'RAISED' });
    const corrected = await orders.here.office.order('correctRequest', {
      requestId: request.id,
      reporter: { phone: '13722223333' },
    });
    expect(corrected.trackingCode).toBe(trackingCode);
    expect((await orders.resident.see('trackOrder', key)).code).toBe('NOT_FOUND');
    expect(await orders.resident.read('trackOrder', { ...key, phoneEnding: '３３３３' })).toMatchObject({
      status: 'RAISED',
    });
    expect(await orders.told({ name: 'No number' })).toMatchObject({ trackingCode: null });
    expect(await orders.told({ phone }, { ledgerNumber: 'A-7' })).toMatchObject({ trackingCode: null });
  });

  (isScaledOut ? it.skip : it)('leaves its code in no file', async () => {
    const { key } = await orders.placed();
    const bare = key.code.replaceAll('-', '');
    await orders.resident.see('trackOrder', { ...key, phoneEnding: '0000' });
    await orders.here.office.read('requests', { atLeast: await orders.here.head() });
    const files = readdirSync(orders.api.directory, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
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
    const sent = await orders.api.send<Json>(body.replace('<id of the community>', orders.here.communityId));
    const again = await orders.api.ask<Json>(
      block('graphql', 'placeOrder'),
      JSON.parse(body.replace('<id of the community>', orders.here.communityId)).variables,
    );
    const { trackingCode } = sent.data.placeOrder;
    expect(again.data.placeOrder).toMatchObject({ trackingCode, status: 'RAISED' });
    const key = { code: trackingCode, phoneEnding: '1234' };
    const tracked = await orders.api.ask<Json>(block('graphql', 'trackOrder'), key);
    expect(tracked.data.trackOrder).toMatchObject({ status: 'RAISED', canChaseUp: true });
    const chased = await orders.api.ask<Json>(block('graphql', 'chaseUpOrder'), {
      input: { commandId: newId(), ...key },
    });
    expect(chased.data.chaseUpOrder.order).toEqual({ chaseUps: 1 });
  });

  it('tells a typing error from a code', () => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the document's own code that is tried
    const isTrackingCode = new Function(`${block('js', 'isTrackingCode')}; return isTrackingCode`)() as (
      typed: string,
    ) => boolean;
    const { codes } = orders.api.application.services.requestDesk;
    for (let n = 0; n < 50; n += 1) {
      const code = codes.of(newId());
      expect([isTrackingCode(code), isTrackingCode(code.toLowerCase().replaceAll('-', ' '))]).toEqual([true, true]);
      const wrong = (code.startsWith('7') ? '8' : '7') + code.slice(1);
      expect([isTrackingCode(wrong), isTrackingCode(code.slice(1))]).toEqual([false, false]);
    }
  });
});
