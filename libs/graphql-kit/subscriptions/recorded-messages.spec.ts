// Nobody is told personal data by a subscription before it is recorded that they are, and what cannot be recorded is told to
// nobody.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import type { Collector } from '../testing/index.ts';
import { closeHubs, openHub, SOMEBODY, upTo } from '../testing/index.ts';

afterEach(closeHubs);

describe('the subscription hub with messages that show personal data', () => {
  const recording = async (write: (accounts: string[], to: Collector[]) => Promise<void>) => {
    const all: Collector[] = [];
    const house = await openHub({
      disclose: async (viewers) => {
        await write(
          viewers.map(({ accountId }) => accountId),
          all,
        );
      },
    });
    const join = async (accountId: string, after?: Position) => {
      const { to } = await house.subscribe(after);
      to.viewer = { ...SOMEBODY, accountId };
      all.push(to);
      return to;
    };
    return { ...house, join };
  };

  it('records all who are told, each once, before any of them is', async () => {
    const written: unknown[] = [];
    const { append, start, join } = await recording(async (accounts, all) => {
      await new Promise((resolve) => setImmediate(resolve));
      written.push([accounts.sort(), all.map(({ told }) => told.length)]);
    });
    await start();
    const to = [await join('a'), await join('b'), await join('b')];
    await append(2);
    for (const each of to) await each.until(2);
    expect(written).toEqual([
      [
        ['a', 'b'],
        [0, 0, 0],
      ],
      [
        ['a', 'b'],
        [1, 1, 1],
      ],
    ]);
    expect(to.map(({ told }) => told)).toEqual([upTo(2), upTo(2), upTo(2)]);
  });

  it('tells them in order, without gap or duplicate, when recording fails once', async () => {
    let failures = 1;
    const { append, start, join, counts } = await recording(async () => {
      failures -= 1;
      if (failures >= 0) throw new Unavailable('The disk is full.');
    });
    await start();
    const to = await join('a');
    await append(3);
    await to.until(3);
    expect({ told: to.told, errors: to.errors, reports: counts.reports }).toEqual({
      told: upTo(3),
      errors: [],
      reports: 1,
    });
  });

  it('tells nothing, and ends the subscription for a resumption, where it cannot be recorded', async () => {
    const { append, start, join } = await recording(async () => {
      throw new Unavailable('The disk is full.');
    });
    await append(1);
    await start();
    const late = await join('late', START_OF_LOG);
    const live = await join('live');
    await append(1);
    await Promise.all([late.failed, live.failed]);
    expect([late, live].map(({ told, errors }) => [told, errors.length])).toEqual([
      [[], 1],
      [[], 1],
    ]);
    expect(live.errors[0]).toBeInstanceOf(Unavailable);
  });
});
