// Nobody learns whether a code exists, neither from answers nor from their time or the limits, and nobody can try many.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isScaledOut } from './harness/api.ts';
import type { Answer } from './harness/client.ts';
import { rootField } from './harness/documents.ts';
import { newId } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import type { OrderKey } from './harness/web-orders.ts';
import { WebOrders } from './harness/web-orders.ts';

let orders: WebOrders;

beforeAll(async () => {
  orders = await WebOrders.open();
});
afterAll(() => orders.close());

describe('whether a code exists', () => {
  /** Every way of not being the resident of an order, with keys that were not tried before. */
  const strangers: Record<string, () => Promise<OrderKey>> = {
    'a code nobody was given': async () => ({ code: unknownCode(), phoneEnding: '1234' }),
    'another number': async () => ({ code: (await orders.told()).trackingCode, phoneEnding: '9999' }),
    'no number at all': async () => ({ code: (await orders.told()).trackingCode, phoneEnding: 'abc' }),
    'one character wrong': async () => {
      const phone = orders.newPhone();
      const trackingCode: string = (await orders.told({ phone })).trackingCode;
      const last = trackingCode.endsWith('0') ? '1' : '0';
      return { code: trackingCode.slice(0, -1) + last, phoneEnding: phone.slice(-4) };
    },
    'no code': async () => ({ code: '..', phoneEnding: '1234' }),
    'a request without a code': async () => {
      const phone = orders.newPhone();
      const { request } = await orders.told({ phone }, { ledgerNumber: orders.newPhone().slice(-6) });
      return { code: request.id.slice(0, 20), phoneEnding: phone.slice(-4) };
    },
  };
  if (!isScaledOut) {
    strangers['somebody erased'] = async () => {
      const phone = orders.newPhone();
      const { trackingCode, request } = await orders.told({ phone });
      await orders.erase(request.id);
      return { code: trackingCode, phoneEnding: phone.slice(-4) };
    };
  }
  const unknownCode = () => orders.api.application.services.requestDesk.codes.of(newId());
  const mutations: Record<string, object> = {
    ...{ chaseUpOrder: {}, withdrawOrder: {}, rateOrder: { satisfaction: 'SATISFIED' } },
    changeOrderConsent: { consent: true },
  };

  it('is not told by any answer: all are the same to the byte', async () => {
    const answers = new Map<string, Set<string>>();
    const heard = (field: string, text: string) => answers.set(field, (answers.get(field) ?? new Set()).add(text));
    const before = new Set<string>();
    for (const key of Object.values(strangers)) {
      heard('trackOrder', (await orders.resident.see('trackOrder', await key())).text);
      for (const [mutation, over] of Object.entries(mutations)) {
        const input = { ...(await key()), ...over };
        const head = await orders.here.head();
        heard(mutation, (await orders.resident.send(mutation, input)).text);
        if ((await orders.here.head()) !== head) before.add(mutation);
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
        await orders.resident.see('trackOrder', key);
        (times[name] ??= []).push(performance.now() - begun);
      }
    }
    const medians = Object.values(times).map((of) => of.sort((a, b) => a - b)[4] ?? 0);
    // What is looked up takes a fraction of this, so that nothing of it shows.
    for (const median of medians) expect(median).toBeGreaterThanOrEqual(60);
    expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(60);
  });

  it('is not told by the limit of attempts, which many at once do not get around', async () => {
    const phone = orders.newPhone();
    const known = (await orders.told({ phone })).trackingCode;
    const outcomes = [];
    for (const code of [known, unknownCode()]) {
      const wrong = await Promise.all(
        Array.from({ length: 14 }, (_, n) => orders.resident.see('trackOrder', { code, phoneEnding: `x${String(n)}` })),
      );
      const right = await orders.resident.see('trackOrder', { code, phoneEnding: phone.slice(-4) });
      const codes = [...wrong, right].map((reply) => reply.code);
      const count = (of: string) => codes.filter((each) => each === of).length;
      const { message, extensions } = right.errors![0]!;
      outcomes.push([count('NOT_FOUND'), count('RATE_LIMITED'), message, Object.keys(extensions['details'] ?? {})]);
    }
    expect(outcomes[0]).toEqual([10, 5, expect.any(String), ['retryAfterSeconds']]);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('does not count against who knows it', async () => {
    const phone = orders.newPhone();
    const key = { code: (await orders.told({ phone })).trackingCode, phoneEnding: phone.slice(-4) };
    for (let look = 0; look < 15; look += 1) await orders.resident.read('trackOrder', key);
  });
});

describe('orders from one address, or network of IPv6, are limited', () => {
  type From = (address: string) => Promise<Answer<Json>>;
  const place: From = (address) => {
    const order = { communityId: newId(), category: 'X', matter: 'M', reporter: { phone: '1' } };
    return orders.askFrom(address, rootField('placeOrder').document, { input: { commandId: newId(), ...order } });
  };
  const track: From = (address) =>
    orders.askFrom(address, rootField('trackOrder').document, { code: newId(), phoneEnding: '1' });

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
