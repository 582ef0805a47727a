import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import { newVolunteerId, TaskSlots, VolunteerDesk } from '#libs/volunteers';
import type { SlotRequest } from '#libs/volunteers';

const NOW = '2026-03-01T08:00:00.000Z';
const SOON = '2026-03-01T08:01:00.001Z';
const LIMIT = 5;
const ROUNDS = 20;

describe('task slots', () => {
  let house: CommunityHouse;
  let desk: VolunteerDesk;
  let slots: TaskSlots;
  beforeEach(async () => {
    house = await CommunityHouse.open();
    desk = new VolunteerDesk(house.executor, house.catalogues);
    slots = new TaskSlots(house.store, house.vault, house.catalogues);
  });
  afterEach(() => house.close());

  async function volunteerOnDuty(): Promise<string> {
    const context = contextAt(NOW);
    const { communityId } = house;
    await desk.register({ communityId, name: '李阿姨', phone: null, skills: [], registeredBy: 'OFFICE' }, context);
    const volunteerId = newVolunteerId(context.commandId);
    await desk.order(volunteerId, { type: 'VerifyVolunteer' }, () => true, contextAt(NOW));
    await desk.order(volunteerId, { type: 'SetDuty', onDuty: true }, () => true, contextAt(NOW));
    return volunteerId;
  }

  const request = (volunteerId: string, task: number, held = true): SlotRequest => ({
    ...{ volunteerId, taskId: `task-${String(task)}`, communityId: house.communityId, skills: [] },
    isHeld: () => Promise.resolve(held),
  });

  async function openTasks(volunteerId: string): Promise<string[]> {
    return (await desk.read(volunteerId, () => true)).slots.map(({ taskId }) => taskId);
  }

  it('never exceed the limit, though N + 5 are reserved at once by two processes', async () => {
    const elsewhere = new TaskSlots(house.store, house.vault, house.catalogues);
    for (let round = 0; round < ROUNDS; round += 1) {
      const volunteerId = await volunteerOnDuty();
      const attempts = Array.from({ length: LIMIT + 5 }, (_, task) =>
        (task % 2 === 0 ? slots : elsewhere).reserve(request(volunteerId, task), contextAt(NOW)),
      );
      const results = await Promise.allSettled(attempts);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(LIMIT);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'TOO_MANY_OPEN_TASKS' });
      }
      expect(await openTasks(volunteerId)).toHaveLength(LIMIT);
    }
  });

  it("follow the community's policy", async () => {
    await house.areas.order(house.communityId, { type: 'SetPolicy', changes: { openTaskLimit: 1 } }, contextAt(NOW));
    const volunteerId = await volunteerOnDuty();
    await slots.reserve(request(volunteerId, 1), contextAt(NOW));
    await expect(slots.reserve(request(volunteerId, 2), contextAt(NOW))).rejects.toMatchObject({
      details: { limit: 1 },
    });
  });

  it('count a task once, however often it is reserved', async () => {
    const volunteerId = await volunteerOnDuty();
    const context = contextAt(NOW);
    await slots.reserve(request(volunteerId, 1), context);
    await slots.reserve(request(volunteerId, 1), context);
    await slots.reserve(request(volunteerId, 1), contextAt(NOW));
    expect(await openTasks(volunteerId)).toEqual(['task-1']);
  });

  it('can be reserved, given back and reserved again under one command id', async () => {
    const volunteerId = await volunteerOnDuty();
    const context = contextAt(NOW);
    const task = request(volunteerId, 1);
    await slots.reserve(task, context);
    await slots.free(task, context);
    expect(await openTasks(volunteerId)).toEqual([]);
    await slots.free(task, context);
    await slots.reserve(task, context);
    expect(await openTasks(volunteerId)).toEqual(['task-1']);
  });

  it('are settled at the limit once a minute old, when their tasks are not held', async () => {
    const volunteerId = await volunteerOnDuty();
    for (let task = 0; task < LIMIT; task += 1) await slots.reserve(request(volunteerId, task), contextAt(NOW));
    await expect(slots.reserve(request(volunteerId, 9, false), contextAt(NOW))).rejects.toMatchObject({
      code: 'TOO_MANY_OPEN_TASKS',
    });
    await expect(slots.reserve(request(volunteerId, 9, true), contextAt(SOON))).rejects.toMatchObject({
      code: 'TOO_MANY_OPEN_TASKS',
    });
    await slots.reserve({ ...request(volunteerId, 9), isHeld: async (task) => task === 'task-3' }, contextAt(SOON));
    expect(await openTasks(volunteerId)).toEqual(['task-3', 'task-9']);
  });

  it('are restored beyond the limit', async () => {
    const volunteerId = await volunteerOnDuty();
    for (let task = 0; task < LIMIT; task += 1) await slots.reserve(request(volunteerId, task), contextAt(NOW));
    await slots.restore(request(volunteerId, 9), contextAt(NOW));
    expect(await openTasks(volunteerId)).toHaveLength(LIMIT + 1);
  });

  it('are only for volunteers there are', async () => {
    const unknown = request('00000000-0000-4000-8000-000000000000', 1);
    await expect(slots.reserve(unknown, contextAt(NOW))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
