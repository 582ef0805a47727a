// What the desk adds to an order: its times and terms, its idempotency, and whom it admits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextAt } from '#libs/communities/testing';
import { DAY, HOUR, plus } from '#libs/kernel';
import { RequestOffice } from '../testing/request-office.ts';

let office: RequestOffice;
beforeAll(async () => {
  office = await RequestOffice.open();
});
afterAll(() => office.close());

const OPEN = { type: 'DispatchRequest', audience: { kind: 'OPEN' }, briefing: null } as const;

describe('raising a request', () => {
  it('adds the day in the community’s own time, the deadline and the catalogue’s version', async () => {
    const context = contextAt('2026-03-01T16:30:00.000Z');
    const { events, revision } = await office.desk.raise(office.details({ category: 'PLUMBING' }), context);
    expect(revision).toBe(0);
    expect(events[0]).toMatchObject({
      stream: `request-${office.desk.codes.requestIdOf(office.desk.codes.of(context.commandId))}`,
      data: { reportedOn: '2026-03-02', dueAt: '2026-03-02T16:30:00.000Z', catalogueVersion: 1, category: 'PLUMBING' },
      metadata: { communityId: office.house.communityId, occurredAt: context.occurredAt },
    });
  });

  it('answers a repeat with the first result and appends nothing', async () => {
    const context = office.context();
    const first = await office.desk.raise(office.details(), context);
    await office.order(first.events[0]?.stream.slice('request-'.length) ?? '', {
      type: 'WithdrawRequest',
      reason: null,
    });
    const again = await office.desk.raise(office.details(), { ...context, recordedAt: plus(context.recordedAt, DAY) });
    expect(first.appended).toBe(1);
    expect(again).toEqual({ ...first, appended: 0 });
  });

  it('answers a repeat with the first result, though the catalogue no longer has the category', async () => {
    const other = await RequestOffice.open();
    const { house } = other;
    const context = other.context();
    const first = await other.desk.raise(other.details({ category: 'PLUMBING' }), context);
    const entries = (await house.catalogues.of(house.communityId)).entries.filter(
      ({ category }) => category !== 'PLUMBING',
    );
    await house.areas.order(house.communityId, { type: 'PublishCatalogue', entries }, other.context());
    const { occurredAt, recordedAt } = other.context();
    const again = other.desk.raise(other.details({ category: 'PLUMBING' }), { ...context, occurredAt, recordedAt });
    await expect(again).resolves.toMatchObject({ revision: 0, position: first.position, appended: 0 });
    await other.close();
  });

  it('appends once when the same command arrives eight times at once', async () => {
    const context = office.context();
    const results = await Promise.all(Array.from({ length: 8 }, () => office.desk.raise(office.details(), context)));
    expect(results.reduce((sum, { appended }) => sum + appended, 0)).toBe(1);
    expect(new Set(results.map(({ position }) => position)).size).toBe(1);
  });

  it('refuses the same id for another command or from another sender', async () => {
    const context = office.context();
    await office.desk.raise(office.details(), context);
    const reused = { name: 'CommandIdReused' };
    await expect(office.desk.raise(office.details(), { ...context, commandHash: 'another' })).rejects.toMatchObject(
      reused,
    );
    const actor = { accountId: 'someone-else', role: 'OFFICE' };
    await expect(office.desk.raise(office.details(), { ...context, actor })).rejects.toMatchObject(reused);
  });

  it('needs a community and a category there are', async () => {
    const nowhere = office.details({ communityId: '00000000-0000-4000-8000-000000000000' });
    await expect(office.desk.raise(nowhere, office.context())).rejects.toMatchObject({ name: 'NotFound' });
    const unknown = office.details({ category: 'FLYING' });
    await expect(office.desk.raise(unknown, office.context())).rejects.toMatchObject({
      ...{ name: 'InvalidInput', details: { field: 'category' } },
    });
  });

  it('leaves no personal text in clear in any file', async () => {
    const canary = '只有我知道的秘密';
    const reporter = { name: canary, phone: canary, address: canary };
    const requestId = await office.raise({ reporter, matter: canary });
    await office.order(requestId, { ...OPEN, briefing: canary });
    await office.order(requestId, { type: 'WithdrawRequest', reason: canary });
    const files = readdirSync(office.house.directory);
    expect(files).toContain('events.db');
    for (const file of files) expect(readFileSync(join(office.house.directory, file)).includes(canary)).toBe(false);
  });
});

describe('an order', () => {
  it('finds only requests its sender is admitted to', async () => {
    const requestId = await office.raise();
    const withdraw = { type: 'WithdrawRequest', reason: null } as const;
    const absent = { name: 'NotFound' };
    await expect(office.desk.order(requestId, withdraw, () => false, office.context())).rejects.toMatchObject(absent);
    await expect(office.order('00000000-0000-4000-8000-000000000000', withdraw)).rejects.toMatchObject(absent);
    expect((await office.desk.load(requestId)).state.status).toBe('RAISED');
  });

  it('with a stale revision is a conflict that names the revision now, and takes no slot', async () => {
    const volunteerId = await office.volunteer();
    const { requestId, taskId } = await office.offer();
    await office.order(requestId, { type: 'CorrectRequest', building: '12门' });
    const conflict = { name: 'Conflict', details: { currentRevision: 2 } };
    const stale = office.context({ expectedRevision: 1 });
    const accept = { type: 'AcceptTask', taskId, volunteerId } as const;
    await expect(office.order(requestId, accept, stale)).rejects.toMatchObject(conflict);
    expect(await office.slotsOf(volunteerId)).toEqual([]);
    await office.order(requestId, accept, office.context({ expectedRevision: 2 }));
    expect(await office.slotsOf(volunteerId)).toEqual([taskId]);
  });

  it('that is refused says which rule, and appends nothing', async () => {
    const requestId = await office.raise();
    const refused = office.order(requestId, { type: 'SendBack', reason: 'Not dry.' });
    await expect(refused).rejects.toMatchObject({ name: 'Rejected', code: 'NOT_IN_THIS_STATE' });
    expect((await office.desk.load(requestId)).revision).toBe(0);
  });

  it('to dispatch takes skills and time to accept from the catalogue and the policy, unless given', async () => {
    const context = office.context();
    const requestId = await office.raise({ category: 'PLUMBING' });
    const open = await office.order(requestId, OPEN, context);
    const acceptBy = plus(context.occurredAt, 24 * HOUR);
    expect(open.events.at(-1)?.data).toMatchObject({ skills: ['PLUMBING'], acceptBy });
    await office.order(requestId, { type: 'RecallOffer', reason: 'Better one.' });
    const later = office.context();
    const audience = { kind: 'DIRECTED', volunteerId: await office.volunteer() } as const;
    const directed = await office.order(requestId, { ...OPEN, audience, skills: [] }, later);
    expect(directed.events.at(-1)?.data).toMatchObject({ skills: [], acceptBy: plus(later.occurredAt, 2 * HOUR) });
  });

  it('to correct the category moves the deadline, counted from the report; the same category does not', async () => {
    const raised = office.context();
    const { events } = await office.desk.raise(office.details(), raised);
    const requestId = events[0]?.stream.slice('request-'.length) ?? '';
    const dueAfter = async (category: string) => {
      const { state } = await office.order(requestId, { type: 'CorrectRequest', category });
      return state.status === 'NONE' ? undefined : state.dueAt;
    };
    expect(await dueAfter('PARKING')).toBe(plus(raised.occurredAt, 7 * DAY));
    expect(await dueAfter('PLUMBING')).toBe(plus(raised.occurredAt, DAY));
    await expect(dueAfter('FLYING')).rejects.toMatchObject({ details: { field: 'category' } });
  });

  it('that meets another one is completed by what is true when it is carried out', async () => {
    const requestId = await office.raise({ category: 'PARKING' });
    const correct = { type: 'CorrectRequest', category: 'PLUMBING' } as const;
    const [, dispatched] = await Promise.all([office.order(requestId, correct), office.order(requestId, OPEN)]);
    expect(dispatched.events.at(-1)?.data).toMatchObject({ category: 'PLUMBING', skills: ['PLUMBING'] });
  });

  it('is measured by the catalogue in force at the report, though another was published since', async () => {
    const { house } = office;
    const { entries } = await house.catalogues.of(house.communityId);
    const publish = async (resolveWithin: number) => {
      const all = entries.map((entry) => ({ ...entry, resolveWithin }));
      await house.areas.order(house.communityId, { type: 'PublishCatalogue', entries: all }, office.context());
    };
    await publish(HOUR);
    const reported = office.context();
    await publish(2 * HOUR);
    const late = { ...reported, recordedAt: office.context().recordedAt };
    const { events } = await office.desk.raise(office.details(), late);
    expect(events[0]?.data).toMatchObject({ catalogueVersion: 2, dueAt: plus(reported.occurredAt, HOUR) });
    const requestId = events[0]?.stream.slice('request-'.length) ?? '';
    const { state } = await office.order(requestId, { type: 'CorrectRequest', category: 'PLUMBING' });
    expect(state).toMatchObject({ category: 'PLUMBING', dueAt: plus(reported.occurredAt, HOUR) });
    const now = office.context();
    const fresh = await office.desk.raise(office.details(), now);
    expect(fresh.events[0]?.data).toMatchObject({ catalogueVersion: 3, dueAt: plus(now.occurredAt, 2 * HOUR) });
  });

  it('to place in follow-up reviews no earlier than today in the community', async () => {
    const place = async (reviewOn: string) => {
      const requestId = await office.raise({ category: 'PLUMBING' });
      const order = { type: 'PlaceInFollowUp', reason: 'r', plan: 'p', reviewOn } as const;
      return office.order(requestId, order, contextAt('2026-03-05T16:30:00.000Z'));
    };
    await expect(place('2026-03-05')).rejects.toMatchObject({ code: 'REVIEW_DATE_IN_PAST' });
    expect((await place('2026-03-06')).state.status).toBe('FOLLOW_UP');
  });
});
