import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { ProjectedHouse } from '#libs/communities/testing';
import type { Instant } from '#libs/kernel';
import { dialects, expectIndexWalks, multiplyRows, plansOf } from '#libs/platform/testing';
import { foldRow, hashTables } from '#libs/projections';
import { newVolunteerId, TaskSlots, VolunteerDesk, volunteerListProjection, VolunteerQueries } from '#libs/volunteers';
import type { VolunteerCriteria, VolunteerOrder } from '#libs/volunteers';
import type { VolunteerTables } from './volunteer-list.query.ts';
import { volunteerList } from './volunteer-list.tables.ts';

const minute = (of: number) => `2026-03-01T08:${String(of).padStart(2, '0')}:00.000Z` as Instant;
const anyone = () => true;
const ON_DUTY: VolunteerOrder = { type: 'SetDuty', onDuty: true };
const VERIFY: VolunteerOrder = { type: 'VerifyVolunteer' };

describe.each(dialects)('the list of volunteers in $name', (dialect) => {
  let house: CommunityHouse;
  let desk: VolunteerDesk;
  let slots: TaskSlots;
  let projected: ProjectedHouse;
  let queries: VolunteerQueries;
  beforeEach(async () => {
    house = await CommunityHouse.open(dialect);
    desk = new VolunteerDesk(house.executor, house.catalogues);
    slots = new TaskSlots(house.store, house.vault, house.catalogues);
    projected = await house.project(volunteerListProjection);
    queries = new VolunteerQueries(projected.database.query);
  });
  afterEach(() => house.close());

  /** Registered at their minute, given these orders at minute 30. */
  async function volunteer(
    of: number,
    skills: readonly string[],
    ...orders: readonly VolunteerOrder[]
  ): Promise<string> {
    const { communityId } = house;
    const context = contextAt(minute(of));
    const details = { communityId, name: `志愿者${String(of)}`, phone: null, skills, registeredBy: 'OFFICE' } as const;
    await desk.register(details, context);
    const volunteerId = newVolunteerId(context.commandId);
    for (const order of orders) await desk.order(volunteerId, order, anyone, contextAt(minute(30)));
    return volunteerId;
  }

  async function pageThrough(criteria: Partial<VolunteerCriteria>): Promise<string[]> {
    const found: string[] = [];
    for (let after: readonly [string, string] | undefined; ;) {
      const page = await queries.list({ communityId: house.communityId, ...criteria }, { limit: 2, after });
      found.push(...page.map(({ volunteerId }) => volunteerId));
      const last = page.at(-1);
      if (!last) return found;
      after = [last.registeredAt, last.volunteerId];
    }
  }

  it('shows a volunteer as the events left it, names sealed', async () => {
    const volunteerId = await volunteer(1, ['PLUMBING'], VERIFY, ON_DUTY);
    const task = { volunteerId, communityId: house.communityId, skills: [], isHeld: async () => true };
    await slots.reserve({ ...task, taskId: '1' }, contextAt(minute(31)));
    await slots.reserve({ ...task, taskId: '2' }, contextAt(minute(31)));
    await slots.free({ volunteerId, taskId: '1' }, contextAt(minute(31)));
    await desk.order(volunteerId, { type: 'CorrectVolunteerContact', phone: '022-1' }, anyone, contextAt(minute(31)));
    await projected.catchUp();
    const row = await queries.byId(volunteerId);
    expect(row).toMatchObject({
      ...{ volunteerId, communityId: house.communityId, status: 'VERIFIED', onDuty: 1, suspendedUntil: null },
      ...{ skills: '["PLUMBING"]', openTasks: 1, registeredAt: minute(1), revision: 6 },
    });
    expect(await house.vault.open(row!.name!, house.communityId)).toBe('志愿者1');
    expect(await house.vault.open(row!.phone!, house.communityId)).toBe('022-1');
  });

  it('is found page by page under every combination of filters, with the counts to match', async () => {
    for (let of = 0; of < 12; of += 1) {
      const skills = of % 3 === 0 ? [] : of % 3 === 1 ? ['PLUMBING'] : ['PLUMBING', 'MEDIATION'];
      const orders = [...(of % 2 === 0 ? [VERIFY] : []), ...(of % 4 < 2 ? [ON_DUTY] : [])];
      const volunteerId = await volunteer(of, skills, ...orders);
      if (of === 4)
        await desk.order(
          volunteerId,
          { type: 'SuspendVolunteer', reason: '-', until: null },
          anyone,
          contextAt(minute(31)),
        );
      if (of === 5)
        await desk.order(
          volunteerId,
          { type: 'SetVolunteerSkills', skills: ['REPAIR'] },
          anyone,
          contextAt(minute(31)),
        );
    }
    await projected.catchUp();
    const all = await queries.list({ communityId: house.communityId }, { limit: 100, after: undefined });
    expect(all.map(({ registeredAt }) => registeredAt)).toEqual(Array.from({ length: 12 }, (_, of) => minute(of)));
    for (const status of [undefined, 'REGISTERED', 'VERIFIED', 'SUSPENDED'] as const) {
      for (const onDuty of [undefined, true, false]) {
        for (const skill of [undefined, 'PLUMBING', 'MEDIATION', 'REPAIR']) {
          const expected = all
            .filter((row) => status === undefined || row.status === status)
            .filter((row) => onDuty === undefined || row.onDuty === Number(onDuty))
            .filter((row) => skill === undefined || (JSON.parse(row.skills) as string[]).includes(skill))
            .map(({ volunteerId }) => volunteerId);
          expect(await pageThrough({ status, onDuty, skill })).toEqual(expected);
          expect(await queries.count({ communityId: house.communityId, status, onDuty, skill })).toBe(expected.length);
        }
      }
    }
    expect(await pageThrough({ communityId: house.streetId })).toEqual([]);
  });

  it('reads no more than a page for any combination of filters', async () => {
    for (let of = 0; of < 12; of += 1)
      await volunteer(of, ['PLUMBING', 'REPAIR'], ...(of % 3 ? [VERIFY, ON_DUTY] : []));
    await projected.catchUp();
    await multiplyRows(projected.database, 'volunteerList', 'volunteerId', 500);
    await multiplyRows(projected.database, 'volunteerSkill', 'volunteerId', 500);
    for (const status of [undefined, 'VERIFIED'] as const) {
      for (const onDuty of [undefined, true]) {
        for (const skill of [undefined, 'PLUMBING']) {
          const plans = await plansOf<VolunteerTables>(projected.database, (views) =>
            new VolunteerQueries(views).list(
              { communityId: house.communityId, status, onDuty, skill },
              { limit: 2, after: [minute(1), ''] },
            ),
          );
          expectIndexWalks(projected.database, plans);
          const steps = plans.join('\n');
          for (const [column, asked] of Object.entries({ status, onDuty, skill })) {
            if (asked !== undefined) expect(steps).toMatch(new RegExp(`\\b${column}"?( = |=)`));
          }
        }
      }
    }
  });

  it('knows who may take a task', async () => {
    const plumber = await volunteer(1, ['PLUMBING'], VERIFY, ON_DUTY);
    const both = await volunteer(2, ['MEDIATION', 'PLUMBING'], VERIFY, ON_DUTY);
    await volunteer(3, ['PLUMBING'], VERIFY);
    await volunteer(4, ['PLUMBING'], ON_DUTY);
    const suspend = (until: Instant | null) => ({ type: 'SuspendVolunteer', reason: '-', until }) as const;
    await volunteer(5, ['PLUMBING'], VERIFY, ON_DUTY, suspend(null));
    const back = await volunteer(6, ['PLUMBING'], VERIFY, ON_DUTY, suspend(minute(40)));
    await projected.catchUp();
    const eligible = async (at: Instant, ...skills: string[]) =>
      (await queries.eligible({ communityId: house.communityId, skills, at })).toSorted();
    expect(await eligible(minute(39))).toEqual([plumber, both].toSorted());
    expect(await eligible(minute(40), 'PLUMBING')).toEqual([plumber, both, back].toSorted());
    expect(await eligible(minute(40), 'PLUMBING', 'MEDIATION')).toEqual([both]);
    expect(await eligible(minute(40), 'ELECTRICS')).toEqual([]);
  });

  it('is the same when it is built anew, and when every event is applied twice', async () => {
    const volunteerId = await volunteer(1, ['PLUMBING'], VERIFY, ON_DUTY, {
      type: 'SetVolunteerSkills',
      skills: ['REPAIR'],
    });
    await volunteer(2, [], VERIFY);
    await projected.catchUp();
    const before = await hashTables(projected.database, volunteerListProjection);
    const again = await house.project(volunteerListProjection);
    expect(await hashTables(again.database, volunteerListProjection)).toBe(before);

    const { events } = await desk.order(volunteerId, { type: 'SetDuty', onDuty: false }, anyone, contextAt(minute(32)));
    const twice = events.flatMap((event) => [event, event]);
    const fold = (of: typeof events) => foldRow(volunteerListProjection, volunteerList, of, volunteerId);
    expect(fold(twice)).toEqual(fold(events));
    expect(fold(events)).toMatchObject({ onDuty: 0, revision: 4 });
  });
});
