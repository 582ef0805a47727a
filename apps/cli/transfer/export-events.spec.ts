// What is written to a file of events, and what is not.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '#libs/event-store';
import { deterministicId } from '#libs/event-store';
import { START_OF_LOG } from '#libs/kernel';
import { eventOf, LogHouse } from '../testing/log-house.ts';

describe('a log that others have written into', () => {
  const id = deterministicId('stream', 'foreign');
  const foreign = (index: number) => ({ ...eventOf(index), metadata: { version: 0 } as never });
  let house: LogHouse;
  let log: EventStore;
  let positions: string[];
  beforeEach(async () => {
    house = new LogHouse();
    log = await house.written(8);
    positions = [];
    for (const [index, stream] of [`request-${id}`, 'request-canary'].entries()) {
      const { position } = await log.append(stream, [foreign(100 + index)], { expected: 'no-stream' });
      positions.push(position);
    }
    await log.append(`area-${id}`, [eventOf(200)], { expected: 'no-stream' });
  });
  afterEach(() => house.remove());

  it('is not exported as it is: it is said where all their events are, without a name others gave', async () => {
    await expect(house.exported(log)).rejects.toThrow(
      `did not write: position ${positions[0]!} (revision 0 of request-${id}), position ${positions[1]!} (revision 0 of a stream of category request). `,
    );
    await expect(house.exported(log, positions.slice(0, 1))).rejects.toThrow(
      `did not write: position ${positions[1]!} `,
    );
  });

  it('is moved without them where an operator says so, and the file tells', async () => {
    const text = await house.exported(log, positions);
    const [first = ''] = text.split('\n');
    expect(JSON.parse(first)).toMatchObject({ count: 9, leftOut: positions });
    const store = house.open();
    expect(await house.imported(text, store)).toEqual({ known: 0, appended: 9 });
    const body = (of: string) => of.slice(of.indexOf('\n'));
    expect(body(await house.exported(store))).toBe(body(text));
  });

  it('is never moved without an event of our own', async () => {
    const { events } = await log.readAll({ after: START_OF_LOG, limit: 1 });
    for (const position of [events[0]!.position, '1'])
      await expect(house.exported(log, [...positions, position])).rejects.toThrow('or it is one of Bangbangwo’s own');
  });
});
