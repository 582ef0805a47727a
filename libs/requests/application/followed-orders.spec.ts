// Digits cannot be tried out: attempts are counted before anything is looked up, for codes that exist and others alike.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFound, RateLimited } from '#libs/kernel';
import { rateLimitsInMemory } from '#libs/platform';
import { RequestOffice } from '../testing/request-office.ts';
import { FollowedOrders } from './followed-orders.ts';

let office: RequestOffice;
let followed: FollowedOrders;
beforeAll(async () => {
  office = await RequestOffice.open();
  const { vault } = office.house;
  followed = new FollowedOrders(
    office.desk,
    vault,
    rateLimitsInMemory((key) => vault.fingerprint(key)),
  );
});
afterAll(() => office.close());

async function placed(): Promise<{ code: string; requestId: string }> {
  const context = office.context();
  await office.desk.raise(office.details(), context);
  const code = office.desk.codes.of(context.commandId);
  return { code, requestId: office.desk.codes.requestIdOf(code) };
}

describe('following an order', () => {
  it('takes the code and the end of the number', async () => {
    const { code, requestId } = await placed();
    await expect(followed.find({ code, phoneEnding: '0000' }, 'home')).resolves.toMatchObject({ requestId });
    await expect(followed.find({ code, phoneEnding: '0001' }, 'home')).rejects.toThrow(NotFound);
    await expect(followed.find({ code, phoneEnding: '' }, 'home')).rejects.toThrow(NotFound);
  });

  it('is not won by asking for all digits at once', async () => {
    const { code } = await placed();
    const endings = Array.from({ length: 11 }, (_, n) => (n === 10 ? '0000' : String(1_000 + n)));
    const outcomes = await Promise.allSettled(
      endings.map((phoneEnding) => followed.find({ code, phoneEnding }, 'away')),
    );
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
    expect(reasons.slice(0, 10).every((reason) => reason instanceof NotFound)).toBe(true);
    expect(reasons[10]).toBeInstanceOf(RateLimited);
  });

  it('is refused to nobody because they look at it many times at once', async () => {
    const { code } = await placed();
    const looks = Array.from({ length: 15 }, () => followed.find({ code, phoneEnding: '0000' }, 'home'));
    expect(await Promise.all(looks)).toHaveLength(15);
  });

  it('is limited for an address, whatever codes it tries', async () => {
    const tries = Array.from({ length: 301 }, (_, n) =>
      followed.find({ code: `none ${String(n)}`, phoneEnding: '0000' }, 'one address').catch((error: unknown) => error),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome instanceof RateLimited)).toHaveLength(1);
    const { code } = await placed();
    await expect(followed.find({ code, phoneEnding: '0000' }, 'one address')).rejects.toThrow(RateLimited);
    await expect(followed.find({ code, phoneEnding: '0000' }, 'another')).resolves.toBeDefined();
  });
});
