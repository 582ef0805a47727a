// Every way a request can take beside the straight one, over GraphQL: what stands afterwards, and who may go on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { Neighbourhood, REPORTER } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';
import { instantFromNow } from './harness/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let api: Api;
let here: Neighbourhood;
let office: Person;
let volunteer: Person;
let otherVolunteer: Person;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
  ({ office, volunteer, otherVolunteer } = here);
});

afterAll(() => api.stop());

/** A local day some days from now, and one that is over in every time zone. */
const day = (days: number) => instantFromNow(days * DAY).slice(0, 10);
const seen = async (id: string): Promise<Json> => office.read('request', { id, atLeast: await here.head() });
const offersTo = async (person: Person): Promise<string[]> => {
  const { edges } = await person.read('tasks', { first: 100, atLeast: await here.head() });
  return edges.map(({ node }: Json) => node.id);
};
const eventsOf = async (id: string): Promise<Json[]> =>
  (await api.application.foundation.store.readStream(`request-${id}`)).events as Json[];

describe('before anyone accepts', () => {
  it('a correction keeps what it does not name, and its category sets the due time', async () => {
    const { id, dueAt } = await here.offer();
    const reporter = { name: 'Corrected', phone: null };
    const { request } = await office.order('correctRequest', { requestId: id, category: 'PLUMBING', reporter });
    expect(request).toMatchObject({ status: 'OFFERED', category: 'PLUMBING', channel: 'PHONE' });
    expect(request.reporter).toEqual({ name: 'Corrected', phone: null, address: null });
    expect(Date.parse(dueAt) - Date.parse(request.dueAt)).toBe(6 * DAY);
    const { task } = await volunteer.order('acceptTask', { taskId: request.taskId });
    expect(task).toMatchObject({ category: 'PLUMBING', dueAt: request.dueAt, contact: { name: 'Corrected' } });
    await volunteer.order('releaseTask', { taskId: request.taskId, reason: 'Enough' });
  });

  it('a recalled offer ends for everyone, and the request can be offered again', async () => {
    const { id, taskId } = await here.offer();
    expect(await offersTo(volunteer)).toContain(taskId);
    const { request } = await office.order('recallOffer', { requestId: id, reason: 'Too early' });
    expect(request).toMatchObject({ status: 'RAISED', revision: 2 });
    expect(await offersTo(volunteer)).not.toContain(taskId);
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_RECALLED');
    const again = (await office.order('dispatchRequest', { requestId: id })).request;
    expect(again.taskId).toBe(`${id}.2`);
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_RECALLED');
  });

  it('declining an open offer takes it from nobody else', async () => {
    const { id, taskId } = await here.offer();
    expect((await volunteer.order('declineTask', { taskId, reason: 'No time' })).task.status).toBe('OFFERED');
    expect(await offersTo(volunteer)).not.toContain(taskId);
    expect(await offersTo(otherVolunteer)).toContain(taskId);
    await otherVolunteer.order('acceptTask', { taskId });
    expect((await volunteer.send('declineTask', { taskId })).code).toBe('TASK_ALREADY_ACCEPTED');
    await otherVolunteer.order('releaseTask', { taskId, reason: 'Enough' });
    expect(await seen(id)).toMatchObject({ status: 'RAISED' });
  });

  it('an offer to one volunteer is for that one; declined, it goes back to the office', async () => {
    const { id, taskId } = await here.offer({ volunteerId: volunteer.volunteerId });
    expect(await offersTo(volunteer)).toContain(taskId);
    expect(await offersTo(otherVolunteer)).not.toContain(taskId);
    expect((await otherVolunteer.send('acceptTask', { taskId })).code).toBe('OFFER_NOT_FOR_YOU');
    const { task } = await volunteer.order('declineTask', { taskId });
    expect(task).toMatchObject({ status: 'DECLINED', directed: true, mine: false });
    expect(await seen(id)).toMatchObject({ status: 'RAISED' });
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_DECLINED');
  });

  it('declined or withdrawn, it is closed, and says so', async () => {
    const [declined, withdrawn] = [await here.offer(), await here.offer()];
    const first = (await office.order('declineRequest', { requestId: declined.id, reason: 'Not ours' })).request;
    expect(first).toMatchObject({ status: 'DECLINED', closingReason: 'Not ours' });
    const second = (await office.order('withdrawRequest', { requestId: withdrawn.id, reason: 'Mended' })).request;
    expect(second).toMatchObject({ status: 'WITHDRAWN', closingReason: 'Mended' });
    for (const { id, taskId } of [declined, withdrawn]) {
      expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_RECALLED');
      expect((await office.send('dispatchRequest', { requestId: id })).code).toBe('REQUEST_NOT_OPEN');
      expect((await office.send('reopenRequest', { requestId: id, reason: '-' })).code).toBe('REQUEST_NOT_OPEN');
    }
  });

  it('withdrawn from under a volunteer, it takes the contact with it', async () => {
    const { id, taskId } = await here.accepted();
    await office.order('withdrawRequest', { requestId: id });
    const { edges } = await volunteer.read('myTasks', { status: ['CLOSED'], first: 100, atLeast: await here.head() });
    expect(edges.find(({ node }: Json) => node.id === taskId)?.node.contact).toBeNull();
    expect((await volunteer.send('reportDone', { taskId, result: '-' })).code).toBe('REQUEST_NOT_OPEN');
  });
});

describe('rework', () => {
  it('sent back, it is the same volunteer’s again, contact included', async () => {
    const { id, taskId } = await here.done();
    const { request } = await office.order('sendBack', { requestId: id, reason: 'Still dark' });
    expect(request).toMatchObject({ status: 'IN_PROGRESS', reworks: 1, volunteerId: volunteer.volunteerId });
    const { task } = await volunteer.order('recordProgress', { taskId, note: 'On it' });
    expect(task.contact).toMatchObject({ phone: REPORTER.phone });
    await volunteer.order('reportDone', { taskId, result: 'Bright' });
    expect((await office.order('confirmResolution', { requestId: id })).request).toMatchObject({ result: 'Bright' });
  });

  it('three times reopened, it escalates by itself, once', async () => {
    const { id } = await here.resolved();
    for (const reworks of [1, 2, 3, 4]) {
      const { request } = await office.order('reopenRequest', { requestId: id, reason: 'Again' });
      expect(request).toMatchObject({ status: 'RAISED', reworks, resolvedAt: null });
      expect(request.escalatedAt !== null).toBe(reworks >= 3);
      const { taskId } = (await office.order('dispatchRequest', { requestId: id })).request;
      await volunteer.order('acceptTask', { taskId });
      await volunteer.order('reportDone', { taskId, result: 'Mended' });
      await office.order('confirmResolution', { requestId: id });
    }
    const escalations = (await eventsOf(id)).filter(({ type }) => type === 'RequestEscalated');
    expect(escalations.map(({ data }) => [data.cause, data.count])).toEqual([['REWORKS', 3]]);
  });
});

describe('follow-up', () => {
  const plan = { reason: 'No spare part', plan: 'Order it', reviewOn: day(30) };

  it('holds a request with its plan, through reviews, until it goes back to be dispatched', async () => {
    const { id, taskId } = await here.offer();
    const placed = (await office.order('placeInFollowUp', { requestId: id, ...plan })).request;
    expect(placed).toMatchObject({ status: 'FOLLOW_UP', followUpReason: 'No spare part', followUpPlan: 'Order it' });
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_RECALLED');
    const review = { requestId: id, note: 'Ordered', reviewOn: day(40) };
    expect((await office.order('recordFollowUp', review)).request.reviewOn).toBe(day(40));
    expect((await office.send('recordFollowUp', { ...review, reviewOn: day(-2) })).code).toBe('REVIEW_DATE_IN_PAST');
    const resumed = (await office.order('resumeFromFollowUp', { requestId: id, reason: 'Here' })).request;
    expect(resumed).toMatchObject({ status: 'RAISED', reviewOn: null });
    const { request } = await office.order('dispatchRequest', { requestId: id });
    expect(request.taskId).toBe(`${id}.2`);
  });

  it('ends resolved only with a result', async () => {
    const { id } = await here.raise();
    expect((await office.send('placeInFollowUp', { requestId: id, ...plan, reviewOn: day(-2) })).code).toBe(
      'REVIEW_DATE_IN_PAST',
    );
    await office.order('placeInFollowUp', { requestId: id, ...plan });
    expect((await office.send('confirmResolution', { requestId: id })).code).toBe('RESULT_REQUIRED');
    const { request } = await office.order('confirmResolution', { requestId: id, result: 'The part came' });
    expect(request).toMatchObject({ status: 'RESOLVED', result: 'The part came', volunteerId: null, taskId: null });
  });
});

describe('entered late by the office for a volunteer', () => {
  it('keeps when it happened apart from when it was learnt, in the order of the log', async () => {
    const at = (minutes: number) => instantFromNow(-minutes * MINUTE);
    const times = [at(600), at(500), at(400), at(300), at(200), at(100)];
    const registration = { communityId: here.communityId, name: 'Long here', occurredAt: at(1_000) };
    const volunteerId = (await office.order('registerVolunteer', registration)).volunteer.id;
    await office.order('verifyVolunteer', { volunteerId });
    await office.order('setDuty', { volunteerId, onDuty: true });
    const { id } = await here.raise({ reportedAt: times[0] });
    const { taskId } = (await office.order('dispatchRequest', { requestId: id, occurredAt: times[1] })).request;
    const task = { taskId, volunteerId };
    await office.order('acceptTask', { ...task, occurredAt: times[2] });
    await office.order('startTask', { ...task, occurredAt: times[3] });
    await office.order('reportDone', { ...task, result: 'Done', occurredAt: times[4] });
    await office.order('confirmResolution', { requestId: id, occurredAt: times[5] });
    const [reportedAt, dispatchedAt, acceptedAt, startedAt, doneAt, resolvedAt] = times;
    expect(await seen(id)).toMatchObject({ reportedAt, dispatchedAt, acceptedAt, startedAt, doneAt, resolvedAt });
    for (const { metadata } of await eventsOf(id)) expect(metadata.recordedAt > metadata.occurredAt).toBe(true);
    const early = await office.send('recordCallBack', { requestId: id, reached: false, occurredAt: times[4] });
    expect([early.code, early.details]).toEqual(['OCCURRED_TOO_EARLY', { notBefore: resolvedAt }]);
  });

  it('is not for volunteers: neither another’s name nor another time', async () => {
    const { taskId } = await here.offer();
    const other = { taskId, volunteerId: otherVolunteer.volunteerId };
    expect((await volunteer.send('acceptTask', other)).code).toBe('FORBIDDEN');
    const late = { taskId, occurredAt: instantFromNow(-MINUTE) };
    expect((await volunteer.send('acceptTask', late)).code).toBe('FORBIDDEN');
    expect((await here.otherOffice.send('acceptTask', { taskId, volunteerId: volunteer.volunteerId })).code).toBe(
      'NOT_FOUND',
    );
  });
});

describe('who may take a task', () => {
  const register = async (skills: string[] = []): Promise<string> => {
    const details = { communityId: here.communityId, name: 'New', skills };
    return (await office.order('registerVolunteer', details)).volunteer.id;
  };
  const acceptFor = async (volunteerId: string, offer: object = {}) => {
    const { taskId } = await here.offer(offer);
    return office.send('acceptTask', { taskId, volunteerId });
  };

  it('is verified, on duty, not suspended, with the skills, within the limit', async () => {
    const volunteerId = await register(['CARE']);
    expect((await acceptFor(volunteerId)).code).toBe('VOLUNTEER_NOT_VERIFIED');
    await office.order('verifyVolunteer', { volunteerId });
    expect((await acceptFor(volunteerId)).code).toBe('VOLUNTEER_OFF_DUTY');
    await office.order('setDuty', { volunteerId, onDuty: true });
    const unskilled = await acceptFor(volunteerId, { skills: ['PLUMBING', 'CARE'] });
    expect([unskilled.code, unskilled.details]).toEqual(['SKILL_MISSING', { missing: ['PLUMBING'] }]);
    await office.order('suspendVolunteer', { volunteerId, reason: 'Complaint' });
    expect((await acceptFor(volunteerId)).code).toBe('VOLUNTEER_SUSPENDED');
    await office.order('reinstateVolunteer', { volunteerId });
    for (let count = 0; count < 5; count += 1) expect((await acceptFor(volunteerId)).code).toBeUndefined();
    const sixth = await acceptFor(volunteerId);
    expect([sixth.code, sixth.details]).toEqual(['TOO_MANY_OPEN_TASKS', { open: 5, limit: 5 }]);
  });

  it('is of the community', async () => {
    const { otherOffice, world } = here;
    const details = { communityId: world.otherCommunityId, name: 'Elsewhere' };
    const volunteerId = (await otherOffice.order('registerVolunteer', details)).volunteer.id;
    await otherOffice.order('verifyVolunteer', { volunteerId });
    await otherOffice.order('setDuty', { volunteerId, onDuty: true });
    expect((await acceptFor(volunteerId)).code).toBe('VOLUNTEER_OF_ANOTHER_COMMUNITY');
  });

  it('comes in time: after the accept-by time the offer is over, recorded or not', async () => {
    const { id } = await here.raise({ reportedAt: instantFromNow(-10 * MINUTE) });
    const over = { requestId: id, occurredAt: instantFromNow(-9 * MINUTE), acceptBy: instantFromNow(-5 * MINUTE) };
    const { taskId } = (await office.order('dispatchRequest', over)).request;
    expect(await offersTo(volunteer)).not.toContain(taskId);
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_EXPIRED');
    expect((await office.order('dispatchRequest', { requestId: id })).request.taskId).toBe(`${id}.2`);
    expect((await volunteer.send('acceptTask', { taskId })).code).toBe('OFFER_EXPIRED');
  });
});
