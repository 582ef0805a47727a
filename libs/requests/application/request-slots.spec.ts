// One winner per offer and never more open tasks than allowed, however many accept at once; and after every order a
// volunteer's slots are exactly the tasks they hold.
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandContext } from '#libs/kernel';
import type { Order } from './request.orders.ts';
import { RequestOffice } from '../testing/request-office.ts';

const LIMIT = 5;
const ROUNDS = 10;

let office: RequestOffice;
beforeAll(async () => {
  office = await RequestOffice.open();
});
afterAll(() => office.close());

interface Task {
  readonly requestId: string;
  readonly taskId: string;
  readonly volunteerId: string;
}

const accept = ({ requestId, taskId, volunteerId }: Task, context?: CommandContext) =>
  office.order(requestId, { type: 'AcceptTask', taskId, volunteerId }, context);
const work = (type: 'StartTask' | 'ReportDone' | 'ReleaseTask', { taskId, volunteerId }: Task): Order => ({
  type,
  taskId,
  volunteerId,
  reason: 'r',
  result: 'r',
});
const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled' ? 'won' : (result.reason as { code?: string }).code;

async function taken(volunteerId?: string): Promise<Task> {
  const task = { ...(await office.offer()), volunteerId: volunteerId ?? (await office.volunteer()) };
  await accept(task);
  return task;
}

describe('an offer accepted by many at once', () => {
  it('has one winner; the others are told so and hold nothing', async () => {
    const volunteers = await Promise.all(Array.from({ length: 8 }, () => office.volunteer()));
    for (let round = 0; round < ROUNDS; round += 1) {
      const offer = await office.offer();
      const results = await Promise.allSettled(volunteers.map((volunteerId) => accept({ ...offer, volunteerId })));
      const codes = results.map(codeOf);
      expect(codes.filter((code) => code === 'won')).toHaveLength(1);
      expect(codes.filter((code) => code === 'TASK_ALREADY_ACCEPTED')).toHaveLength(7);
      const winner = volunteers[codes.indexOf('won')] ?? '';
      for (const volunteerId of volunteers) {
        expect(await office.slotsOf(volunteerId)).toEqual(volunteerId === winner ? [offer.taskId] : []);
      }
      await office.order(offer.requestId, work('ReportDone', { ...offer, volunteerId: winner }));
    }
  });

  it('by one volunteer twice is accepted once, and the slot stays', async () => {
    const volunteerId = await office.volunteer();
    for (let round = 0; round < LIMIT; round += 1) {
      const task = { ...(await office.offer()), volunteerId };
      const results = await Promise.allSettled([accept(task), accept(task), accept(task)]);
      expect(results.map(codeOf).sort()).toEqual(['TASK_ALREADY_ACCEPTED', 'TASK_ALREADY_ACCEPTED', 'won']);
      expect(await office.slotsOf(volunteerId)).toContain(task.taskId);
    }
  });

  it('under one command id is accepted once, and every call gets the same answer', async () => {
    const task = { ...(await office.offer()), volunteerId: await office.volunteer() };
    const context = office.context();
    const results = await Promise.all([accept(task, context), accept(task, context), accept(task, context)]);
    expect(new Set(results.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect(results.reduce((sum, { appended }) => sum + appended, 0)).toBe(1);
    expect(await office.slotsOf(task.volunteerId)).toEqual([task.taskId]);
  });

  it('is refused to who may not take it, with a code of its own and no slot', async () => {
    const volunteerId = await office.volunteer();
    const plumbing = await office.offer(await office.raise({ category: 'PLUMBING' }));
    await expect(accept({ ...plumbing, volunteerId })).rejects.toMatchObject({ code: 'SKILL_MISSING' });
    await office.volunteers.order(volunteerId, { type: 'SetDuty', onDuty: false }, () => true, office.context());
    await expect(accept({ ...plumbing, volunteerId })).rejects.toMatchObject({ code: 'VOLUNTEER_OFF_DUTY' });
    expect(await office.slotsOf(volunteerId)).toEqual([]);
    expect((await office.desk.load(plumbing.requestId)).state.status).toBe('OFFERED');
  });
});

describe('a volunteer’s limit', () => {
  it('is never exceeded, though N + 5 tasks are accepted at once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const volunteerId = await office.volunteer();
      const offers = await Promise.all(Array.from({ length: LIMIT + 5 }, () => office.offer()));
      const results = await Promise.allSettled(offers.map((offer) => accept({ ...offer, volunteerId })));
      expect(results.map(codeOf).filter((code) => code === 'won')).toHaveLength(LIMIT);
      expect(results.map(codeOf).filter((code) => code === 'TOO_MANY_OPEN_TASKS')).toHaveLength(5);
      const won = offers.filter((_, index) => results[index]?.status === 'fulfilled').map(({ taskId }) => taskId);
      expect((await office.slotsOf(volunteerId)).sort()).toEqual(won.sort());
    }
  });

  it('counts no slot that a crash left behind without its task', async () => {
    const volunteerId = await office.volunteer();
    const { communityId } = office.house;
    for (let n = 0; n < LIMIT; n += 1) {
      const { taskId } = await office.offer();
      const slot = { volunteerId, taskId, communityId, skills: [], isHeld: () => Promise.resolve(true) };
      await office.slots.reserve(slot, office.context());
    }
    office.pass(2);
    const task = { ...(await office.offer()), volunteerId };
    await accept(task);
    expect(await office.slotsOf(volunteerId)).toContain(task.taskId);
    expect((await office.slotsOf(volunteerId)).length).toBeLessThanOrEqual(LIMIT);
  });
});

describe('a slot', () => {
  const ends: Record<string, (task: Task) => Order> = {
    released: (task) => work('ReleaseTask', task),
    done: (task) => work('ReportDone', task),
    withdrawn: () => ({ type: 'WithdrawRequest', reason: null }),
  };

  it.each(Object.keys(ends))('is free again when the task is %s', async (end) => {
    const task = await taken();
    await office.order(task.requestId, work('StartTask', task));
    expect(await office.slotsOf(task.volunteerId)).toEqual([task.taskId]);
    await office.order(task.requestId, ends[end]?.(task) as Order);
    expect(await office.slotsOf(task.volunteerId)).toEqual([]);
  });

  it('is taken again when the work is sent back, beyond the limit if need be', async () => {
    const task = await taken();
    await office.order(task.requestId, work('ReportDone', task));
    for (let n = 0; n < LIMIT; n += 1) await taken(task.volunteerId);
    await office.order(task.requestId, { type: 'SendBack', reason: 'Not dry.' });
    expect(await office.slotsOf(task.volunteerId)).toHaveLength(LIMIT + 1);
    expect(await office.slotsOf(task.volunteerId)).toContain(task.taskId);
  });

  it('is not given back by a repeat of a release, when another has the request now', async () => {
    const first = await taken();
    const release = office.context();
    await office.order(first.requestId, work('ReleaseTask', first), release);
    const second = { ...(await office.offer(first.requestId)), volunteerId: await office.volunteer() };
    await accept(second);
    await office.order(first.requestId, work('ReleaseTask', first), release);
    expect(await office.slotsOf(second.volunteerId)).toEqual([second.taskId]);
  });

  it('is not taken by a repeat of an accept, when the task is released already', async () => {
    const task = { ...(await office.offer()), volunteerId: await office.volunteer() };
    const context = office.context();
    await accept(task, context);
    await office.order(task.requestId, work('ReleaseTask', task));
    await accept(task, context);
    expect(await office.slotsOf(task.volunteerId)).toEqual([]);
  });

  it('is not given back by a repeat of a report, when the work was sent back since', async () => {
    const task = await taken();
    const report = office.context();
    await office.order(task.requestId, work('ReportDone', task), report);
    await office.order(task.requestId, { type: 'SendBack', reason: 'Not dry.' });
    await office.order(task.requestId, work('ReportDone', task), report);
    expect(await office.slotsOf(task.volunteerId)).toEqual([task.taskId]);
  });

  it('is given back by the repeat of a command that was cut short before it did so', async () => {
    const task = await taken();
    const release = office.context();
    await office.order(task.requestId, work('ReleaseTask', task), release);
    await office.slots.restore(task, office.context());
    await office.order(task.requestId, work('ReleaseTask', task), release);
    expect(await office.slotsOf(task.volunteerId)).toEqual([]);
  });

  it('is held exactly for the task held, wherever a withdrawal meets the accept', async () => {
    const statuses = new Set<string>();
    for (let turns = 0; turns < 24; turns += 1) {
      const task = { ...(await office.offer()), volunteerId: await office.volunteer() };
      const accepting = accept(task);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      const withdrawing = office.order(task.requestId, { type: 'WithdrawRequest', reason: null });
      const [accepted] = await Promise.allSettled([accepting, withdrawing]);
      statuses.add(accepted.status);
      expect((await office.desk.load(task.requestId)).state.status).toBe('WITHDRAWN');
      expect(await office.slotsOf(task.volunteerId)).toEqual([]);
    }
    expect(statuses.size).toBe(2);
  });
});
