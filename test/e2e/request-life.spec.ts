// One request from report to call-back over GraphQL: what every step answers, who sees what of it when, and that each
// step can be read back at its position.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { MATTER, Neighbourhood, REPORTER } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

const CONTACT = { ...REPORTER, matter: MATTER };

/** The contact a volunteer sees of a task among their own, null when it is there without. */
async function contactFor(person: Person, taskId: string, position: string): Promise<Json> {
  const status = ['ACCEPTED', 'IN_PROGRESS', 'DONE', 'CLOSED', 'RELEASED'];
  const { edges } = await person.read('myTasks', { status, first: 100, atLeast: position });
  return edges.find(({ node }: Json) => node.id === taskId)?.node.contact;
}

/** Whether an answer's text holds anything the reporter gave. */
const showsReporter = (text: string) => [...Object.values(CONTACT), 'canary'].some((secret) => text.includes(secret));

describe('the life of a request', () => {
  it('goes from report to call-back, and every step answers the request at its new revision', async () => {
    const { office, volunteer, supervisor } = here;
    const raised = await office.order('raiseRequest', {
      ...{ communityId: here.communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER },
      ...{ reporter: REPORTER, building: '11门', ledgerNumber: '7' },
    });
    const requestId = raised.request.id;
    expect(raised.request).toMatchObject({
      ...{ status: 'RAISED', revision: 0, matter: MATTER, reporter: REPORTER, building: '11门', ledgerNumber: '7' },
      ...{ communityId: here.communityId, channel: 'PHONE', category: 'SANITATION', reworks: 0 },
    });
    const positions = [raised.position];
    const step = async (by: Person, mutation: string, input: object, expected: object) => {
      const answer = await by.order(mutation, input);
      expect(answer.request ?? answer.task).toMatchObject(expected);
      expect(answer.position > positions.at(-1)).toBe(true);
      positions.push(answer.position);
      // Read back at once: the ledger has taken in what was answered.
      const { revision, status } = answer.request ?? answer.task;
      const request = await supervisor.read('request', { id: requestId, atLeast: answer.position });
      expect(request).toMatchObject({ revision, status });
      return answer;
    };

    const briefing = 'Bring a broom';
    const dispatched = { status: 'OFFERED', revision: 1, taskId: `${requestId}.1` };
    const { request } = await step(office, 'dispatchRequest', { requestId, briefing, expectedRevision: 0 }, dispatched);
    const { taskId } = request;
    const task = { taskId };
    await step(volunteer, 'acceptTask', task, {
      status: 'ACCEPTED',
      revision: 2,
      mine: true,
      contact: CONTACT,
      briefing,
    });
    await step(volunteer, 'startTask', task, { status: 'IN_PROGRESS', revision: 3, contact: CONTACT });
    await step(volunteer, 'recordProgress', { ...task, note: 'Half of it' }, { status: 'IN_PROGRESS', revision: 4 });
    await step(volunteer, 'reportDone', { ...task, result: 'All of it' }, { status: 'DONE', revision: 5 });
    const resolved = { status: 'RESOLVED', revision: 6, result: 'All of it', volunteerId: volunteer.volunteerId };
    const confirmed = await step(office, 'confirmResolution', { requestId }, resolved);
    expect(Date.parse(confirmed.request.callBackDueAt) - Date.parse(confirmed.request.resolvedAt)).toBe(3 * 86_400_000);
    const answer = { reached: true, solved: true, satisfaction: 'SATISFIED', note: 'Thanks' };
    await step(
      office,
      'recordCallBack',
      { requestId, ...answer },
      { revision: 7, saysSolved: true, satisfaction: 'SATISFIED' },
    );
    const { edges } = await supervisor.read('dispositions', { first: 100, atLeast: positions.at(-1) });
    expect(edges.find(({ node }: Json) => node.id === requestId)?.node.result).toBe('All of it');
  });

  it('shows the contact to who holds the task, from accept until it is closed, and to nobody else', async () => {
    const { office, volunteer, otherVolunteer } = here;
    const { id: requestId, taskId } = await here.offer();
    const accepted = await volunteer.order('acceptTask', { taskId });
    expect(accepted.task.contact).toEqual(CONTACT);
    expect(await contactFor(volunteer, taskId, accepted.position)).toEqual(CONTACT);
    const lost = await otherVolunteer.send('acceptTask', { taskId });
    expect(lost.code).toBe('TASK_ALREADY_ACCEPTED');
    expect(showsReporter(lost.text)).toBe(false);
    const done = await volunteer.order('reportDone', { taskId, result: 'Done' });
    expect(await contactFor(volunteer, taskId, done.position)).toEqual(CONTACT);
    const { position } = await office.order('confirmResolution', { requestId });
    expect(await contactFor(volunteer, taskId, position)).toBeNull();
  });

  it('hides the contact again from who gave the task back, even when the first answer is asked for again', async () => {
    const { volunteer, otherVolunteer } = here;
    const { taskId, id: requestId } = await here.offer();
    const input = { commandId: crypto.randomUUID(), taskId };
    expect((await volunteer.order('acceptTask', input)).task.contact).toEqual(CONTACT);
    const released = await volunteer.order('releaseTask', { taskId, reason: 'Ill' });
    expect(released.task).toMatchObject({ status: 'RELEASED', contact: null });
    expect(await contactFor(volunteer, taskId, released.position)).toBeNull();
    expect((await volunteer.order('acceptTask', input)).task.contact).toBeNull();
    const again = (await here.office.order('dispatchRequest', { requestId })).request;
    const next = await otherVolunteer.order('acceptTask', { taskId: again.taskId });
    expect(next.task.contact).toEqual(CONTACT);
    expect(await contactFor(volunteer, taskId, next.position)).toBeNull();
  });

  it('shows nothing of the reporter where the office enters it for a volunteer', async () => {
    const { taskId } = await here.offer();
    const entered = await here.office.send('acceptTask', { taskId, volunteerId: here.volunteer.volunteerId });
    expect(entered.value.task).toMatchObject({ status: 'ACCEPTED', mine: false, contact: null });
    expect(showsReporter(entered.text)).toBe(false);
  });

  it('shows the ledger to office and supervisor whole, to auditor and administrator redacted, to others not', async () => {
    const { office, supervisor, auditor, administrator, resident, volunteer, otherOffice } = here;
    const { id } = await here.done();
    const position = (await office.order('confirmResolution', { requestId: id })).position;
    const seenBy = (person: Person) => person.see('request', { id, atLeast: position });
    for (const person of [office, supervisor]) {
      expect((await seenBy(person)).value).toMatchObject({
        matter: MATTER,
        reporter: REPORTER,
        result: 'canary-result: mended',
      });
    }
    for (const person of [auditor, administrator]) {
      const { value, text } = await seenBy(person);
      const nobody = { name: null, phone: null, address: null };
      expect(value).toMatchObject({ id, status: 'RESOLVED', matter: null, reporter: nobody, result: null });
      expect(showsReporter(text)).toBe(false);
      for (const list of ['requests', 'dispositions']) {
        const page = await person.see(list, { first: 100, atLeast: position });
        expect(page.value.totalCount).toBeGreaterThan(0);
        expect(showsReporter(page.text)).toBe(false);
      }
    }
    for (const person of [resident, volunteer]) expect((await seenBy(person)).code).toBe('FORBIDDEN');
    expect((await seenBy(otherOffice)).value).toBeNull();
  });

  it('offers a task without anything of the reporter', async () => {
    const { taskId } = await here.offer();
    const { text, value } = await here.volunteer.see('tasks', { first: 100, atLeast: await here.head() });
    expect(value.edges.map(({ node }: Json) => node.id)).toContain(taskId);
    expect(value.edges.every(({ node }: Json) => node.contact === null && !node.mine)).toBe(true);
    expect(showsReporter(text)).toBe(false);
  });

  it('lets a resident report online and now, and take no other part', async () => {
    const report = { communityId: here.communityId, channel: 'ONLINE', category: 'PARKING', matter: 'Mine' };
    const raised = await here.resident.send('raiseRequest', report);
    expect(raised.value.request).toMatchObject({ status: 'RAISED', channel: 'ONLINE', matter: null });
    const { id: requestId } = raised.value.request;
    const late = { ...report, reportedAt: '2026-01-01T00:00:00Z' };
    expect((await here.resident.send('raiseRequest', late)).code).toBe('FORBIDDEN');
    expect((await here.resident.send('raiseRequest', { ...report, channel: 'PHONE' })).code).toBe('FORBIDDEN');
    const elsewhere = { ...report, communityId: here.world.otherCommunityId };
    expect((await here.resident.send('raiseRequest', elsewhere)).code).toBe('NOT_FOUND');
    expect((await here.resident.send('dispatchRequest', { requestId })).code).toBe('FORBIDDEN');
  });
});
