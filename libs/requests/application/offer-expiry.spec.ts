// Offers that ran out are recorded by themselves, once, and never one that still stands.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { ProjectedHouse } from '#libs/communities/testing';
import type { Clock, Instant } from '#libs/kernel';
import { newVolunteerId, TaskSlots, VolunteerDesk } from '#libs/volunteers';
import { taskBoardProjection } from '../read-models/task-board.projection.ts';
import type { TaskViews } from '../read-models/task-board.query.ts';
import { TaskQueries } from '../read-models/task-board.query.ts';
import { OfferExpiry } from './offer-expiry.ts';
import { RequestDesk } from './request.desk.ts';

const RAISED_AT = '2026-03-01T08:00:00.000Z';
const DIRECTED_UNTIL = '2026-03-01T10:00:00.000Z';
const anyone = () => true;

describe('the expiry of offers', () => {
  let house: CommunityHouse;
  let projected: ProjectedHouse;
  let desk: RequestDesk;
  let now = RAISED_AT as Instant;
  const clock: Clock = { now: () => now };
  let expiry: OfferExpiry;
  let volunteerId: string;

  beforeEach(async () => {
    house = await CommunityHouse.open();
    projected = await house.project(taskBoardProjection);
    desk = new RequestDesk({
      ...{ executor: house.executor, catalogues: house.catalogues, vault: house.vault },
      slots: new TaskSlots(house.store, house.vault, house.catalogues),
    });
    const registration = contextAt(RAISED_AT);
    const person = {
      name: '安娜',
      phone: null,
      skills: [],
      registeredBy: 'OFFICE',
      communityId: house.communityId,
    } as const;
    await new VolunteerDesk(house.executor, house.catalogues).register(person, registration);
    volunteerId = newVolunteerId(registration.commandId);
    const tasks = new TaskQueries(projected.database.query as Kysely<TaskViews>);
    const overdue = (time: string, limit: number) => tasks.overdueOffers(time, limit);
    const fingerprint = (payload: { readonly taskId: string }) => house.vault.fingerprint(payload);
    expiry = new OfferExpiry({ desk, overdue, clock, fingerprint });
  });

  afterEach(async () => {
    await house.close();
  });

  /** Raised and offered to one volunteer, who has two hours by the community's policy. */
  async function offered(recordedAt = RAISED_AT): Promise<string> {
    const reporter = { name: null, phone: null, address: null };
    const matter = {
      channel: 'PHONE',
      category: 'PLUMBING',
      building: null,
      ledgerNumber: null,
      matter: '漏水',
    } as const;
    const { state } = await desk.raise({ ...matter, reporter, communityId: house.communityId }, contextAt(RAISED_AT));
    if (state.status === 'NONE') throw new Error('not raised');
    const audience = { kind: 'DIRECTED', volunteerId } as const;
    const order = { type: 'DispatchRequest', audience, briefing: null } as const;
    await desk.order(state.requestId, order, anyone, { ...contextAt(RAISED_AT), recordedAt: recordedAt as Instant });
    await projected.catchUp();
    return state.requestId;
  }

  it('leaves an offer alone until the last moment to accept has passed', async () => {
    const requestId = await offered();
    now = DIRECTED_UNTIL as Instant;
    expect(await expiry.run()).toBe(0);
    expect((await desk.load(requestId)).state.status).toBe('OFFERED');
  });

  it('records it as of that moment, and only once', async () => {
    const requestId = await offered();
    now = '2026-03-01T10:00:00.001Z' as Instant;
    expect(await expiry.run()).toBe(1);
    expect(await expiry.run()).toBe(0);
    const { state, events } = await desk.load(requestId);
    expect(state.status).toBe('RAISED');
    expect(events.at(-1)).toMatchObject({ type: 'OfferExpired', data: { at: DIRECTED_UNTIL } });
  });

  it('leaves one that was entered late to who is entering it, for a minute', async () => {
    const requestId = await offered('2026-04-01T08:00:00.000Z');
    now = '2026-04-01T08:00:59.000Z' as Instant;
    expect(await expiry.run()).toBe(0);
    expect((await desk.load(requestId)).state.status).toBe('OFFERED');
    now = '2026-04-01T08:01:00.000Z' as Instant;
    expect(await expiry.run()).toBe(1);
  });

  it('passes over an offer that somebody recalled meanwhile', async () => {
    const requestId = await offered();
    await desk.order(requestId, { type: 'RecallOffer', reason: '改期' }, anyone, contextAt(RAISED_AT));
    now = '2026-03-02T10:00:00.000Z' as Instant;
    expect(await expiry.run()).toBe(0);
  });
});
